package redirect

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"byline/internal/finding"
	"byline/internal/strict"
)

// Read reads the rows of a CSV file: from, to and status, one redirect a line
// (RFC 4180). Where the first line names its columns, they may stand in any
// order. The separator is a comma, or the semicolon or tab that spreadsheets
// write instead; lines that begin with # are remarks; a byte order mark, blank
// lines, spaces around a value and CRLF are taken as they come.
func Read(file string, src []byte) ([]Row, finding.List) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	r := &reader{file: file, src: src, columns: []string{"from", "to", "status"}, lines: lineStarts(src)}
	r.csv = csv.NewReader(bytes.NewReader(src))
	r.csv.Comma, r.csv.Comment = separator(src), '#'
	r.csv.FieldsPerRecord, r.csv.TrimLeadingSpace, r.csv.ReuseRecord = -1, true, true
	r.rows = make([]Row, 0, len(r.lines))
	for r.next() {
	}
	return r.rows, r.found
}

type reader struct {
	file    string
	src     []byte
	lines   []int // offsets at which they begin
	csv     *csv.Reader
	columns []string
	begun   bool
	rows    []Row
	found   finding.List
}

func lineStarts(src []byte) []int {
	starts := make([]int, 1, 1+bytes.Count(src, []byte("\n")))
	for i, c := range src {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// separator is what stands between the values of the first line that has any.
func separator(src []byte) rune {
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		for _, c := range ",;\t" {
			if bytes.ContainsRune(line, c) {
				return c
			}
		}
		break
	}
	return ','
}

func (r *reader) next() bool {
	record, err := r.csv.Read()
	if err == io.EOF {
		return false
	}
	var fault *csv.ParseError
	if errors.As(err, &fault) {
		line, col := r.place(fault.Line, fault.Column)
		if fault.StartLine < fault.Line {
			line, col = fault.StartLine, 1 // all from there on was taken for one value
		}
		r.add(line, col, "the line cannot be read: "+quoteFault(fault.Err), "put a value with a quote in it in quotes, and double the quote: \"a \"\"b\"\"\"")
		r.begun = true
		return true
	}
	if err != nil { // reading from memory has no other faults
		r.add(0, 0, err.Error(), "")
		return false
	}
	switch {
	case !r.begun && isHeader(record):
		r.header(record)
	case !r.begun && otherNames(record):
		line, col := r.place(r.csv.FieldPos(0))
		r.add(line, col, "the first line is no redirect, and names no column \"from\"", "name the columns from, to and status; they are taken in this order until then")
	default:
		r.row(record)
	}
	r.begun = true
	return true
}

func quoteFault(err error) string {
	if errors.Is(err, csv.ErrQuote) {
		return "a quote is not closed, or something stands behind it"
	}
	return "a quote stands in a value without quotes"
}

// isHeader reports whether a record names columns.
func isHeader(record []string) bool {
	for _, name := range record {
		if strings.EqualFold(strings.TrimSpace(name), "from") {
			return true
		}
	}
	return false
}

// otherNames reports whether a record looks like names of columns that are not
// those that Read knows: words alone, where addresses and numbers would be.
func otherNames(record []string) bool {
	words := 0
	for _, name := range record {
		if strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) && c != ' ' && c != '_' }) {
			return false
		}
		if strings.TrimSpace(name) != "" {
			words++
		}
	}
	return words > 1
}

func (r *reader) header(record []string) {
	r.columns = nil
	for i, name := range record {
		name = strings.ToLower(strings.TrimSpace(name))
		r.columns = append(r.columns, name)
		if name != "from" && name != "to" && name != "status" {
			line, col := r.place(r.csv.FieldPos(i))
			r.add(line, col, fmt.Sprintf("the column %q is ignored", name), "the columns are from, to and status")
		}
	}
}

func (r *reader) row(record []string) {
	row := Row{File: r.file}
	row.Line, row.Col = r.place(r.csv.FieldPos(0))
	for i, value := range record {
		value = strings.TrimSpace(value)
		line, col := r.place(r.csv.FieldPos(i))
		switch text := (strict.Text{Value: value, Line: line, Col: col}); {
		case i >= len(r.columns) && value != "":
			r.add(line, col, fmt.Sprintf("the line has more than %d values", len(r.columns)), "put an address with a separator in it in quotes")
			return
		case i >= len(r.columns):
		case r.columns[i] == "from":
			row.From = text
		case r.columns[i] == "to":
			row.To = text
		case r.columns[i] == "status":
			row.Status = text
		}
	}
	if row.From.Value+row.To.Value+row.Status.Value != "" {
		r.rows = append(r.rows, row)
	}
}

// place counts a column in characters, which the CSV reader counts in bytes.
func (r *reader) place(line, col int) (int, int) {
	if line < 1 || line > len(r.lines) {
		return line, col
	}
	start := r.lines[line-1]
	return line, utf8.RuneCount(r.src[start:min(start+col-1, len(r.src))]) + 1
}

func (r *reader) add(line, col int, message, suggestion string) {
	r.found = append(r.found, finding.Finding{Rule: finding.BadRedirect, File: r.file, Line: line, Col: col, Message: message, Suggestion: suggestion})
}
