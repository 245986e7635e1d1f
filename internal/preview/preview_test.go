package preview

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

func key(t testing.TB, text string) []byte {
	t.Helper()
	k, err := ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const (
	oneText   = "one text that is long enough to be a key"
	otherText = "other text that is long enough to be one"
)

// A token says what was signed, is short, and stands in a path as it is.
func TestTokensSayWhatWasSigned(t *testing.T) {
	k := key(t, oneText)
	plain := regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	for _, ref := range []string{
		"main", "feature/new/look", "v1.2.3", "refs/heads/main", "4b9c109", "78f1e24a0c7a7b5b0b2f2a1e1d3c4b5a69788796", "entwürfe/größe", "稿/一", "a+b&c=d?e#f%2F", strings.Repeat("x", MaxRef),
	} {
		want := Claim{ref, now.Add(48 * time.Hour)}
		token := Sign(k, want)
		if !plain.MatchString(token) {
			t.Errorf("%s: the token %q needs escapes", ref, token)
		}
		if limit := (len(ref)+22)*4/3 + 1; len(token) > limit {
			t.Errorf("%s: the token has %d characters, want %d at most", ref, len(token), limit)
		}
		got, ok := Verify(k, token, now)
		if !ok || got.Ref != want.Ref || !got.Expires.Equal(want.Expires) {
			t.Errorf("%s: Verify says %v, %v", ref, got, ok)
		}
	}
}

// A token's time ends at the second that it names.
func TestTokensExpire(t *testing.T) {
	k := key(t, oneText)
	token := Sign(k, Claim{"main", now})
	for at, want := range map[time.Duration]bool{-time.Hour: true, -time.Nanosecond: true, 0: false, time.Nanosecond: false, 100 * 365 * 24 * time.Hour: false} {
		if _, ok := Verify(k, token, now.Add(at)); ok != want {
			t.Errorf("%v after its end: %v", at, ok)
		}
	}
	if _, ok := Verify(k, Sign(k, Claim{"main", time.Time{}}), time.Unix(0, 0)); ok {
		t.Error("a token without a time is good")
	}
}

// What was not made with the key is no token: other keys, every single bit
// changed, every part cut off, and everything in another spelling.
func TestForgeriesAreRefused(t *testing.T) {
	k := key(t, oneText)
	token := Sign(k, Claim{"feature/x", now.Add(time.Hour)})
	forged := map[string]string{"empty": "", "padded": token + "=", "a line more": token + "\n", "longer": token + "A", "other key": Sign(key(t, otherText), Claim{"feature/x", now.Add(time.Hour)})}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		for bit := range 8 {
			changed := bytes.Clone(raw)
			changed[i] ^= 1 << bit
			forged[string(rune('0'+bit))+" of byte "+string(rune('A'+i))] = base64.RawURLEncoding.EncodeToString(changed)
		}
		forged["cut at "+string(rune('A'+i))] = base64.RawURLEncoding.EncodeToString(raw[:i])
	}
	for name, token := range forged {
		if claim, ok := Verify(k, token, now); ok {
			t.Errorf("%s: %q is good for %v", name, token, claim)
		}
	}
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", token[len(token)-1])
	if spare := len(token) % 4; spare != 0 { // bits that belong to no byte
		other := token[:len(token)-1] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last^1])
		if _, ok := Verify(k, other, now); ok {
			t.Errorf("%q has a second spelling, %q", token, other)
		}
	}
}

// A ref that could be taken for something else is refused when it is signed
// and when it is read.
func TestRefsAreChecked(t *testing.T) {
	k := key(t, oneText)
	for _, ref := range []string{"", "-x", "--upload-pack=x", "a b", "a\nb", "a\x00b", "a\u202eb", "a\xffb", strings.Repeat("x", MaxRef+1)} {
		if CheckRef(ref) == nil {
			t.Errorf("CheckRef(%q) finds nothing wrong", ref)
		}
		if _, ok := Verify(k, Sign(k, Claim{ref, now.Add(time.Hour)}), now); ok {
			t.Errorf("%q is good", ref)
		}
	}
}

