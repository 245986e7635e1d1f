package article

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Survey is what the history needs to know of one version of an article. Making
// it costs a fraction of Parse, which is what makes walking over all versions
// possible.
type Survey struct {
	Slug      string
	Meta      FrontMatter
	Substance string // a hash of the words that readers read; see Substance
}

// Look surveys the article at path. ok is false when it has errors of its own,
// so that it could never have been published; Parse says which.
func Look(path string, src []byte) (s Survey, ok bool) {
	p := &parser{path: path}
	if !p.readable(src) {
		return s, false
	}
	text, firstLine := normalise(src)
	meta, body, _, ok := p.frontMatter(text, firstLine)
	if !ok {
		return s, false
	}
	s = Survey{Slug: p.slug(meta), Meta: meta}
	if p.found.HasErrors() {
		return s, false
	}
	s.Substance = substance(meta.Title, meta.Subtitle, body)
	return s, true
}

// Substance names what an article says: two versions have the same substance
// when the same words stand in the same order in title, subtitle and text. Case
// and marks on letters count; punctuation, markup, line breaks, where links lead
// and which file a picture is do not. So a spelling that is mended is a change,
// and a reformatting, a new link target or another front matter is none.
//
// Names are kept: with the rules the forms of the kept history and of what was
// announced must change, or all that there is counts as edited.
//
// It reads the Markdown as it stands, without parsing it: what it takes for
// words (the language of a code block, say) is the same in both versions.
func Substance(title, subtitle, body string) string {
	return substance(title, subtitle, []byte(body))
}

func substance(title, subtitle string, body []byte) string {
	h := wordHash{sum: sha256.New(), buf: make([]byte, 0, wordHashSpace)}
	h.add([]byte(title))
	h.add([]byte(subtitle))
	for line := range bytes.Lines(body) {
		switch {
		case !bytes.ContainsAny(line, "[<{&"):
			h.add(line) // as most are
		case bytes.Contains(line, []byte("]:")) && referenceLine.Match(line):
			// where a reference leads
		default:
			h.add([]byte(html.UnescapeString(shownOf(string(line)))))
		}
	}
	h.sum.Write(h.buf)
	return hex.EncodeToString(h.sum.Sum(nil)[:12])
}

// shownOf is a line of Markdown without the marks and addresses that readers do
// not see. A pattern is only tried where the sign is that it cannot do without.
func shownOf(line string) string {
	if !strings.ContainsAny(line, "[<{") {
		return line
	}
	if strings.IndexByte(line, '{') >= 0 && strings.HasPrefix(strings.TrimLeft(line, " "), "#") {
		line = headingAttributes.ReplaceAllString(line, "$1 ")
	}
	if strings.Contains(line, "](") || strings.Contains(line, "][") || strings.Contains(line, "]{") {
		line = withoutTargets(line)
	}
	if strings.IndexByte(line, '<') >= 0 {
		line = htmlTag.ReplaceAllStringFunc(line, attributes)
	}
	return line
}

// withoutTargets is a line without what leadsTo finds. Nearly all links are
// [words](address), for which no pattern is needed.
func withoutTargets(line string) string {
	if strings.Contains(line, "][") || strings.Contains(line, "]{") {
		return leadsTo.ReplaceAllString(line, "] $1")
	}
	var out strings.Builder
	for rest := line; ; {
		words, target, found := strings.Cut(rest, "](")
		if !found {
			out.WriteString(rest)
			return out.String()
		}
		end := strings.IndexAny(target, "()<\t\n\f\r ")
		if end < 0 || target[end] != ')' {
			return leadsTo.ReplaceAllString(line, "] $1")
		}
		out.WriteString(words + "] ")
		rest = target[end+1:]
	}
}

var (
	referenceLine     = regexp.MustCompile(`^ {0,3}\[[^\]^][^\]]*\]:\s`)
	leadsTo           = regexp.MustCompile(`\](?:\((?:<[^>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(\s+["'][^"'\n]*["'])?\)|\[[^\]\n]*\]|\{[^}\n]*\})`)
	headingAttributes = regexp.MustCompile(`^( {0,3}#{1,6}\s.*?)\s*\{[^}\n]*\}\s*$`)
	htmlTag           = regexp.MustCompile(`</?[a-zA-Z][^<>\n]*>|<https?:[^<>\s]*>`)
	shownInTag        = regexp.MustCompile(`\b(?:alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// attributes is what readers are shown of a tag.
func attributes(tag string) string {
	var words strings.Builder
	for _, m := range shownInTag.FindAllStringSubmatch(tag, -1) {
		words.WriteString(" " + m[1] + m[2])
	}
	return words.String() + " "
}

// wordHash hashes words, which are runs of letters, marks and digits, in NFC,
// each with a space behind it.
type wordHash struct {
	sum hash.Hash
	buf []byte // what is to be hashed next
}

// wordHashSpace is how many bytes are gathered before they are hashed.
const wordHashSpace = 2 << 10

func (h *wordHash) add(text []byte) {
	if !norm.NFC.IsNormal(text) {
		text = norm.NFC.Bytes(text)
	}
	if len(h.buf)+len(text) >= cap(h.buf) {
		h.sum.Write(h.buf)
		h.buf = h.buf[:0]
	}
	buf := slices.Grow(h.buf, len(text)+1)
	end, within := len(buf), uint8(0) // 1 within a word
	buf = buf[:cap(buf)]
	for i := 0; i < len(text); {
		kind := kinds[text[i]]
		if kind&highByte != 0 {
			r, size := utf8.DecodeRune(text[i:])
			i += size
			switch {
			case r == '’' || r == softHyphen: // may stand within a word
			case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
				within = 1
				end += utf8.EncodeRune(buf[end:], r)
			default:
				buf[end] = ' '
				end, within = end+int(within), 0
			}
			continue
		}
		// What is of no word becomes a space, and stays when it is the first
		// behind one: without a branch, which would be guessed wrong at every word.
		word, keeps := kind&wordByte, kind>>1&1
		buf[end] = text[i]&-word | ' '&^-word
		end += int(word | within&^keeps)
		within = word | within&keeps
		i++
	}
	buf[end] = ' '
	h.buf = buf[:end+int(within)]
}
