// Functions that the others use.

// name says which element is meant, so that a person finds it.
function name(e) {
  const parts = [];
  for (let n = e; n && n !== document.body && parts.length < 4; n = n.parentElement) {
    let part = n.localName;
    if (n.id) part += "#" + n.id;
    else if (n.classList.length) part += "." + [...n.classList].join(".");
    parts.unshift(part);
    if (n.id) break;
  }
  const text = (e.innerText || e.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ");
  return parts.join(" > ") + (text ? " “" + text.slice(0, 40) + "”" : "");
}

// shown reports whether an element takes room and is not hidden.
function shown(e) {
  if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  return [...e.getClientRects()].some(r => r.width > 0 && r.height > 0);
}

// texts are the text nodes that stand on the page.
function texts() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const all = [];
  while (walker.nextNode()) {
    const n = walker.currentNode, e = n.parentElement;
    if (n.data.trim() && !e.closest("script, style, noscript, template") && e.checkVisibility({ visibilityProperty: true })) all.push(n);
  }
  return all;
}

// rgba reads any colour of CSS as four numbers.
const ink = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
const known = new Map();
function rgba(colour) {
  if (!known.has(colour)) {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = ink.getImageData(0, 0, 1, 1).data;
    known.set(colour, [r, g, b, a / 255]);
  }
  return known.get(colour);
}

// over lays one colour over another that is opaque.
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];

// grounds are the colours that can be behind an element's text, opaque: the one
// that fills it, then each that a gradient shades it with.
function grounds(e) {
  const layers = [], shades = [];
  for (let n = e; n; n = n.parentElement) {
    const style = getComputedStyle(n), c = rgba(style.backgroundColor);
    shades.push(...(style.backgroundImage.match(/[a-z]+\([^()]*\)/g) || []).filter(s => CSS.supports("color", s)).map(rgba));
    layers.push(c);
    if (c[3] === 1) break;
  }
  const flat = layers.reduceRight((below, c) => over(c, below), [255, 255, 255, 1]);
  return [flat, ...shades.map(c => over(c, flat))];
}
const ground = e => grounds(e)[0];

// ratio is the contrast of two opaque colours (WCAG 2.2, contrast ratio).
function ratio(a, b) {
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}
