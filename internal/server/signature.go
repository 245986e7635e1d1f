package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"
)

// The header fields in which forges prove that they know the secret.
const (
	hubSignature = "X-Hub-Signature-256" // GitHub, Gitea, Forgejo: HMAC-SHA256 of the body
	gitlabToken  = "X-Gitlab-Token"      // GitLab: the secret itself
)

// signed reports whether a request comes from somebody who knows the secret. It
// takes as long for a wrong signature as for a nearly right one.
func signed(secret string, header http.Header, body []byte) bool {
	if given := header.Get(hubSignature); given != "" {
		digits, ok := strings.CutPrefix(given, "sha256=")
		sum, err := hex.DecodeString(digits)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		return ok && err == nil && hmac.Equal(sum, mac.Sum(nil))
	}
	// Sums of both, so that not even the length of the secret can be measured.
	given, want := sha256.Sum256([]byte(header.Get(gitlabToken))), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(given[:], want[:]) == 1
}
