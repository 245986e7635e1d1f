package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load asks for pages as fast as they come: one that everybody reads, then all of
// them at random, each for the first time and again.
func (r *run) load(ctx context.Context) error {
	pages := slices.Clone(r.place.articles)
	r.random.Shuffle(len(pages), func(i, j int) { pages[i], pages[j] = pages[j], pages[i] })
	half := len(pages) / 2
	for i, encoding := range encodings[:2] {
		one := r.requests(encoding, r.place.one())
		if _, err := r.measure(ctx, "one page, "+encoding, one, false); err != nil {
			return err
		}
		// Either encoding has pages that nobody has asked for yet.
		fresh := r.requests(encoding, pages[i*half:(i+1)*half]...)
		if len(fresh) == 0 {
			fresh = one // a site of a single page
		}
		asked, err := r.measure(ctx, "any page, first time, "+encoding, fresh, true)
		if err != nil {
			return err
		}
		if _, err := r.measure(ctx, "any page, again, "+encoding, fresh[:asked], false); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) requests(encoding string, pages ...string) [][]byte {
	all := make([][]byte, len(pages))
	for i, page := range pages {
		all[i] = request(r.server.addr, page, encoding)
	}
	return all
}

// measure sends requests over keep-alive connections for a while and adds a row to the
// report: at random, or each at most once and in order. It returns how many were sent.
func (r *run) measure(ctx context.Context, name string, requests [][]byte, once bool) (sent int, err error) {
	r.Tell("Reading " + name)
	pick := func(random *rand.Rand) []byte { return requests[random.IntN(len(requests))] }
	if once {
		var next atomic.Int64
		pick = func(*rand.Rand) []byte {
			if i := int(next.Add(1)) - 1; i < len(requests) {
				return requests[i]
			}
			return nil
		}
	}
	readers := make([]reader, connections)
	var group sync.WaitGroup
	began := time.Now()
	for i := range readers {
		group.Go(func() {
			readers[i].run(ctx, r.server.addr, began.Add(r.Load), rand.New(rand.NewPCG(uint64(i), 1)), pick)
		})
	}
	group.Wait()
	took := time.Since(began)
	var all reader
	for _, reader := range readers {
		all.times, all.bytes, all.fault = append(all.times, reader.times...), all.bytes+reader.bytes, errors.Join(all.fault, reader.fault)
	}
	if all.fault != nil {
		return 0, fmt.Errorf("reading %s: %w", name, all.fault)
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	r.report.Loads = append(r.report.Loads, Load{
		Name: name, PerSecond: float64(len(all.times)) / took.Seconds(), MegabytesPerSecond: float64(all.bytes) / 1e6 / took.Seconds(), Latency: latencyOf(all.times),
	})
	return len(all.times), nil
}

// reader is one connection and what it saw.
type reader struct {
	times []time.Duration
	bytes int
	fault error
}

// run asks, once at least, until the time is over or there is nothing more to ask.
func (r *reader) run(ctx context.Context, addr string, end time.Time, random *rand.Rand, pick func(*rand.Rand) []byte) {
	w, err := dial(ctx, addr)
	if err != nil {
		r.fault = err
		return
	}
	defer w.close()
	for now := time.Now(); (len(r.times) == 0 || now.Before(end)) && ctx.Err() == nil; {
		next := pick(random)
		if next == nil {
			return
		}
		a, err := w.ask(next, now.Add(limit))
		if err == nil && a.status != http.StatusOK {
			err = fmt.Errorf("the server answers %d", a.status)
		}
		if err != nil {
			r.fault = err
			return
		}
		then := time.Now()
		r.times, r.bytes, now = append(r.times, then.Sub(now)), r.bytes+a.head+a.body, then
	}
}

// latencyOf sorts times and reads off what most and nearly all stay under.
func latencyOf(times []time.Duration) Latency {
	slices.Sort(times)
	at := func(part float64) float64 {
		return milliseconds(times[min(len(times)-1, int(part*float64(len(times))))])
	}
	return Latency{Count: len(times), P50: at(.50), P99: at(.99), Worst: at(1)}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