// The golden token: links that were handed out stay good in the next version of
// the program.
func TestTokenFormIsFixed(t *testing.T) {
	const want = "AcCVnNAGbWFpbmvLOFdlb4zExNiDLgnUb4A"
	got := Sign(key(t, oneText), Claim{"main", now.Add(48 * time.Hour)})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzVerify: nothing but what Sign makes is good, and it has one spelling.
func FuzzVerify(f *testing.F) {
	k := key(f, oneText)
	f.Add(Sign(k, Claim{"main", now.Add(time.Hour)}), "main", int64(3600))
	f.Add("AQ", "feature/x", int64(-1))
	f.Add("", "", int64(0))
	f.Fuzz(func(t *testing.T, token, ref string, seconds int64) {
		if claim, ok := Verify(k, token, now); ok && Sign(k, claim) != token {
			t.Errorf("%q says %v, whose token is another", token, claim)
		}
		expires := now.Add(time.Duration(seconds%(1<<32)) * time.Second)
		signed := Sign(k, Claim{ref, expires})
		claim, ok := Verify(k, signed, now)
		if want := CheckRef(ref) == nil && expires.After(now); ok != want {
			t.Errorf("%q until %v: %v, want %v", ref, expires, ok, want)
		}
		if ok && (claim.Ref != ref || !claim.Expires.Equal(expires)) {
			t.Errorf("%q until %v is read as %v", ref, expires, claim)
		}
	})
}

// A key is as good as its text is long; how it is wrapped does not matter.
func TestKeys(t *testing.T) {
	a := key(t, oneText)
	if !bytes.Equal(a, key(t, "  "+oneText+"\r\n")) || bytes.Equal(a, key(t, otherText)) || len(a) != 32 {
		t.Error("the key does not follow its text")
	}
	_, err := ParseKey("secret\n")
	if err == nil || !strings.Contains(err.Error(), "6 characters; give it 32 or more") || strings.Contains(err.Error(), "secret") {
		t.Errorf("a short key: %v", err)
	}
	if _, err := ParseKey(strings.Repeat("ü", MinKey)); err != nil {
		t.Errorf("characters are counted as bytes: %v", err)
	}
}

// The text counts more than the data folder, and two ways at once are a mistake.
func TestFindKey(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte(otherText+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text, file, data string
		want                   []byte
	}{
		{"text", oneText, "", "", key(t, oneText)},
		{"text and folder", oneText, "", dir, key(t, oneText)},
		{"file", "", file, dir, key(t, otherText)},
	} {
		if got, err := FindKey(c.text, c.file, c.data); err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %x, %v", c.name, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, KeyFile)); err == nil {
		t.Error("a key was made that nobody asked for")
	}
	if _, err := FindKey("", "", ""); !errors.Is(err, ErrNoKey) {
		t.Errorf("none of the three: %v", err)
	}
	if _, err := FindKey(oneText, file, ""); err == nil {
		t.Error("both are taken")
	}
	if _, err := FindKey("", filepath.Join(dir, "none"), dir); err == nil {
		t.Error("a file that is not there is passed over")
	}
}

// Who comes first makes the key, for its owner only; all who come at once have
// the same one, and nothing else is left in the folder.
func TestKeyIsMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	keys := make([][]byte, 32)
	var makers sync.WaitGroup
	for i := range keys {
		makers.Go(func() {
			var err error
			if keys[i], err = KeyIn(dir); err != nil {
				t.Error(err)
			}
		})
	}
	makers.Wait()
	for _, k := range keys {
		if len(k) != 32 || !bytes.Equal(k, keys[0]) {
			t.Fatalf("keys %x and %x", keys[0], k)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	other, err := KeyIn(t.TempDir())
	if err != nil || bytes.Equal(other, keys[0]) {
		t.Errorf("the key of another folder: %x, %v", other, err)
	}
	// The file's text is the key wherever it is taken.
	text, err := os.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil || !bytes.Equal(key(t, string(text)), keys[0]) {
		t.Errorf("%q is not the key: %v", text, err)
	}
}

// A file in place of the key that is none is named, not replaced.
func TestBrokenKeyFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, KeyFile)
	if err := os.WriteFile(file, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := KeyIn(dir); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("%v", err)
	}
}
