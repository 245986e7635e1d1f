package templates

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

//go:embed words
var wordFiles embed.FS

// Words are the words that the pages bring along, in one language. Words in
// braces are filled in. A translator copies words/en.json to the language's tag
// and translates the right-hand sides; a region ("en-GB") needs only what
// differs from its language.
type Words struct {
	Skip              string   `json:"skip"`
	Articles          string   `json:"articles"`
	AllArticles       string   `json:"allArticles"`
	Back              string   `json:"back"`
	ArticlesBy        string   `json:"articlesBy"`
	ArticlesIn        string   `json:"articlesIn"`
	ArticlesTagged    string   `json:"articlesTagged"`
	By                string   `json:"by"`
	Minutes           string   `json:"minutes"`
	Updated           string   `json:"updated"`
	Related           string   `json:"related"`
	Recommended       string   `json:"recommended"`
	Tags              string   `json:"tags"`
	Topics            string   `json:"topics"`
	MainNavigation    string   `json:"mainNavigation"`
	FooterNavigation  string   `json:"footerNavigation"`
	Pages             string   `json:"pages"`
	Newer             string   `json:"newer"`
	Older             string   `json:"older"`
	PageOf            string   `json:"pageOf"`
	ArticleCount      Plural   `json:"articleCount"`
	Empty             string   `json:"empty"`
	TitleOnPage       string   `json:"titleOnPage"`
	DescriptionAll    string   `json:"descriptionAll"`
	DescriptionBy     string   `json:"descriptionBy"`
	DescriptionIn     string   `json:"descriptionIn"`
	DescriptionTagged string   `json:"descriptionTagged"`
	NotFoundTitle     string   `json:"notFoundTitle"`
	NotFoundText      string   `json:"notFoundText"`
	NotFoundNear      string   `json:"notFoundNear"`
	NotFoundNewest    string   `json:"notFoundNewest"`
	GoneTitle         string   `json:"goneTitle"`
	GoneText          string   `json:"goneText"`
	GoneSilent        string   `json:"goneSilent"`
	ErrorTitle        string   `json:"errorTitle"`
	ErrorText         string   `json:"errorText"`
	Draft             string   `json:"draft"`
	Scheduled         string   `json:"scheduled"`
	Preview           string   `json:"preview"`
	PreviewCommit     string   `json:"previewCommit"`
	Changes           string   `json:"changes"`
	ChangesNone       string   `json:"changesNone"`
	ChangesNew        Plural   `json:"changesNew"`
	ChangesChanged    Plural   `json:"changesChanged"`
	ChangesMoved      Plural   `json:"changesMoved"`
	ChangesRemoved    Plural   `json:"changesRemoved"`
	ChangesHidden     Plural   `json:"changesHidden"`
	ChangesFiles      Plural   `json:"changesFiles"`
	ChangesFindings   Plural   `json:"changesFindings"`
	ChangeLive        string   `json:"changeLive"`
	ChangeFrom        string   `json:"changeFrom"`
	ChangeLost        string   `json:"changeLost"`
	ChangeHeld        string   `json:"changeHeld"`
	FileNew           string   `json:"fileNew"`
	FileChanged       string   `json:"fileChanged"`
	FileRemoved       string   `json:"fileRemoved"`
	Search            string   `json:"search"`
	SearchLabel       string   `json:"searchLabel"`
	SearchFor         string   `json:"searchFor"`
	SearchCount       Plural   `json:"searchCount"`
	SearchNone        string   `json:"searchNone"`
	SearchCorrected   string   `json:"searchCorrected"`
	SearchDescription string   `json:"searchDescription"`
	Edit              string   `json:"edit"`
	Feed              string   `json:"feed"`
	ThemeLight        string   `json:"themeLight"`
	ThemeDark         string   `json:"themeDark"`
	Theme             string   `json:"theme"`
	Embed             string   `json:"embed"`
	EmbedNote         string   `json:"embedNote"`
	SeeOn             string   `json:"seeOn"`
	PictureMissing    string   `json:"pictureMissing"`
	PictureOn         string   `json:"pictureOn"`
	Note              string   `json:"note"`
	Tip               string   `json:"tip"`
	Important         string   `json:"important"`
	Warning           string   `json:"warning"`
	Caution           string   `json:"caution"`
	DateForm          string   `json:"date"`
	Months            []string `json:"months"`
}

// Plural is a text that depends on a number.
type Plural struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

// WordsFor returns the words for a language tag: those of the language (English
// where there are none), with what its region says otherwise on top.
func WordsFor(lang string) (*Words, error) {
	w := &Words{}
	base, _, _ := strings.Cut(lang, "-")
	for _, tag := range []string{"en", strings.ToLower(base), lang} {
		data, err := wordFiles.ReadFile("words/" + tag + ".json")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(data, w)
		}
		if err != nil {
			return nil, fmt.Errorf("read the words for %s: %w", tag, err)
		}
	}
	return w, nil
}

// HasWords reports whether there are words in a language.
func HasWords(lang string) bool {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	_, err := wordFiles.Open("words/" + base + ".json")
	return err == nil
}

// Date writes a date as the language does.
func (w *Words) Date(t time.Time) string {
	return Fill(w.DateForm, "day", strconv.Itoa(t.Day()), "month", w.Months[t.Month()-1], "year", strconv.Itoa(t.Year()))
}

// Count writes "1 article", "12 articles".
func (p Plural) Count(n int) string {
	if n == 1 {
		return p.One
	}
	return Fill(p.Other, "n", strconv.Itoa(n))
}

// Alert returns the word for a kind of alert.
func (w *Words) Alert(kind string) string {
	switch kind {
	case "tip":
		return w.Tip
	case "important":
		return w.Important
	case "warning":
		return w.Warning
	case "caution":
		return w.Caution
	}
	return w.Note
}

// Fill puts values into the braces of a text: Fill("{n} of {total}", "n", "1", …).
// What stands in a value stays as it is.
func Fill(text string, pairs ...string) string {
	var filled strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		filled.WriteString(before)
		if !found {
			return filled.String()
		}
		value, behind := valueOf(rest, pairs)
		filled.WriteString(value)
		text = behind
	}
}

// valueOf is the value for the name with which rest begins, and what is behind its
// brace; where none has that name, the opening brace itself.
func valueOf(rest string, pairs []string) (value, behind string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if behind, ok := strings.CutPrefix(rest, pairs[i]); ok && strings.HasPrefix(behind, "}") {
			return pairs[i+1], behind[1:]
		}
	}
	return "{", rest
}
