// Package walls holds the rules that keep the packages apart. They are tests, so
// that they cannot rot: who may import whom, where each library lives, and the
// house rules that a program can check. DESIGN.md has the reasons.
package walls

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "byline"

// mayImport says which of our packages a package may import. Every package has a
// row, those to come, too. Tests may import any; what is for tests is imported
// by tests only.
var mayImport = map[string][]string{
	"cmd/byline":        {"*"},
	"templates":         {"internal/site", "internal/article", "internal/search", "internal/finding", "static"},
	"static":            nil,
	"internal/edits":    nil,
	"internal/finding":  {"internal/edits"},
	"internal/strict":   {"internal/finding"},
	"internal/source":   {"internal/finding", "internal/parallel"},
	"internal/picture":  {"internal/store"},
	"internal/article":  {"internal/finding", "internal/strict"},
	"internal/align":    nil,
	"internal/search":   {"internal/align", "internal/edits", "internal/parallel"},
	"internal/history":  {"internal/article", "internal/source", "internal/parallel"},
	"internal/redirect": {"internal/finding", "internal/strict"},
	"internal/site":     {"internal/article", "internal/history", "internal/search", "internal/finding", "internal/strict", "internal/align", "internal/edits", "internal/parallel", "internal/redirect"},
	"internal/render":   {"internal/site", "internal/article", "internal/search", "internal/finding", "templates", "static", "internal/picture"},
	"internal/check":    {"internal/finding", "internal/site", "internal/article", "internal/render", "internal/edit", "internal/parallel", "internal/picture"},
	"internal/edit":     nil,
	"internal/move":     {"internal/redirect", "internal/article", "internal/site", "internal/edit", "internal/strict", "internal/finding", "internal/parallel"},
	"internal/publish": {
		"internal/source", "internal/article", "internal/history", "internal/site", "internal/render", "internal/check",
		"internal/finding", "internal/picture", "internal/parallel", "internal/preview", "internal/store", "internal/strict", "internal/redirect", "static",
	},
	"internal/server":  {"internal/render"},
	"internal/admin":   {"internal/publish", "internal/finding", "templates", "static"},
	"internal/notify":  {"internal/finding"},
	"internal/purge":   {"internal/render", "internal/store"},
	"internal/store":   nil,
	"internal/preview": nil,
	"internal/bench":   nil,

	"internal/parallel":        nil,
	"internal/testkit":         nil,
	"internal/testkit/webtest": nil,
	"internal/browser":         nil,
	"internal/walls":           nil,
}

// forTests are the packages that only tests import.
var forTests = []string{"internal/testkit", "internal/testkit/webtest"}

// homes says which packages may import a library, by the beginning of its path.
// Their tests are held to it, too.
var homes = map[string][]string{
	"github.com/go-chi/chi/":               {"internal/server", "internal/admin"},
	"github.com/go-chi/httprate":           {"internal/server"},
	"github.com/prometheus/client_golang/": {"internal/admin"},
	"github.com/yuin/goldmark":             {"internal/article"},
	"github.com/alecthomas/chroma/":        {"internal/article"},
	"github.com/microcosm-cc/bluemonday":   {"internal/article"},
	"github.com/klauspost/compress/":       {"internal/article"},
	"golang.org/x/net/html":                {"internal/article"},
	"go.yaml.in/yaml/":                     {"internal/strict"},
	"github.com/a-h/templ":                 {"templates", "internal/render"},
	"github.com/alecthomas/kong":           {"cmd/byline"},
	"github.com/fsnotify/fsnotify":         {"internal/source"},
	"github.com/blevesearch/snowballstem":  {"internal/search"},
	"github.com/andybalholm/brotli":        {"internal/render", "internal/testkit/webtest"}, // there as a client
	"golang.org/x/image/":                  {"internal/picture"},
	"golang.org/x/sync/":                   {"internal/picture"},
	"github.com/go-text/typesetting/":      {"internal/picture"},
	"golang.org/x/term":                    {"cmd/byline"},
	"golang.org/x/text/":                   {"internal/article", "internal/render", "internal/search", "internal/site", "internal/redirect"},
}

// testLibraries are what any test may import and nothing else may, but for
// what is in forTests. Reading HTML is what a browser does with an answer.
var testLibraries = []string{
	"github.com/google/go-cmp/", "github.com/rogpeppe/go-internal/", "github.com/chromedp/", "golang.org/x/net/html",
}

// never are parts of the standard library that a package must do without,
// because it would reach over its wall. Its tests may use them.
var never = map[string][]string{
	"internal/finding":  {"os", "net", "net/http"},
	"internal/strict":   {"os", "net", "net/http"},
	"internal/article":  {"os", "net", "net/http", "html/template"},
	"internal/search":   {"os", "net", "net/http"},
	"internal/redirect": {"os", "net", "net/http"},
	"internal/site":     {"os", "net", "net/http", "html/template", "text/template"},
	"internal/render":   {"os", "net", "html/template", "text/template"},
	"internal/server":   {"os", "io/fs", "html/template", "text/template"},
	"internal/preview":  {"net", "net/http"},
	"templates":         {"os", "net", "net/http"},
}

