package runners

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"time"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/suites"
)

// Runner puts a suite to a target under several arms. Only Target, Suite and Arms are needed; the zero value of each other field
// is a usable default.
type Runner struct {
	Target      Target
	Suite       *suites.Suite
	Arms        []Arm
	Limit       int           // ask only the first Limit items; 0: all
	Repeats     int           // times each item is asked under each arm; 0: once
	Concurrency int           // requests in flight; 0: one
	Timeout     time.Duration // deadline of each request; 0: none
	Attempts    int           // requests a trial may cost when the infrastructure fails; 0: one
	Seed        int64         // makes the seeds of the prompts
	Skip        map[Key]bool  // trials that are finished already
	ItemByItem  bool          // all repeats of an item together, instead of the whole suite again and again
}

// Selective is a Book that has something to show for some items only. An arm asks the items its book applies to.
type Selective interface {
	Applies(it suites.Item) bool
}

// Planned is the number of trials that Trials yields when nothing is skipped.
func (r Runner) Planned() int {
	n := 0
	for _, it := range r.Items() {
		for _, arm := range r.Arms {
			if arm.applies(it) {
				n++
			}
		}
	}
	return n * max(r.Repeats, 1)
}

// Items are the items that are asked, in the suite's order.
func (r Runner) Items() []suites.Item {
	if r.Limit > 0 && r.Limit < len(r.Suite.Items) {
		return r.Suite.Items[:r.Limit]
	}
	return r.Suite.Items
}

// Trials asks everything that is not skipped and yields each trial as it ends, in no particular order.
//
//  1. The failure of a trial is data: its Status and Err say what happened, and the others go on.
//  2. When ctx ends, no further trial is started, and those under way are abandoned without being yielded: they never took place.
//  3. Requests that fail for reasons of infrastructure are sent again, up to Attempts, after a growing and jittered wait or the
//     server's Retry-After. The last attempt is the one that is timed.
//  4. A target that several requests in a row could not reach gets one attempt a trial, so that a dead one is reported soon.
//
// Items are asked in the suite's order, all arms of an item together, so that an interrupted run is still paired, and the whole suite before
// its next repeat, so that it is about all of it.
func (r Runner) Trials(ctx context.Context) iter.Seq[Trial] {
	return func(yield func(Trial) bool) {
		patience := new(Patience)
		ask := func(ctx context.Context, j job) *Trial { return r.trial(ctx, j, patience) }
		for t := range fan.Map(ctx, min(r.Concurrency, r.Planned()), r.jobs(r.Skip), ask) {
			if t != nil && !yield(*t) {
				return
			}
		}
	}
}

// applies reports whether the arm asks the item.
func (a Arm) applies(it suites.Item) bool {
	s, ok := a.Book.(Selective)
	return !ok || s.Applies(it)
}

// job is a trial that is still to be asked.
type job struct {
	key  Key
	item suites.Item
	arm  Arm
}

func (r Runner) jobs(skip map[Key]bool) iter.Seq[job] {
	return func(yield func(job) bool) {
		items, repeats := r.Items(), max(r.Repeats, 1)
		for i := range len(items) * repeats {
			it, repeat := items[i%len(items)], i/len(items)
			if r.ItemByItem {
				it, repeat = items[i/repeats], i%repeats
			}
			for _, arm := range r.Arms {
				key := Key{ItemID: it.ID, Arm: arm.Name, Repeat: repeat}
				if arm.applies(it) && !skip[key] && !yield(job{key, it, arm}) {
					return
				}
			}
		}
	}
}

// Keys are the trials of the plan in the order in which they are asked, the skipped ones among them.
func (r Runner) Keys() iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for j := range r.jobs(nil) {
			if !yield(j.key) {
				return
			}
		}
	}
}

// trial asks one question. It returns nil when ctx ended before the trial did.
func (r Runner) trial(ctx context.Context, j job, patience *Patience) *Trial {
	t := &Trial{Key: j.key}
	shown, err := open(ctx, j.arm, j.item)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil { // never turned into a closed-book trial
		t.Status, t.Err = Failed, fmt.Sprintf("open book: %v", err)
		return t
	}
	t.Shown = shown
	t.Prompt = Prompt{Messages: paper(r.Suite.AsOf, j.item, j.arm, t.Shown.Passages).Messages(), Seed: seed(r.Seed, j.key)}

	if len(j.arm.Tools) > 0 {
		r.converse(ctx, t, j.arm, patience)
	} else {
		t.Attempts, _ = patience.Ask(ctx, r.Attempts, func(ctx context.Context, due time.Time) error { return r.ask(ctx, t, due) })
	}
	if ctx.Err() != nil {
		return nil
	}
	return t
}

// ask sends the prompt once and fills in what came of it.
func (r Runner) ask(ctx context.Context, t *Trial, due time.Time) error {
	return t.Ask(ctx, r.Target, r.Timeout, due)
}

// Ask sends the trial's prompt to a target once, with a deadline unless timeout is 0, and fills in what came of it: response, status and
// error. due is when the request should have been sent. It counts no attempt.
func (t *Trial) Ask(ctx context.Context, target Target, timeout time.Duration, due time.Time) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	response, err := target.Ask(ctx, t.Prompt)
	response.Timing.Scheduled = due
	t.Response, t.Err = response, ""
	t.Status = statusOf(response, err)
	if t.Status == Truncated && t.Prompt.Exactly > 0 {
		t.Status = OK // it was told to end there
	}
	if err != nil {
		t.Err = err.Error()
	}
	return err
}

// paper sets the examination paper of an item. It is the same for every arm but for the passages, and for arms with tools, which have
// instructions of their own.
func paper(asOf time.Time, it suites.Item, arm Arm, shown []suites.Passage) prompt.Paper {
	p := prompt.Paper{Language: it.Language, Question: it.Question, AsOf: day(asOf), Tools: len(arm.Tools) > 0}
	for _, s := range shown {
		p.Passages = append(p.Passages, prompt.Passage{ID: s.ID, Title: s.Title, Date: day(s.ValidFrom), Text: s.Text})
	}
	return p
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// seed gives each repeat of an item a seed of its own, the same in every arm, so that arms stay paired.
func seed(run int64, k Key) int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s\x00%d", run, k.ItemID, k.Repeat)
	return int64(h.Sum64() >> 33) // 31 bits: some servers read a C int
}

// evidenceShown reports whether every passage that holds the item's answer lies on the desk.
func evidenceShown(it suites.Item, shown []suites.Passage) bool {
	return len(it.Evidence) > 0 && !slices.ContainsFunc(it.Evidence, func(id string) bool {
		return !slices.ContainsFunc(shown, func(p suites.Passage) bool { return p.ID == id })
	})
}

// Preview opens an arm's book for an item and sets the paper, exactly as [Runner.Trials] would, without asking anyone.
func Preview(ctx context.Context, s *suites.Suite, it suites.Item, arm Arm) (Shown, []prompt.Message, error) {
	shown, err := open(ctx, arm, it)
	return shown, paper(s.AsOf, it, arm, shown.Passages).Messages(), err
}

// open lays the arm's passages on the desk; a closed-book arm has none. An arm with tools is expected to find the answer with them.
func open(ctx context.Context, arm Arm, it suites.Item) (Shown, error) {
	if arm.Book != nil {
		return arm.Book.Open(ctx, it, arm.K)
	}
	switch {
	case it.Answerable() && len(arm.Tools) > 0:
		return Shown{Expect: ExpectAnswer}, nil
	case it.Answerable():
		return Shown{Expect: ExpectEither}, nil
	}
	return Shown{Expect: ExpectAbstain}, nil
}
