// Package conformance is the test that every retriever passes, whatever lies behind it.
package conformance

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Case is a retriever under test.
type Case struct {
	Retriever runners.Retriever
	// Questions are ordinary ones. Each must find at least one passage. At least one is needed.
	Questions []string
	// Stuck is the same kind of retriever before a backend that never answers: a cancelled context must still end its call. Nil for
	// retrievers that wait for nobody. A call that does not come back ends with the test binary's own deadline.
	Stuck runners.Retriever
}

// Many is more passages than a question of the test is meant to have.
const Many = 1000

// Test holds the retriever to what the examination relies on:
//
//  1. At most k passages come back, none and no error for a k that is not positive, at least one for each of the case's questions,
//     and never fewer for a larger k.
//  2. Every passage has an ID, a text and an Origin; no ID comes twice in one answer.
//  3. The same question brings the same passages in the same order, asked again and by several callers at once (run it with -race).
//  4. An ended context brings its own error and no passage, also in the midst of a call.
//  5. Hostile questions (quotes, NUL, broken UTF-8, very long, punctuation alone, none at all, Chinese, Hindi) bring no error.
func Test(t *testing.T, c Case) {
	t.Helper()
	if len(c.Questions) == 0 {
		t.Fatal("the case has no questions")
	}
	t.Run("k", c.k)
	t.Run("provenance", c.provenance)
	t.Run("order", c.order)
	t.Run("concurrent", c.concurrent)
	t.Run("ended context", c.ended)
	t.Run("hostile questions", c.hostile)
	t.Run("stuck backend", c.stuck)
}

func (c Case) ask(t *testing.T, question string, k int) []suites.Passage {
	t.Helper()
	found, err := c.Retriever.Retrieve(t.Context(), question, k)
	if err != nil {
		t.Fatalf("Retrieve(%.60q, %d): %v", question, k, err)
	}
	return found
}

func (c Case) k(t *testing.T) {
	for _, q := range c.Questions {
		before := 0
		for _, k := range []int{-1, 0, 1, 2, 3, Many} {
			got := len(c.ask(t, q, k))
			switch {
			case got > max(k, 0):
				t.Errorf("%q: %d passages for k=%d", q, got, k)
			case k > 0 && got == 0:
				t.Errorf("%q: no passage for k=%d: a question of the case finds at least one", q, k)
			case got < before:
				t.Errorf("%q: %d passages for k=%d, fewer than the %d for a smaller k", q, got, k, before)
			}
			before = got
		}
	}
}

func (c Case) provenance(t *testing.T) {
	for _, q := range c.Questions {
		seen := map[string]bool{}
		for i, p := range c.ask(t, q, Many) {
			if p.ID == "" || p.Origin == "" || strings.TrimSpace(p.Text) == "" {
				t.Errorf("%q: passage %d has ID %q, Origin %q and a text of %d bytes: none may be empty", q, i+1, p.ID, p.Origin, len(p.Text))
			}
			if seen[p.ID] {
				t.Errorf("%q: passage %d: ID %q comes twice", q, i+1, p.ID)
			}
			seen[p.ID] = true
		}
	}
}

func (c Case) order(t *testing.T) {
	for _, q := range c.Questions {
		first := c.ask(t, q, 10)
		for range 3 {
			if diff := cmp.Diff(first, c.ask(t, q, 10)); diff != "" {
				t.Fatalf("%q asked again (-first +again):\n%s", q, diff)
			}
		}
	}
}

func (c Case) concurrent(t *testing.T) {
	want := make([][]suites.Passage, len(c.Questions))
	for i, q := range c.Questions {
		want[i] = c.ask(t, q, 5)
	}
	type answer struct {
		question int
		found    []suites.Passage
		err      error
	}
	calls := func(yield func(int) bool) {
		for i := range 8 * max(len(c.Questions), 4) {
			if !yield(i % len(c.Questions)) {
				return
			}
		}
	}
	for a := range fan.Map(t.Context(), 8, calls, func(ctx context.Context, i int) answer {
		found, err := c.Retriever.Retrieve(ctx, c.Questions[i], 5)
		return answer{i, found, err}
	}) {
		if a.err != nil {
			t.Fatalf("%q among others: %v", c.Questions[a.question], a.err)
		}
		if diff := cmp.Diff(want[a.question], a.found); diff != "" {
			t.Fatalf("%q among others (-alone +among):\n%s", c.Questions[a.question], diff)
		}
	}
}

func (c Case) ended(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, e := range []struct {
		ctx  context.Context
		want error
	}{{cancelled, context.Canceled}, {late, context.DeadlineExceeded}} {
		found, err := c.Retriever.Retrieve(e.ctx, c.Questions[0], 5)
		if !errors.Is(err, e.want) || len(found) > 0 {
			t.Errorf("got %d passages and error %v, want none and %v", len(found), err, e.want)
		}
	}
	c.ask(t, c.Questions[0], 1) // and works on for the next caller
}

// Hostile are questions that must do no harm, by what they are.
var Hostile = []struct{ Name, Question string }{
	{"empty", ""},
	{"space", " \t\n"},
	{"single quotes", "what is o'brien's ''limit''?"},
	{"injection", "'; DROP TABLE orders; --"},
	{"double quotes and backslashes", `a "quoted \" phrase\\" and \u0000 "`},
	{"wildcards and operators", `100% of _all_ * +must -not (open [bracket {brace "AND OR NOT NEAR ~^:/?#&=$<>|`},
	{"template", "${HOME} {{.Secret}} $(id) %s %00 ../../etc/passwd"},
	{"line breaks", "first line\r\nSecond: line\n\nthird"},
	{"NUL", "before\x00after"},
	{"broken UTF-8", "caf\xe9 \xff\xfe"},
	{"punctuation", "?!… ,.;:—'\"()[]"},
	{"very long", strings.Repeat("leave days employee ", 500)},
	{"one long word", strings.Repeat("x", 10_000)},
	{"Chinese", "员工一年有多少天年假？"},
	{"Hindi", "कर्मचारियों को साल में कितने दिन की छुट्टी मिलती है?"},
	{"right to left and emoji", "\u202eעברית 🧾👩‍💻"},
}

func (c Case) hostile(t *testing.T) {
	for _, h := range Hostile {
		if got := len(c.ask(t, h.Question, 3)); got > 3 {
			t.Errorf("%s: %d passages for k=3", h.Name, got)
		}
	}
}

func (c Case) stuck(t *testing.T) {
	if c.Stuck == nil {
		t.Skip("nothing is waited for")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	found, err := c.Stuck.Retrieve(ctx, c.Questions[0], 5)
	if !errors.Is(err, context.DeadlineExceeded) || len(found) > 0 {
		t.Errorf("deadline: got %d passages and error %v, want none and %v", len(found), err, context.DeadlineExceeded)
	}
	ctx, cancel = context.WithCancel(t.Context())
	stop := time.AfterFunc(100*time.Millisecond, cancel)
	defer stop.Stop()
	found, err = c.Stuck.Retrieve(ctx, c.Questions[0], 5)
	if !errors.Is(err, context.Canceled) || len(found) > 0 {
		t.Errorf("cancelled: got %d passages and error %v, want none and %v", len(found), err, context.Canceled)
	}
}
