// Package preview makes and checks the tokens of preview links, and keeps the
// key that they are signed with.
//
//	byline preview ─► Sign ─► https://example.org/-/preview/{token}/
//	                                                   │
//	              the server's bundles ◄─ Verify ◄─────┘
//
// A token says which revision may be seen and until when, and carries a proof
// that somebody with the key said so. It needs no store: whoever has the key
// (the server, a colleague's machine, a CI job) makes links that work. It cannot
// be taken back before its time but by another key.
//
// The form is, in the URL-safe alphabet of base64 without padding (RFC 4648,
// section 5):
//
//	version (1 byte) · seconds since 1970 (unsigned varint) · ref · proof (16 bytes)
//
// The proof is HMAC-SHA256 over all before it, cut to its first 128 bits
// (RFC 2104, section 5). The package knows no git and no HTTP.
package preview

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxAge is how long a link may live at most.
const MaxAge = 30 * 24 * time.Hour

// MaxRef is the length of the longest ref in bytes.
const MaxRef = 250

// Claim is what a token says.
type Claim struct {
	Ref     string    // a branch, a tag or a commit
	Expires time.Time // to the second
}

const (
	version  = 1
	proofLen = 16
	maxToken = (1 + binary.MaxVarintLen64 + MaxRef + proofLen + 2) / 3 * 4
)

// encoding gives a token one spelling only, but for the line breaks that every
// decoder of the package passes over.
func encoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// Sign makes the token of a claim. Verify refuses it when CheckRef refuses the
// claim's ref.
func Sign(key []byte, claim Claim) string {
	token := []byte{version}
	token = binary.AppendUvarint(token, uint64(max(0, claim.Expires.Unix())))
	token = append(token, claim.Ref...)
	return encoding().EncodeToString(append(token, proof(key, token)...))
}

// Verify returns what a token says. ok is false when it was not made with the
// key, when its time is over, and when it is no token at all. The proof is
// compared in constant time, before anything that the token says is read.
func Verify(key []byte, token string, now time.Time) (claim Claim, ok bool) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return Claim{}, false
	}
	raw, err := encoding().DecodeString(token)
	if err != nil || len(raw) < 1+1+proofLen {
		return Claim{}, false
	}
	said, given := raw[:len(raw)-proofLen], raw[len(raw)-proofLen:]
	if !hmac.Equal(given, proof(key, said)) || said[0] != version {
		return Claim{}, false
	}
	seconds, n := binary.Uvarint(said[1:])
	if n <= 0 || seconds > 1<<40 {
		return Claim{}, false
	}
	claim = Claim{Ref: string(said[1+n:]), Expires: time.Unix(int64(seconds), 0)}
	if !now.Before(claim.Expires) || CheckRef(claim.Ref) != nil {
		return Claim{}, false
	}
	return claim, true
}

func proof(key, said []byte) []byte {
	sum := hmac.New(sha256.New, key)
	sum.Write(said)
	return sum.Sum(nil)[:proofLen]
}

// CheckRef says why a text cannot name a revision. What git forbids in names is
// for git to say; this keeps out what could be taken for something else.
func CheckRef(ref string) error {
	switch {
	case ref == "":
		return errors.New("the ref is empty; name a branch, a tag or a commit")
	case len(ref) > MaxRef:
		return fmt.Errorf("the ref has %d bytes; the limit is %d", len(ref), MaxRef)
	case strings.HasPrefix(ref, "-"):
		return fmt.Errorf("the ref %q begins with a hyphen, like an option", ref)
	case !utf8.ValidString(ref) || strings.ContainsFunc(ref, unprintable):
		return fmt.Errorf("the ref %q has a space or a character that cannot be seen", ref)
	}
	return nil
}

func unprintable(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
