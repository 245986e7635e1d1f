package article

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestStandalone: what only the page has use for goes, what is said stays.
func TestStandalone(t *testing.T) {
	const page = "https://example.org/a"
	for _, c := range []struct{ in, want string }{
		{`<h2 id="x">Words <a aria-hidden="true" class="anchor" href="#x" tabindex="-1">#</a></h2>`, `<h2>Words</h2>`},
		{`<div class="table" tabindex="0" role="group" aria-labelledby="x"><table><tr><td class="right" colspan="2">1</td></tr></table></div>`, `<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>`},
		{`<div class="alert note"><p class="alert-title">Note</p><p>Take <em>it</em>.</p></div>`, `<blockquote><p><strong>Note</strong></p><p>Take <em>it</em>.</p></blockquote>`},
		{`<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup>`, `<sup><a href="https://example.org/a#fn:1">1</a></sup>`},
		{`<a href="https://example.org/b#c" title="t">b</a>`, `<a href="https://example.org/b#c" title="t">b</a>`},
		{`<p><span class="task" role="img" aria-label="✓">☑</span> done</p>`, `<p>☑ done</p>`},
		{`<pre><code>a &lt; b</code></pre><img src="https://x/y" alt="">`, `<pre><code>a &lt; b</code></pre><img src="https://x/y" alt=""/>`},
		{`<div lang="es">x</div>`, `<div lang="es">x</div>`},
		{``, ``},
	} {
		if got := Standalone(c.in, page); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// FuzzStandalone: the words of any article are the same away from its page, and
// nothing in it has an id or leads to a fragment of where it is read.
func FuzzStandalone(f *testing.F) {
	for _, seed := range []string{"# A\n\ntext[^1]\n\n[^1]: note", "> [!NOTE]\n> x", "| a |\n|---|\n| b |", "<div id=x>a<p class=alert-title>b</div>", "<a name=x>y</a> [z](#x)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, _ := Parse("a.md", "", []byte("---\ntitle: T\ndate: 2026-01-01\n---\n"+text))
		if a == nil {
			return
		}
		body := strings.Join(a.Body().Text, "")
		root, err := html.Parse(strings.NewReader(Standalone(body, "https://example.org/a")))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			for _, attr := range n.Attr {
				if attr.Key == "id" || attr.Key == "class" || attr.Key == "href" && strings.HasPrefix(attr.Val, "#") {
					t.Errorf("%s=%q is left of\n%s", attr.Key, attr.Val, body)
				}
			}
		}
		before, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if was, is := words(before), words(root); was != is {
			t.Errorf("%q has become %q", was, is)
		}
	})
}

// words are the texts of a document but for the signs by which headings link to
// themselves.
func words(root *html.Node) string {
	var out strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && attribute(n.Parent, "class") != "anchor" {
			out.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), "")
}
