package article

import "testing"

// TestPlain: what was meant as markup is read as such, what is about it stays.
func TestPlain(t *testing.T) {
	for line, want := range map[string]string{
		"A title":                                 "A title",
		"A\x00 title\a,\ttwo\nlines":              "A title,\ttwo\nlines",
		"action <em>and</em> flexibility":         "action and flexibility",
		`our <a href="https://e.org/x">API</a> —`: "our API —",
		"<B>a <i>b</i></B> c":                     "a b c",
		"The <a> element":                         "The <a> element",
		"The guide to <everything>":               "The guide to <everything>",
		"</em> first, <em> second":                "</em> first, <em> second",
		"<b>a <i>b</b> c":                         "a <i>b c",
		"Weaver&rsquo;s Q&amp;A":                  "Weaver’s Q&A",
		"a < b && c > d":                          "a < b && c > d",
		"AT&T; &nosuch; R&D":                      "AT&T; &nosuch; R&D",
		"<audio> and <br>":                        "<audio> and <br>",
	} {
		if got := Plain(line); got != want {
			t.Errorf("%q is read as %q, want %q", line, got, want)
		}
	}
}