// A goFile is one parsed file of the project.
type goFile struct {
	name    string // from the root, with slashes
	pkg     string // its folder
	test    bool
	made    bool // by a generator
	lines   int
	tree    *ast.File
	fileSet *token.FileSet
}

const root = "../.."

func files(t *testing.T) []goFile {
	t.Helper()
	var all []goFile
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && (base == "testdata" || strings.HasPrefix(base, ".") && name != root) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(base, ".go") {
			return nil
		}
		short, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		f := goFile{name: filepath.ToSlash(short), test: strings.HasSuffix(base, "_test.go"), made: strings.HasSuffix(base, "_templ.go"), fileSet: token.NewFileSet()}
		f.pkg = path.Dir(f.name)
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f.lines = strings.Count(string(text), "\n")
		f.tree, err = parser.ParseFile(f.fileSet, name, text, parser.ParseComments)
		all = append(all, f)
		return err
	})
	if err != nil || len(all) < 50 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	return all
}

func (f goFile) imports() []string {
	var all []string
	for _, i := range f.tree.Imports {
		all = append(all, strings.Trim(i.Path.Value, `"`))
	}
	return all
}

// TestImports checks the walls between our packages and around the libraries.
func TestImports(t *testing.T) {
	for _, f := range files(t) {
		allowed, known := mayImport[f.pkg]
		if !known {
			t.Errorf("%s: package %s has no row in the table", f.name, f.pkg)
		}
		for _, to := range f.imports() {
			ours, isOurs := strings.CutPrefix(to, module+"/")
			first, _, _ := strings.Cut(to, "/")
			switch {
			case isOurs && f.test:
			case isOurs:
				if slices.Contains(forTests, ours) && !slices.Contains(forTests, f.pkg) {
					t.Errorf("%s imports %s, which is for tests", f.name, ours)
				} else if !slices.Contains(allowed, ours) && !slices.Contains(allowed, "*") {
					t.Errorf("%s imports %s; %s may import %v", f.name, ours, f.pkg, allowed)
				}
			case strings.Contains(first, "."):
				f.checkLibrary(t, to)
			case !f.test && slices.Contains(never[f.pkg], to):
				t.Errorf("%s imports %s, which is behind the wall of %s", f.name, to, f.pkg)
			}
		}
	}
}

func (f goFile) checkLibrary(t *testing.T, library string) {
	t.Helper()
	begins := func(prefix string) bool { return strings.HasPrefix(library, prefix) }
	forTest := f.test || slices.Contains(forTests, f.pkg) || f.pkg == "internal/browser"
	if forTest && slices.ContainsFunc(testLibraries, begins) {
		return
	}
	for prefix, home := range homes {
		if begins(prefix) {
			if !slices.Contains(home, f.pkg) {
				t.Errorf("%s imports %s, whose home is %v", f.name, library, home)
			}
			return
		}
	}
	t.Errorf("%s imports %s, which has no home in the table", f.name, library)
}

// TestPackageComments: the package comment is the design of its package.
func TestPackageComments(t *testing.T) {
	comments := map[string]int{}
	for _, f := range files(t) {
		if _, seen := comments[f.pkg]; !seen {
			comments[f.pkg] = 0
		}
		if f.tree.Doc != nil && !f.made && (!f.test || f.pkg == "internal/walls") {
			comments[f.pkg]++
		}
	}
	for pkg, n := range comments {
		if n != 1 {
			t.Errorf("package %s has %d package comments, want one", pkg, n)
		}
	}
}

// TestSizes: no file over 500 lines, no function over 80.
func TestSizes(t *testing.T) {
	functions := 0
	for _, f := range files(t) {
		if f.made {
			continue
		}
		if f.lines > 500 {
			t.Errorf("%s has %d lines", f.name, f.lines)
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			var name string
			switch n := n.(type) {
			case *ast.FuncDecl:
				name = n.Name.Name
			case *ast.FuncLit:
				name = "a function literal"
			default:
				return true
			}
			functions++
			from, to := f.fileSet.Position(n.Pos()).Line, f.fileSet.Position(n.End()).Line
			if lines := to - from + 1; lines > 80 {
				t.Errorf("%s:%d: %s has %d lines", f.name, from, name, lines)
			}
			return true
		})
	}
	t.Logf("%d functions", functions)
}

// TestHouseRules: no init, os.Exit only in main, main under 40 lines, no Go file
// among the content.
func TestHouseRules(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasPrefix(f.name, "articles/") {
			t.Errorf("%s: articles/ holds only content", f.name)
		}
		if f.name == "cmd/byline/main.go" && f.lines >= 40 {
			t.Errorf("%s has %d lines", f.name, f.lines)
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s has an init", f.name)
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "os" && n.Sel.Name == "Exit" && f.name != "cmd/byline/main.go" && !f.test {
					t.Errorf("%s: os.Exit outside of main", f.name)
				}
			}
			return true
		})
	}
}

// TestTopLevel: what stands at the top of the repository is fixed.
func TestTopLevel(t *testing.T) {
	fixed := []string{"cmd", "internal", "articles", "templates", "static", "go.mod", "go.sum", "Dockerfile", "README.md", "LICENSE", "CHANGELOG.md"}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(fixed, e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s stands at the top", e.Name())
		}
	}
}
