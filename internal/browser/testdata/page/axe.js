// The violations that axe-core finds, one line for each rule and element.
() => axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  resultTypes: ["violations"], iframes: false, preload: false, performanceTimer: false,
}).then(result => ({
  rules: result.passes.length + result.violations.length + result.incomplete.length,
  violations: result.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.impact + "): " + n.target.join(" ") + ": " + v.help)),
  unsure: [...new Set(result.incomplete.map(v => v.id))],
}))
