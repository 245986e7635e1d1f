// Every text whose contrast with what is behind it is below the least one.
(least) => {
  const fails = new Map();
  let seen = 0, worst = 21;
  for (const n of texts()) {
    seen++;
    const e = n.parentElement, style = getComputedStyle(e);
    // Text that shows only on focus or under the pointer is judged as it shows then.
    let alpha = 1;
    for (let p = e; p; p = p.parentElement) alpha *= +getComputedStyle(p).opacity || 1;
    const [r, g, b, a] = rgba(style.color);
    const [contrast, behind] = grounds(e).map(c => [ratio(over([r, g, b, a * alpha], c), c), c]).sort((x, y) => x[0] - y[0])[0];
    worst = Math.min(worst, contrast);
    if (contrast >= least) continue;
    const key = style.color + " on " + behind.slice(0, 3).map(Math.round);
    if (!fails.has(key)) fails.set(key, contrast.toFixed(2) + ":1 " + key + ", " + name(e));
  }
  return { seen, worst, ground: String(ground(document.body)), fails: [...fails.values()] };
}
