// Package webtest checks a web server by scripts that anybody can read and add
// to. It is imported by tests only. The model is golang.org/x/website's webtest.
//
// A script is a list of cases with blank lines between. A case is a request line,
// the request's header fields, and what must be true of the response:
//
//	# What is promised.
//	GET /articles/guide
//	Accept-Encoding: br
//	code == 200
//	header Content-Encoding == br
//	body contains <h1>
//
// A line that begins with "> " is a line of the request's body.
//
// A target that cannot be typed is a quoted Go string: GET "/a\x00b". Names in
// braces stand for values that the test hands over, like {css}. A check is
// code, body or header NAME, then an operator, then the rest of the line:
// ==, !=, contains, !contains, ~ and !~ (regular expressions). A field that is
// absent equals nothing: header ETag ==
//
// Every request goes over a connection of its own, byte for byte as it is
// written, and the response is read to the end of the connection, so that a body
// longer or shorter than was announced is a fault in every case.
package webtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Run runs the scripts that match the pattern against the server at addr, and
// returns how many requests it made.
func Run(t *testing.T, addr, pattern string, values map[string]string) int {
	t.Helper()
	scripts, err := filepath.Glob(pattern)
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no script matches %s: %v", pattern, err)
	}
	requests := 0
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		var pairs []string
		for name, value := range values {
			pairs = append(pairs, "{"+name+"}", value)
		}
		cases, err := parse(strings.NewReplacer(pairs...).Replace(string(text)))
		if err != nil {
			t.Fatalf("%s:%v", script, err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txt"), func(t *testing.T) {
			for _, c := range cases {
				c.run(t, addr, script)
				requests++
			}
		})
	}
	return requests
}

type script struct {
	line           int
	method, target string
	header         [][2]string
	body           string
	checks         []check
}

type check struct {
	line                 int
	what, name, op, want string
}

var (
	field     = regexp.MustCompile(`^([A-Za-z0-9-]+): ?(.*)$`)
	checkLine = regexp.MustCompile(`^(code|body|header ([A-Za-z-]+)) (==|!=|contains|!contains|~|!~)(?: (.*))?$`)
)

func parse(text string) ([]*script, error) {
	var all []*script
	var c *script
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \r")
		switch {
		case line == "":
			c = nil
		case strings.HasPrefix(line, "#"):
		case c == nil:
			method, target, ok := strings.Cut(line, " ")
			if !ok {
				return nil, fmt.Errorf("%d: %q is not a request line", i+1, line)
			}
			if plain, err := strconv.Unquote(target); err == nil {
				target = plain
			}
			c = &script{line: i + 1, method: method, target: target}
			all = append(all, c)
		case strings.HasPrefix(line, "> "):
			c.body += line[2:]
		case checkLine.MatchString(line):
			m := checkLine.FindStringSubmatch(line)
			what, _, _ := strings.Cut(m[1], " ")
			c.checks = append(c.checks, check{i + 1, what, m[2], m[3], m[4]})
		case field.MatchString(line):
			m := field.FindStringSubmatch(line)
			c.header = append(c.header, [2]string{m[1], m[2]})
		default:
			return nil, fmt.Errorf("%d: %q is neither a header field nor a check", i+1, line)
		}
	}
	return all, nil
}

func (c *script) run(t *testing.T, addr, file string) {
	t.Helper()
	if len(c.checks) == 0 {
		t.Errorf("%s:%d: %s %s: nothing is checked", file, c.line, c.method, c.target)
	}
	response, err := Send(addr, c.method, c.target, c.body, c.header...)
	if err != nil {
		t.Errorf("%s:%d: %s %s: %v", file, c.line, c.method, c.target, err)
		return
	}
	for _, k := range c.checks {
		got := string(response.Body)
		switch k.what {
		case "code":
			got = strconv.Itoa(response.Status)
		case "header":
			got = strings.Join(response.Header.Values(k.name), ", ")
		}
		if !k.holds(got) {
			t.Errorf("%s:%d: %s %.80q: %s %s is %.300q, want %s %q", file, k.line, c.method, c.target, k.what, k.name, got, k.op, k.want)
		}
	}
}

func (k check) holds(got string) bool {
	switch k.op {
	case "==":
		return got == k.want
	case "!=":
		return got != k.want
	case "contains":
		return strings.Contains(got, k.want)
	case "!contains":
		return !strings.Contains(got, k.want)
	case "~":
		return regexp.MustCompile(k.want).MatchString(got)
	}
	return !regexp.MustCompile(k.want).MatchString(got)
}
