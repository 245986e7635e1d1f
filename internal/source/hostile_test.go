package source

import (
	"context"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"byline/internal/testkit"
)

// TestBranchMakesRoom: a branch whose name becomes a folder of names, or the other
// way about, does not keep the others from being fetched.
func TestBranchMakesRoom(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("articles/a.md", "1")
	repo.Git("branch", "topic")
	m := mirror(t, repo.Dir)
	fetch(t, m)
	repo.Git("branch", "--move", "topic", "topic/one")
	repo.Commit("articles/a.md", "2")
	if got := content(t, fetch(t, m), "a.md"); got != "2" {
		t.Errorf("after topic became topic/one: %q", got)
	}
	repo.Git("branch", "--move", "topic/one", "topic")
	repo.Commit("articles/a.md", "3")
	if got := content(t, fetch(t, m), "a.md"); got != "3" {
		t.Errorf("after topic/one became topic: %q", got)
	}
}

// object writes an object that git itself would not make.
func writeObject(t *testing.T, repo *testkit.Repo, kind, content string) (id string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), kind)
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return repo.Git("hash-object", "-t", kind, "-w", "--literally", name)
}

// TestBrokenCommits: a commit whose committer cannot be read, or has committed at
// a time that no calendar has, is a commit like any other.
func TestBrokenCommits(t *testing.T) {
	repo := testkit.NewRepo(t)
	first := repo.Commit("articles/a.md", "1")
	at := repo.Clock.Add(-time.Hour)
	for _, committer := range []string{"committer broken", "committer A <a@example.org> 99999999999999999 +0000", "committer A <a@example.org> -5 +0000", "nobody"} {
		testkit.Write(t, repo.Dir, "articles/a.md", "2"+committer)
		repo.Git("add", "--all")
		commit := writeObject(t, repo, "commit", "tree "+repo.Git("write-tree")+"\nparent "+first+"\nauthor A <a@example.org> 1 +0000\n"+committer+"\n\nx\n")
		repo.Git("update-ref", "refs/heads/main", commit)
		last := repo.Commit("articles/b.md", "b")
		m := mirror(t, repo.Dir)
		tree := fetch(t, m)
		if tree.Commit != last {
			t.Errorf("%s: commit %s", committer, tree.Commit)
		}
		steps, err := m.Steps(t.Context(), "", last)
		if err != nil || len(steps) != 3 {
			t.Errorf("%s: %v, %v", committer, steps, err)
			continue
		}
		if when := steps[1].Time; when.Before(at) && when.Year() != 1970 || when.Year() > 9999 {
			t.Errorf("%s: committed at %v", committer, when)
		}
		c, err := m.Resolve(t.Context(), commit)
		if _, fault := c.Time.MarshalText(); err != nil || fault != nil {
			t.Errorf("%s: %v, %v, %v", committer, c, err, fault)
		}
		repo.Git("reset", "--quiet", "--hard", first)
	}
}

// TestHostileTree: entries that no file can have as its name are left out and
// said, folders with an old form of their mode are folders, and a submodule that
// is called like an article takes no history down.
func TestHostileTree(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("articles/good.md", "good")
	blob := repo.Git("rev-parse", "HEAD:articles/good.md")
	entry := func(mode, name, id string) string {
		raw, err := hex.DecodeString(id)
		if err != nil {
			t.Fatal(err)
		}
		return mode + " " + name + "\x00" + string(raw)
	}
	sub := writeObject(t, repo, "tree", entry("100644", "deep.md", blob)+entry("040000", "..", writeObject(t, repo, "tree", entry("100644", "up.md", blob))))
	folder := writeObject(t, repo, "tree", entry("100644", "../out.md", blob)+entry("100644", "a/b.md", blob)+entry("100644", "caf\xe9.md", blob)+
		entry("100664", "good.md", blob)+entry("100644", "good.md", blob)+entry("100644", "line\nfeed.md", blob)+entry("160000", "module.md", strings.Repeat("1", 40))+
		entry("040000", "sub", sub)+entry("40000", ".git", sub)+entry("100644", "..", blob))
	top := writeObject(t, repo, "tree", entry("40000", "articles", folder))
	repo.Git("update-ref", "refs/heads/main", writeObject(t, repo, "commit", "tree "+top+"\nparent "+repo.Git("rev-parse", "HEAD")+"\nauthor A <a@example.org> 1 +0000\ncommitter A <a@example.org> 1 +0000\n\nx\n"))
	m := mirror(t, repo.Dir)
	tree := fetch(t, m)
	expectPaths(t, tree, "good.md", "line\nfeed.md", "sub/deep.md")
	expectFindings(t, tree,
		`../out.md: warning: stands as "../out.md", which is no name of a file, and is left out; rename it (not-supported)`,
		`a/b.md: warning: stands as "a/b.md", which is no name of a file, and is left out; rename it (not-supported)`,
		"caf\uFFFD.md: warning: has a name that is not UTF-8 and is left out; rename it (not-supported)",
		"good.md: warning: is there twice in the revision; the second one is left out; rename it (not-supported)",
		"module.md: warning: is a submodule and is left out; put its files here (not-supported)")
	steps, err := m.Steps(t.Context(), "", tree.Commit)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range steps[len(steps)-1].Changes {
		if c.Path == "module.md" && c.Blob != "" {
			t.Errorf("a submodule is told of as a file: %+v", c)
		}
	}
}

