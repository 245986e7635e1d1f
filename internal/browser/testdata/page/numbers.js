// The numbers of the design, as the browser makes them.
() => {
  const font = q => {
    const style = getComputedStyle(document.querySelector(q)), size = parseFloat(style.fontSize);
    return { size, line: parseFloat(style.lineHeight) / size };
  };
  const box = q => {
    const { left, right, top, bottom } = document.querySelector(q).getBoundingClientRect();
    return { left, right, top, bottom };
  };
  return {
    body: font(".prose > p"), title: font("h1"), deck: font(".deck"), text: box(".prose"), column: box(".column"), aside: box(".aside"),
    rows: [...document.querySelectorAll(".aside li a")].map(a => a.getBoundingClientRect().height),
    follows: !!(document.querySelector(".column").compareDocumentPosition(document.querySelector(".aside")) & Node.DOCUMENT_POSITION_FOLLOWING),
    order: [...document.querySelectorAll(".back, time, h1, .deck, .byline, .category, .prose, .aside, .cta, .site-footer")].map(e => e.className || e.localName),
  };
}
