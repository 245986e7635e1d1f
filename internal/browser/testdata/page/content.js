// What a reader of an article sees.
() => ({
  text: document.body.innerText.replace(/\s+/g, " ").trim(),
  parts: Object.fromEntries(["h1", ".deck", ".byline", ".prose > p", ".prose > h2", ".aside h2", ".aside li a", ".cta h2", ".cta .button", ".site-header nav a", ".site-footer a"]
    .map(q => [q, [...document.querySelectorAll(q)].filter(shown).length])),
  hiddenLinks: [...document.querySelectorAll("a[href]:not(.skip, [aria-hidden])")].filter(e => !shown(e)).map(name),
  // What stands in a form works without script: the form is sent.
  buttons: [...document.querySelectorAll("button, [role=button], input, select, textarea")].filter(e => shown(e) && !e.closest("form[action]")).map(name),
})