// TestHuge: a file over the limit is left out, an article over it cannot be read,
// and all else can.
func TestHuge(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("articles/a.md", "a")
	name := filepath.Join(t.TempDir(), "huge")
	if err := errors.Join(os.WriteFile(name, nil, 0o644), os.Truncate(name, MaxFile+2<<20)); err != nil {
		t.Fatal(err)
	}
	blob := repo.Git("-c", "core.compression=1", "hash-object", "-w", name)
	for _, path := range []string{"articles/huge.md", "articles/huge.bin"} {
		repo.Git("update-index", "--add", "--cacheinfo", "100644,"+blob+","+path)
	}
	repo.Git("commit", "--quiet", "--message", "Huge")
	r, err := Enclosing(t.Context(), filepath.Join(repo.Dir, "articles")) // a mirror would copy it
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	head, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	expectPaths(t, tree, "a.md", "huge.md")
	expectFindings(t, tree, "huge.bin: error: has 270532608 bytes and is left out; the limit is 268435456 (too-large)")
	f, _ := tree.Find("huge.md")
	if _, err := f.Read(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("the article: %v", err)
	}
	if got := content(t, tree, "a.md"); got != "a" {
		t.Errorf("%q", got)
	}
}

// TestMergedSecond: where the branch goes on from a merge that has its former
// commits as the second parent, one step leads there: what the other line did is
// not done again on top.
func TestMergedSecond(t *testing.T) {
	repo := testkit.NewRepo(t)
	text := strings.Repeat("A line that stays.\n", 20)
	repo.Commit("articles/a.md", text)
	repo.Git("switch", "--quiet", "--create", "topic")
	repo.Commit("articles/a.md", text+"More.\n")
	repo.Git("switch", "--quiet", "main")
	repo.Move("articles/a.md", "articles/b.md")
	from := repo.Commit()
	repo.Git("switch", "--quiet", "topic")
	repo.Git("merge", "--quiet", "--no-edit", "main")
	to := repo.Git("rev-parse", "HEAD")
	m := mirror(t, repo.Dir, func(o *MirrorOptions) { o.Branch = "topic" })
	fetch(t, m)
	steps, err := m.Steps(t.Context(), from, to)
	if err != nil || len(steps) != 1 || len(steps[0].Changes) != 1 || steps[0].Changes[0].Path != "b.md" || steps[0].Changes[0].Kind != Modified {
		t.Errorf("%+v, %v", steps, err)
	}
}

