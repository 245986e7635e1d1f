package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// MirrorOptions say what a Mirror copies, and to where.
type MirrorOptions struct {
	URL    string // anything that git can fetch
	Branch string
	Path   string // of the content folder in the repository; "" or "." for all of it
	Dir    string // the copy is kept below it
	Token  string // for https: the password, or a forge's access token
}

// Mirror is a source: one branch of a remote repository, copied whole and bare,
// so that a fetch costs what was pushed. What was fetched last is served whether
// the remote answers or not. It is safe for concurrent use.
type Mirror struct {
	*Repository
	options MirrorOptions
	gate    gate
	end     context.CancelFunc

	sound string // what a fetch failed of last with a copy that was found whole; for fetches only

	mu    sync.Mutex
	fetch LastFetch
	runs  int // fetches since the copy was last tidied
}

// LastFetch tells of the last fetch.
type LastFetch struct {
	Began time.Time
	Took  time.Duration
	Fault error
}

// OpenMirror returns the mirror in options.Dir and makes it where there is none.
// It does not fetch yet.
func OpenMirror(ctx context.Context, options MirrorOptions) (*Mirror, error) {
	if err := checkRemote(&options); err != nil {
		return nil, err
	}
	access, err := credentialsOf(options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Redacted(options.URL), err)
	}
	dir := filepath.Join(options.Dir, "git-"+shortHash(access.url)) // a new password makes no new copy
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the copy of the repository: %w", err)
	}
	g := &git{dir: dir, secret: access.secrets()}
	g.config, g.env = access.settings()
	m := &Mirror{Repository: newRepository(g, options.Path, branches), options: options}
	m.id = shortHash(options.URL + "\x00" + m.path) // wherever the copy is
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	m.end = end
	m.gate.work = func() error { return m.fetchOnce(life) }
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err != nil {
		if _, err := g.run(ctx, "init", "--quiet", "--bare"); err != nil {
			return nil, fmt.Errorf("make the copy of the repository: %w", err)
		}
	}
	m.removeLocks()
	return m, nil
}

// Copies opens the copies of repositories that mirrors keep in a data folder, as
// they are, to look something up in them.
func Copies(data string) []*Repository {
	dirs, _ := filepath.Glob(filepath.Join(data, "git-*")) // a folder with signs of a pattern in its name has none
	var all []*Repository
	for _, dir := range dirs {
		all = append(all, newRepository(&git{dir: dir}, "", branches))
	}
	return all
}

// Close ends what the mirror has begun.
func (m *Mirror) Close() {
	m.end()
	m.gate.wait.Wait()
	m.Repository.Close()
}

// transport is how an address begins that is for a program of its name
// (gitremote-helpers(7)).
var transport = regexp.MustCompile(`^[A-Za-z0-9+.-]*::`)

// checkRemote refuses addresses that git would take for something else.
func checkRemote(options *MirrorOptions) error {
	shown := Redacted(options.URL)
	scheme, _, hasScheme := strings.Cut(options.URL, "://")
	switch {
	case strings.HasPrefix(options.URL, "-") || transport.MatchString(options.URL):
		return fmt.Errorf("%q is not the address of a repository; write one like https://example.org/site.git", shown)
	case hasScheme && !strings.Contains(" https http ssh git file ", " "+strings.ToLower(scheme)+" "):
		return fmt.Errorf("%q: git repositories are fetched by https, ssh, http, git or file", shown)
	case !hasScheme && !scpLike(options.URL):
		path, err := filepath.Abs(options.URL)
		if err != nil {
			return fmt.Errorf("find the repository %s: %w", shown, err)
		}
		options.URL = path
	}
	return nil
}

// scpLike reports whether an address is like git@example.org:site.git.
func scpLike(address string) bool {
	host, _, ok := strings.Cut(address, ":")
	return ok && host != "" && !strings.Contains(host, "/")
}

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// fetchLimit is how long a fetch may take. The first copies everything, and git
// itself ends one that stands still.
const fetchLimit = 30 * time.Minute

