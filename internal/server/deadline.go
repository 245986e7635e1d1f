package server

import (
	"net"
	"sync"
	"time"
)

// slack is how much longer than it was asked for a time to wait may be.
const slack = time.Second

// lazyDeadline is the deadline of one direction of a connection. net/http sets seven of
// them in a request, of which most are replaced before anybody waits, and each is a
// timer of the runtime. So one is only noted as long as nobody waits, and when
// somebody does, what stands beneath is left alone where it is right but for slack.
// Nobody waits shorter than asked. While somebody waits every word counts at once
// and to the letter: that is how net/http ends a read. It is safe for concurrent use.
type lazyDeadline struct {
	set func(time.Time) error // of the connection beneath

	mu       sync.Mutex
	wanted   time.Time // zero: none
	standing time.Time // beneath
	waiting  int       // calls that are under way
}

// want is SetReadDeadline or SetWriteDeadline.
func (d *lazyDeadline) want(t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = t
	if d.waiting == 0 {
		return nil
	}
	return d.stand(t)
}

// begin comes before a call that may wait. The error is that of a time that is over.
func (d *lazyDeadline) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.prepare(); err != nil {
		return err
	}
	d.waiting++
	return nil
}

// end comes after what begin came before.
func (d *lazyDeadline) end() {
	d.mu.Lock()
	d.waiting--
	d.mu.Unlock()
}

// prepare makes that stand beneath which is wanted.
func (d *lazyDeadline) prepare() error {
	switch late := d.standing.Sub(d.wanted); {
	case d.wanted.IsZero() && d.standing.IsZero():
		return nil
	case d.wanted.IsZero():
		return d.stand(time.Time{})
	case !d.standing.IsZero() && late >= 0 && late <= slack:
		return nil
	case !time.Now().Before(d.wanted):
		return overdue{}
	}
	return d.stand(d.wanted.Add(slack))
}

func (d *lazyDeadline) stand(t time.Time) error {
	d.standing = t
	return d.set(t)
}

// overdue is the error of a time that is over before anybody has waited.
type overdue struct{}

var _ net.Error = overdue{}

func (overdue) Error() string   { return "i/o timeout" }
func (overdue) Timeout() bool   { return true }
func (overdue) Temporary() bool { return true } // as that of a *net.TCPConn
