package judged

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/scorers"
)

func TestCacheHitAsksNobody(t *testing.T) {
	cache := new(Memory)
	j, server := judge(t, func(r fakeai.Request) fakeai.Reply {
		return fakeai.Reply{Reasoning: "Let me see.", Text: `{"why":"Another year.","grade":"` + "CCA"[r.N:r.N+1] + `"}`, Fault: fakeai.ReasoningOld}
	}, votes(3))
	j.Cache = cache
	first := score(t, j, lease("In 2030."))
	spent := j.Tally().Spend
	if first.Verdict != scorers.Incorrect || server.Requests() != 3 {
		t.Fatalf("%+v, %d requests", first, server.Requests())
	}
	// The same content in another trial, by the same judge started anew.
	again, _ := Endpoint{BaseURL: server.Base(), Model: "scripted", Votes: 3}.Judge()
	defer again.Close()
	for _, j := range []*Judge{j, again} {
		j.Cache = cache
		q := lease("In 2030.")
		q.Trial.Arm, q.Trial.Repeat = "noisy", 4
		if got := score(t, j, q); got != first {
			t.Errorf("from the cache %+v, asked %+v", got, first)
		}
	}
	if server.Requests() != 3 {
		t.Errorf("%d requests for what was known", server.Requests()-3)
	}
	if tally := j.Tally(); tally.Cached != 3 || tally.Votes != 6 || tally.Flipped != 2 || tally.Spend != spent {
		t.Errorf("%+v: what comes from the cache costs nothing", tally)
	}
	g, err := j.Grade(t.Context(), Case{Language: "en", Question: lease("").Item.Question, Reference: Reference(lease("").Item.Answer, "en"), Reply: "In 2030."})
	if err != nil || len(g.Votes) != 3 || !g.Votes[0].Cached || g.Votes[0].Reasoning != "Let me see." || g.Votes[2].Verdict != scorers.Correct {
		t.Errorf("%+v, %v: the reasoning is kept, and each vote is its own", g, err)
	}
}

// TestEqualRepliesAreAskedOnce: trials that are scored at the same time with one reply cost one request.
func TestEqualRepliesAreAskedOnce(t *testing.T) {
	j, server := judge(t, fakeai.Script(perfect).With(func(_ fakeai.Request, r *fakeai.Reply) { r.Pace = fakeai.Pace{First: 20 * moment} }))
	j.Cache = new(Memory)
	questions := func(yield func(scorers.Question) bool) {
		for i := range 24 {
			if !yield(lease([]string{"In 2030.", "In 2031.", "In 2032."}[i%3])) {
				return
			}
		}
	}
	for s := range fan.Map(t.Context(), 8, questions, func(ctx context.Context, q scorers.Question) scorers.Score {
		s, err := j.Score(ctx, q)
		if err != nil {
			t.Error(err)
		}
		return s
	}) {
		if s.Verdict != scorers.Incorrect {
			t.Errorf("%+v", s)
		}
	}
	if tally := j.Tally(); server.Requests() != 3 || tally.Votes != 24 || tally.Cached != 21 {
		t.Errorf("%d requests, %+v", server.Requests(), tally)
	}
	// One that waits can be interrupted.
	var q queue
	leave, err := q.enter(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.enter(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	leave()
	if leave, err = q.enter(t.Context(), "k"); err != nil {
		t.Error(err)
	}
	leave()
	if len(q.busy) != 0 {
		t.Errorf("%d keys are left", len(q.busy))
	}
}

// TestKey: whatever could change a reply makes another key.
func TestKey(t *testing.T) {
	base := Judge{Model: "m", BaseURL: "http://box/v1"}
	c := Case{Language: "en", Question: "q", Reference: "r", Reply: "x"}
	keys := map[string]string{}
	add := func(what string, j *Judge, c Case, vote int) {
		k := j.key(gradePaper(c), vote)
		if was, ok := keys[k]; ok {
			t.Errorf("%s has the key of %s", what, was)
		}
		keys[k] = what
	}
	add("base", &base, c, 0)
	add("another vote", &base, c, 1)
	add("another reply", &base, Case{"en", "q", "r", "y"}, 0)
	add("another gold", &base, Case{"en", "q", "s", "x"}, 0)
	add("another question", &base, Case{"en", "p", "r", "x"}, 0)
	add("another rubric", &base, Case{"hi", "q", "r", "x"}, 0)
	add("no gold", &base, Case{"en", "q", "", "x"}, 0)
	add("shifted", &base, Case{"en", "qr", "", "x"}, 0)
	add("another model", &Judge{Model: "n", BaseURL: "http://box/v1"}, c, 0)
	add("another server", &Judge{Model: "m", BaseURL: "http://box2/v1"}, c, 0)
	add("another sampling", &Judge{Model: "m", BaseURL: "http://box/v1", Sampling: "temperature 1"}, c, 0)
	add("another contract", &Judge{Model: "m", BaseURL: "http://box/v1", Contract: Letter}, c, 0)
	add("another seed", &Judge{Model: "m", BaseURL: "http://box/v1", Seed: 1}, c, 0)
	if k := (&Judge{Model: "m", BaseURL: "http://box/v1", Attempts: 3, Votes: 5}).key(gradePaper(c), 0); keys[k] != "base" {
		t.Error("what cannot change a reply makes another key")
	}
}

// TestCacheKeepsVotesOnly: what could not be read is asked again, and so is what a cache holds of no use.
func TestCacheKeepsVotesOnly(t *testing.T) {
	says := []fakeai.Reply{{Text: "hm"}, {Text: "A", Finish: "length"}, {Status: 500, Text: "no"}, {Text: "A"}}
	j, server := judge(t, func(r fakeai.Request) fakeai.Reply { return says[min(r.N, len(says)-1)] })
	j.Cache, j.Attempts = new(Memory), 1
	for i := range says {
		got := score(t, j, lease("x"))
		if (got.Verdict == scorers.Correct) != (i == len(says)-1) || server.Requests() != i+1 {
			t.Errorf("%d: %+v after %d requests", i, got, server.Requests())
		}
	}
	score(t, j, lease("x"))
	if server.Requests() != len(says) {
		t.Error("a vote was not kept")
	}
	garbled := new(Memory)
	if err := garbled.Put(t.Context(), j.key(gradePaper(Case{"en", "q", "r", "x"}), 0), Entry{Text: "hm"}); err != nil {
		t.Fatal(err)
	}
	j.Cache = garbled
	if g, err := j.Grade(t.Context(), Case{"en", "q", "r", "x"}); err != nil || g.Verdict != scorers.Correct || g.Votes[0].Cached {
		t.Errorf("%+v, %v", g, err)
	}
}

// broken is a cache on a full disk.
type broken struct{ get, put error }

func (b broken) Get(context.Context, string) (Entry, bool, error) { return Entry{}, false, b.get }
func (b broken) Put(context.Context, string, Entry) error         { return b.put }

func TestBrokenCacheIsAnError(t *testing.T) {
	full := errors.New("disk full")
	for _, c := range []broken{{get: full}, {put: full}} {
		j, _ := judge(t, perfect)
		j.Cache = c
		if _, err := j.Score(t.Context(), lease("x")); !errors.Is(err, full) || !strings.Contains(err.Error(), "judge's cache") {
			t.Errorf("%v", err)
		}
	}
}
