package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// mend makes a copy anew that turns out to be broken, by a fetch that failed or a
// read that did since the last one. A fault that a whole copy had the last time,
// too, is the remote's: that is not looked into again.
func (m *Mirror) mend(ctx context.Context, fault error) error {
	unread := m.unread.Load()
	if !unread && (fault == nil || fault.Error() == m.sound) {
		return fault
	}
	m.removeLocks()
	if m.isSound(ctx, unread) {
		m.unread.Store(false)
		if fault != nil {
			m.sound = fault.Error()
		}
		return fault
	}
	m.sound = ""
	if err := m.rebuild(ctx, fault); err != nil {
		return err
	}
	m.unread.Store(false)
	return nil
}

// isSound reports whether the copy itself is whole: that everything is there, and
// when contents could not be read, that they can.
func (m *Mirror) isSound(ctx context.Context, contents bool) bool {
	args := []string{"fsck", "--no-dangling", "--no-progress"}
	if !contents {
		args = append(args, "--connectivity-only")
	}
	_, err := m.git.run(ctx, args...)
	return err == nil || ctx.Err() != nil
}

// rebuild copies everything anew beside a copy that is broken, and takes its
// place. It fails, and changes nothing, when the remote cannot be reached.
func (m *Mirror) rebuild(ctx context.Context, cause error) error {
	fresh := *m.git
	fresh.dir = m.git.dir + ".new"
	err := errors.Join(os.RemoveAll(fresh.dir), os.MkdirAll(fresh.dir, 0o700))
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh.dir)
	other := &Mirror{Repository: &Repository{git: &fresh}, options: m.options}
	if _, err := fresh.run(ctx, "init", "--quiet", "--bare"); err != nil {
		return err
	}
	if err := other.copyRefs(ctx); err != nil {
		return errors.Join(errors.New("the copy is broken and cannot be made anew"), cause, err)
	}
	m.carryOver(ctx, other)
	broken := m.git.dir + ".broken"
	if err := os.RemoveAll(broken); err != nil {
		return err
	}
	if err := os.Rename(m.git.dir, broken); err != nil {
		return err
	}
	if err := os.Rename(fresh.dir, m.git.dir); err != nil {
		return errors.Join(err, os.Rename(broken, m.git.dir))
	}
	m.objects.restart()
	return os.RemoveAll(broken)
}

// carryOver keeps the commits that Keep remembered, where the remote still has
// them.
func (m *Mirror) carryOver(ctx context.Context, to *Mirror) {
	out, err := m.git.line(ctx, "for-each-ref", "--format=%(refname) %(objectname)", kept)
	if err != nil {
		return
	}
	for line := range strings.SplitSeq(out, "\n") {
		if name, id, ok := strings.Cut(line, " "); ok {
			_, _ = to.git.run(ctx, "update-ref", name, id) // fails for a commit that is gone
		}
	}
}

// tidyAfter is the number of fetches after which small packs are put together.
const tidyAfter = 200

// tidy keeps the copy from growing by a pack a push. Readers may go on meanwhile.
func (m *Mirror) tidy(ctx context.Context) {
	m.mu.Lock()
	due := m.runs >= tidyAfter
	if due {
		m.runs = 0
	}
	m.mu.Unlock()
	if due {
		_, _ = m.git.run(ctx, "-c", "gc.auto=1000", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet") // the next time will do as well
	}
}

// Watch fetches every poll, and tells when the branch has moved or the remote
// has begun or ceased to answer, until ctx ends; the channel is then closed.
// poll 0 leaves fetching to Fetch.
func (m *Mirror) Watch(ctx context.Context, poll time.Duration) (<-chan struct{}, error) {
	notices := make(chan struct{}, 1)
	last := m.state(ctx)
	go func() {
		defer close(notices)
		m.gate.join(ctx) // one that a start did not wait for
		if now := m.state(ctx); now != last {
			last = now
			notify(notices)
		}
		if poll <= 0 {
			<-ctx.Done()
			return
		}
		ticker := time.NewTicker(poll)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if m.Fetch(ctx) != nil && ctx.Err() != nil {
				return
			}
			if now := m.state(ctx); now != last {
				last = now
				notify(notices)
			}
			m.tidy(ctx)
		}
	}()
	return notices, nil
}

// state is what is worth telling of.
func (m *Mirror) state(ctx context.Context) string {
	tip, err := m.Tip(ctx)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(tip.ID, m.LastFetch().Fault == nil)
}