// TestAddresses: an address may have an IPv6 host; one that names a program has no
// part of it run. What cannot be read as an address is shown without its secrets.
func TestAddresses(t *testing.T) {
	for address, good := range map[string]bool{
		"https://[::1]/x.git": true, "ssh://git@[2001:db8::1]:22/x.git": true, "git@[::1]:x.git": true, "https://ada:p%2Fw@example.org/x.git": true,
		"ext::sh -c x": false, "::x": false, "fd::17": false, "https://ada:pa/ss@example.org/x.git": false, "https://ada:p%zz@example.org/x": false,
	} {
		m, err := OpenMirror(t.Context(), MirrorOptions{URL: address, Branch: "main", Dir: t.TempDir()})
		if err == nil {
			m.Close()
		}
		if (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && (strings.Contains(err.Error(), "ss@") || strings.Contains(err.Error(), "p%zz")) {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

// TestPassword: a password or a token opens a remote that asks for it, and goes to
// no other host that the remote leads to, into no argument of a process, and into
// nobody's store.
func TestPassword(t *testing.T) {
	root := t.TempDir()
	repo := testkit.NewRepo(t)
	repo.Commit("articles/a.md", "a")
	repo.Git("clone", "--quiet", "--bare", repo.Dir, filepath.Join(root, "x.git"))
	stored := filepath.Join(t.TempDir(), "stored")
	config := filepath.Join(t.TempDir(), "gitconfig")
	testkit.Write(t, filepath.Dir(config), "gitconfig", "[credential]\n\thelper = store --file="+stored+"\n")
	t.Setenv("GIT_CONFIG_GLOBAL", config)
	backend := testkit.NewGitServer(t, root)
	var mu sync.Mutex
	leaked, asked := "", 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		leaked += r.Header.Get("Authorization")
		mu.Unlock()
		backend.Config.Handler.ServeHTTP(w, r)
	}))
	defer elsewhere.Close()
	guard := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch _, password, _ := r.BasicAuth(); {
		case strings.HasPrefix(r.URL.Path, "/away"):
			http.Redirect(w, r, elsewhere.URL+strings.TrimPrefix(r.URL.Path, "/away")+"?"+r.URL.RawQuery, http.StatusFound)
		case password != "se/same":
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
		default:
			backend.Config.Handler.ServeHTTP(w, r)
		}
	}))
	defer guard.Close()
	host := strings.TrimPrefix(guard.URL, "http://")
	for name, options := range map[string]MirrorOptions{
		"token":                 {URL: guard.URL + "/x.git", Token: "se/same"},
		"password":              {URL: "http://ada:se%2Fsame@" + host + "/x.git"},
		"token, name":           {URL: "http://ada@" + host + "/x.git", Token: "se/same"},
		"token, led elsewhere":  {URL: guard.URL + "/away/x.git", Token: "se/same"},
		"wrong":                 {URL: guard.URL + "/x.git", Token: "other-word"},
		"wrong, in the address": {URL: "http://ada:other-word@" + host + "/x.git"},
		"none":                  {URL: guard.URL + "/x.git"},
	} {
		options.Branch, options.Path, options.Dir = "main", "articles", t.TempDir()
		m, err := OpenMirror(t.Context(), options)
		if err != nil {
			t.Fatal(name, err)
		}
		err = m.Fetch(t.Context())
		m.Close()
		if bad := name[0] == 'w' || name[0] == 'n'; (err != nil) != bad {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "other-word") {
			t.Errorf("%s: the password is shown: %v", name, err)
		}
	}
	if leaked != "" || asked == 0 {
		t.Errorf("another host was asked %d times and told %q", asked, leaked)
	}
	if text, err := os.ReadFile(stored); err == nil {
		t.Errorf("the user's helper has stored %q", text)
	}
}

// TestHung: while a remote accepts and never answers, no process has the password
// among its arguments, and when the mirror is closed all of them end.
func TestHung(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	m := mirror(t, "http://ada:sesame-word@"+listener.Addr().String()+"/x.git")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Fetch(ctx) }()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	arguments := processes(t, listener.Addr().String())
	if len(arguments) == 0 || strings.Contains(strings.Join(arguments, " "), "sesame-word") {
		t.Errorf("processes: %q", arguments)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("a fetch that was given up: %v", err)
	}
	m.Close()
	for range 200 { // the system takes a moment to clear them away
		if arguments = processes(t, listener.Addr().String()); len(arguments) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("left behind: %q", arguments)
}

// processes are the arguments of those that have a text among them.
func processes(t *testing.T, text string) (all []string) {
	t.Helper()
	names, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(names) == 0 {
		t.Skip("the system does not show its processes")
	}
	for _, name := range names {
		if line, err := os.ReadFile(name); err == nil && strings.Contains(string(line), text) {
			all = append(all, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return all
}

// TestUnreadable: what cannot be read although the remote has nothing new makes the
// next fetch mend the copy.
func TestUnreadable(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("articles/a.md", "a", "articles/pic.png", strings.Repeat("p", 2000))
	m := mirror(t, repo.Dir)
	tree := fetch(t, m)
	blob := repo.Git("rev-parse", "HEAD:articles/pic.png")
	name := filepath.Join(m.git.dir, "objects", blob[:2], blob[2:])
	if err := errors.Join(os.Chmod(name, 0o644), os.WriteFile(name, []byte("spoilt"), 0o644)); err != nil {
		t.Fatal(err)
	}
	f, _ := tree.Find("pic.png")
	if _, err := f.Read(); err == nil {
		t.Fatal("a spoilt object can be read")
	}
	if err := m.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := content(t, tree, "pic.png"); len(got) != 2000 {
		t.Errorf("%d bytes", len(got))
	}
}
