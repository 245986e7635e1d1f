package check

import (
	"bytes"
	"regexp"
	"strings"

	"byline/internal/finding"
)

// secret is the shape of something that opens a door. The makers of the tokens
// document their prefixes so that they can be found.
type secret struct {
	what    string
	signs   string // parted by commas: without one of them there is nothing to look for
	pattern *regexp.Regexp
}

var secrets = [...]secret{
	{"a private key", "PRIVATE KEY-----", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+(?:[A-Za-z-]+: .*\s+)*[A-Za-z0-9+/=]{40,}`)},
	{"an AWS access key id", "AKIA", regexp.MustCompile(`\bAKIA[0-9A-Z]{16}\b`)},
	{"an AWS access key id", "ASIA", regexp.MustCompile(`\bASIA[0-9A-Z]{16}\b`)},
	{"a GitHub token", "ghp_,gho_,ghu_,ghs_,ghr_", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}\b`)},
	{"a GitHub token", "github_pat_", regexp.MustCompile(`\bgithub_pat_[A-Za-z0-9_]{60,}\b`)},
	{"a GitLab token", "glpat-", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	{"a Slack token", "xox", regexp.MustCompile(`\bxox[abeprs]-[A-Za-z0-9-]{24,}`)},
	{"a Slack webhook", "hooks.slack.com", regexp.MustCompile(`\bhooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}`)},
	{"a Stripe key", "k_live_", regexp.MustCompile(`\b[sr]k_live_[A-Za-z0-9]{20,}`)},
	{"a Google API key", "AIza", regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}\b`)},
	{"an npm token", "npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"a PyPI token", "pypi-", regexp.MustCompile(`\bpypi-AgE[A-Za-z0-9_-]{50,}`)},
	{"a SendGrid key", "SG.", regexp.MustCompile(`\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b`)},
	{"a DigitalOcean token", "_v1_", regexp.MustCompile(`\bdo[opr]_v1_[a-f0-9]{64}\b`)},
	{"an OpenAI key", "sk-", regexp.MustCompile(`\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{20,}`)},
	{"an Anthropic key", "sk-ant-", regexp.MustCompile(`\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{60,}`)},
	{"a Hugging Face token", "hf_", regexp.MustCompile(`\bhf_[A-Za-z0-9]{34,}\b`)},
}

// signs are those of all secrets, by their first two bytes: one look at a text
// tells which it has, and nearly all have none.
var signs = func() map[[2]byte][]sign {
	all := map[[2]byte][]sign{}
	for i, s := range secrets {
		for text := range strings.SplitSeq(s.signs, ",") {
			first := [2]byte{text[0], text[1]}
			all[first] = append(all[first], sign{text, i})
		}
	}
	return all
}()

// sign is one of the signs of the secret of a number.
type sign struct {
	text   string
	secret int
}

// firstBytes are the bytes with which signs begin, and those that follow.
var firstBytes = func() (pairs [256][4]uint64) {
	for first := range signs {
		pairs[first[0]][first[1]>>6] |= 1 << (first[1] & 63)
	}
	return pairs
}()

// signsIn tells which secrets a text may have.
func signsIn(text []byte) (has [len(secrets)]bool) {
	for i := 1; i < len(text); i++ {
		a, b := text[i-1], text[i]
		if firstBytes[a][b>>6]&(1<<(b&63)) == 0 {
			continue
		}
		for _, s := range signs[[2]byte{a, b}] {
			has[s.secret] = has[s.secret] || bytes.HasPrefix(text[i-1:], []byte(s.text))
		}
	}
	return has
}

// secrets looks in all of the text, code too: it is where they slip in.
func (o *one) secrets(text []byte) {
	has := signsIn(text)
	if has == [len(secrets)]bool{} {
		return
	}
	source := string(text)
	for i, s := range secrets {
		if !has[i] {
			continue
		}
		for _, m := range s.pattern.FindAllStringIndex(source, -1) {
			text := source[m[0]:m[1]]
			if invented(text) {
				continue
			}
			line, col := o.place(source, m[0])
			what := s.what
			if shown := strings.Trim(text[:4], "-"); shown != "" {
				what += " (" + shown + "…)" // never more of it: findings are logged
			}
			o.add(finding.Secret, line, col, "this looks like "+what, "take it out and make it invalid where it was issued: what was committed or published once is known")
		}
	}
}

// place returns the line and column of an offset in the text.
func (o *one) place(source string, offset int) (line, col int) {
	before := source[:offset]
	last := strings.LastIndexByte(before, '\n')
	return o.Line + strings.Count(before, "\n"), len([]rune(before[last+1:])) + 1
}

// invented reports whether a token is one that a writer made up: it says so, or
// it is too regular for one that was drawn by lot.
func invented(token string) bool {
	lower := strings.ToLower(token)
	for _, word := range []string{"example", "xxxx", "1234567", "abcdefg", "your", "redacted", "placeholder", "dummy", "fake"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	signs := map[rune]bool{}
	for _, r := range token[min(4, len(token)):] {
		signs[r] = true
	}
	return len(signs) < 9
}
