// Remembers everything that Tab should stop at, in document order.
() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, iframe, [tabindex]")]
    .filter(e => e.tabIndex >= 0 && !e.disabled && shown(e));
  window.stops = all.map(e => ({ e, outline: getComputedStyle(e).outlineStyle }));
  return all.map(name);
}
