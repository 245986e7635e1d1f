// Adds what the page can do without: the theme switch and frames on a click.
(function () {
  var root = document.documentElement;
  var button = document.querySelector("button.theme");
  var system = matchMedia("(prefers-color-scheme: dark)");

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }
  function name() {
    button.setAttribute("aria-label", dark() ? button.dataset.light : button.dataset.dark);
    button.title = button.getAttribute("aria-label");
  }
  if (button) {
    name();
    button.hidden = false;
    system.addEventListener("change", name);
    button.addEventListener("click", function () {
      var next = dark() ? "light" : "dark";
      // What the system says anyway needs no memory.
      if ((next === "dark") === system.matches) delete root.dataset.theme;
      else root.dataset.theme = next;
      try {
        if (root.dataset.theme) localStorage.setItem("theme", next);
        else localStorage.removeItem("theme");
      } catch (e) {}
      name();
    });
  }

  document.querySelectorAll("[data-embed]").forEach(function (box) {
    box.querySelector("a").addEventListener("click", function (event) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      var frame = document.createElement("iframe");
      frame.src = box.dataset.embed;
      frame.title = box.dataset.title || event.currentTarget.textContent;
      frame.allowFullscreen = true;
      box.replaceChildren(frame);
      frame.focus();
    });
  });
})();
