package testkit

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// GitServer serves repositories over HTTP by git's own program for it, and can
// be made to fail as networks do.
type GitServer struct {
	*httptest.Server
	Fetches atomic.Int64 // requests for objects
	Gone    atomic.Bool  // the server answers 503
	CutAt   atomic.Int64 // cut every answer with objects off after that many bytes; 0: not

	hung atomic.Pointer[chan struct{}] // closed: answer again
}

// Hang makes the server accept requests and not answer them, until release.
func (s *GitServer) Hang() (release func()) {
	hung := make(chan struct{})
	s.hung.Store(&hung)
	return sync.OnceFunc(func() { s.hung.Store(nil); close(hung) })
}

// NewGitServer serves the repositories below dir until the test ends. The
// address of dir/x.git is URL + "/x.git".
func NewGitServer(t testing.TB, dir string) *GitServer {
	t.Helper()
	exec, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(exec)), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=ada"},
	}
	s := &GitServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hung := s.hung.Load(); hung != nil {
			select {
			case <-*hung:
			case <-r.Context().Done():
			}
		}
		if s.Gone.Load() {
			http.Error(w, "gone", http.StatusServiceUnavailable)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/git-upload-pack") {
			s.Fetches.Add(1)
			if n := s.CutAt.Load(); n > 0 {
				w = &cutWriter{ResponseWriter: w, left: n}
			}
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// cutWriter ends a connection in the middle of an answer.
type cutWriter struct {
	http.ResponseWriter
	left int64
}

// Write implements io.Writer.
func (w *cutWriter) Write(p []byte) (int, error) {
	if int64(len(p)) > w.left {
		_, _ = w.ResponseWriter.Write(p[:w.left]) // the client sees that it is cut off
		panic(http.ErrAbortHandler)
	}
	w.left -= int64(len(p))
	return w.ResponseWriter.Write(p)
}
