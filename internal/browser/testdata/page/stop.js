// Where the focus is, and whether a person sees that it is there.
() => new Promise(resolve => requestAnimationFrame(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return resolve({ index: -1, name: "the page" });
  const style = getComputedStyle(e), boxes = [...e.getClientRects()];
  const inView = r => r.width > 0 && r.height > 0 && r.top < innerHeight && r.bottom > 0 && r.left < innerWidth && r.right > 0;
  const r = boxes.find(inView);
  let top = null;
  if (r) {
    const between = (a, b, most) => (Math.max(a, 0) + Math.min(b, most - 1)) / 2;
    top = document.elementFromPoint(between(r.left, r.right, innerWidth), between(r.top, r.bottom, innerHeight));
  }
  resolve({
    index: (window.stops || []).findIndex(s => s.e === e), name: name(e),
    visible: !!r && shown(e), covered: !!r && !(top && (e.contains(top) || top.contains(e))),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    contrast: ratio(over(rgba(style.outlineColor), ground(e.parentElement)), ground(e.parentElement)),
  });
}))
