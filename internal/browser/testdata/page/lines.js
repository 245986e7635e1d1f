// The characters of each line of the longest paragraphs, line by line.
(count) => {
  const lines = p => {
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT), range = document.createRange();
    const height = parseFloat(getComputedStyle(p).lineHeight);
    const out = [];
    let top = -Infinity, line = "";
    while (walker.nextNode()) {
      const n = walker.currentNode;
      for (let i = 0; i < n.data.length; i++) {
        range.setStart(n, i);
        range.setEnd(n, i + 1);
        const r = range.getClientRects()[0];
        if (!r) continue;
        const middle = (r.top + r.bottom) / 2;
        if (middle > top + height * 0.6 && n.data[i].trim()) {
          out.push(line);
          [line, top] = ["", middle];
        }
        line += n.data[i];
      }
    }
    out.push(line);
    return out.slice(1).map(s => [...s.trim()].length);
  };
  return [...document.querySelectorAll(".prose > p")].sort((a, b) => b.textContent.length - a.textContent.length).slice(0, count).map(lines);
}
