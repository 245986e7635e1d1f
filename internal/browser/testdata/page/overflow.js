// How far the page can be scrolled sideways, and what sticks out.
() => {
  const width = document.documentElement.clientWidth;
  const inside = e => { // something around it scrolls or clips by itself
    for (let n = e.parentElement; n && n !== document.documentElement; n = n.parentElement) {
      if (n !== document.body && getComputedStyle(n).overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("*")].filter(e => {
    const r = e.getBoundingClientRect();
    return r.width > 0 && r.height > 0 && (r.right > width + 0.5 || r.left < -0.5) && shown(e) && !inside(e);
  });
  return {
    by: document.scrollingElement.scrollWidth - window.innerWidth,
    out: out.slice(0, 5).map(e => Math.round(e.getBoundingClientRect().right - width) + " px: " + name(e)),
  };
}
