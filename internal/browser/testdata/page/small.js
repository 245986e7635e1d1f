// Every text that is smaller than the least size.
(least) => {
  const found = new Map();
  for (const n of texts()) {
    const e = n.parentElement, size = parseFloat(getComputedStyle(e).fontSize);
    if (size < least && !found.has(e.localName + size)) found.set(e.localName + size, size + " px: " + name(e));
  }
  return [...found.values()];
}
