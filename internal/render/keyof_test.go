package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
)

// The short way to a key gives the same key.
func FuzzKeyOf(f *testing.F) {
	for _, word := range []string{"", "image/png", `"`, `\`, "é", "\u2028", "<&>", "\x7f", "\xff", "\n"} {
		f.Add(word, "0123456789abcdef")
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		for _, word := range []string{one, other} {
			if err := encoder.Encode(word); err != nil {
				t.Fatal(err)
			}
		}
		sum := sha256.Sum256(text.Bytes())
		if got, want := keyOf(one, other), hex.EncodeToString(sum[:10]); got != want {
			t.Errorf("the key of %q and %q is %s, want %s", one, other, got, want)
		}
	})
}