// Fetch copies what is new at the remote. Calls at the same time share a fetch
// that began after each of them. A failure leaves the copy as it was.
func (m *Mirror) Fetch(ctx context.Context) error { return m.gate.pass(ctx) }

// LastFetch tells of the last fetch that ended.
func (m *Mirror) LastFetch() LastFetch {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.fetch
}

func (m *Mirror) fetchOnce(ctx context.Context) error {
	began := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, fetchLimit, errors.New("the remote took too long"))
	defer cancel()
	err := m.copyRefs(ctx)
	if ctx.Err() == nil {
		err = m.mend(ctx, err)
	}
	if err != nil {
		err = fmt.Errorf("fetch %s: %w", Redacted(m.options.URL), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fetch = LastFetch{began, time.Since(began), err}
	m.runs++
	return err
}

// copyRefs fetches all branches, for previews, and tags. All or none of the
// names move, but where one makes room for another: git cannot do both at once
// when a branch "topic" went and "topic/one" came.
func (m *Mirror) copyRefs(ctx context.Context) error {
	copyAll := func(how string) error {
		_, err := m.git.run(ctx, "fetch", "--quiet", "--force", "--prune", "--no-tags", how, "--no-write-fetch-head", "--update-shallow",
			"origin", "+refs/heads/*:"+branches+"*", "+refs/tags/*:refs/tags/*")
		return err
	}
	err := copyAll("--atomic")
	if err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "cannot lock ref") {
		err = copyAll("--no-atomic")
	}
	return err
}

// branches is where the copies of the remote's branches are, kept where those
// that this program keeps for itself.
const (
	branches = "refs/remotes/origin/"
	kept     = "refs/byline/"
)

// Snapshot returns the branch as it was last fetched.
func (m *Mirror) Snapshot(ctx context.Context) (Tree, error) {
	tip, err := m.Tip(ctx)
	if err != nil {
		return Tree{}, err
	}
	return m.Tree(ctx, tip)
}

// Tip is the newest commit of the branch.
func (m *Mirror) Tip(ctx context.Context) (Commit, error) {
	tip, err := m.Resolve(ctx, branches+m.options.Branch)
	if errors.Is(err, ErrNoObject) {
		return tip, m.noBranch(ctx)
	}
	return tip, err
}

func (m *Mirror) noBranch(ctx context.Context) error {
	if fault := m.LastFetch().Fault; fault != nil {
		return fault
	}
	out, err := m.git.line(ctx, "for-each-ref", "--format=%(refname:lstrip=3)", branches)
	if err != nil {
		return err
	}
	if out == "" {
		return fmt.Errorf("the repository %s has no commit yet", Redacted(m.options.URL))
	}
	return fmt.Errorf("there is no branch %s in %s; it has %s", m.options.Branch, Redacted(m.options.URL), strings.Join(strings.Fields(out), ", "))
}

// Keep remembers a commit under a name, also when no branch has it any more.
func (m *Mirror) Keep(ctx context.Context, name, commit string) error {
	_, err := m.git.run(ctx, "update-ref", kept+name, commit)
	return err
}

// Forget drops a name that Keep made.
func (m *Mirror) Forget(ctx context.Context, name string) error {
	_, err := m.git.run(ctx, "update-ref", "-d", kept+name)
	return err
}

// Kept returns the commit that Keep remembered.
func (m *Mirror) Kept(ctx context.Context, name string) (Commit, error) {
	return m.Resolve(ctx, kept+name)
}

// removeLocks removes what a program that was killed left behind. A lock that is
// in use is seconds old.
func (m *Mirror) removeLocks() {
	_ = filepath.WalkDir(m.git.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if entry.IsDir() && entry.Name() == "objects" {
			return fs.SkipDir
		}
		info, err := entry.Info()
		if strings.HasSuffix(name, ".lock") && err == nil && time.Since(info.ModTime()) > time.Minute {
			_ = os.Remove(name) // the next fetch says so if it is still in the way
		}
		return nil
	})
}
