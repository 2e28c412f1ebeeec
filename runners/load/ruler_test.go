package load

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
)

// counter is a target that counts tokens by a rule of its own.
type counter struct {
	rule  func(text string) int
	asked int
}

func (c *counter) Ask(_ context.Context, p runners.Prompt) (runners.Response, error) {
	c.asked++
	r := runners.Response{Text: "the", Finish: "length"}
	if c.rule != nil {
		r.Tokens = runners.Tokens{Prompt: c.rule(p.Messages[0].Content), Completion: 1, Source: runners.FromUsage}
	}
	return r, nil
}

func TestRuler(t *testing.T) {
	word := func(text string) int { return 23 + len(strings.Fields(text)) }
	for _, c := range []struct {
		name  string
		rule  func(string) int
		exact bool
		slack int
	}{
		{"a token a word", word, true, 0},
		{"the first word is two, as it lacks its space", func(s string) int { return 24 + len(strings.Fields(s)) }, true, 0},
		{"some words are two", func(s string) int {
			n := 7
			for _, w := range strings.Fields(s) {
				if n++; strings.ContainsAny(w, "z") || w == "about" || w == "would" || w == "through" {
					n++
				}
			}
			return n
		}, true, 0},
		{"two tokens for each seven letters", func(s string) int { return 10 + (2*len(s)+6)/7 }, false, 40},
	} {
		x := &counter{rule: c.rule}
		r, note, err := NewRuler(t.Context(), x, time.Second, 1)
		if err != nil {
			t.Fatal(c.name, err)
		}
		if r.Exact() != c.exact || (note == "") != c.exact || x.asked > mostProbes+4 {
			t.Errorf("%s: exact %v, note %q, %d probes", c.name, r.Exact(), note, x.asked)
		}
		for _, want := range []int{r.Least(), 128, 1000, 4000} {
			for n := range 20 {
				got := c.rule(r.Prompt(want, n, 0.5)[0].Content)
				if d := got - want; d > c.slack*max(1, want/1000) || -d > c.slack*max(1, want/1000) {
					t.Errorf("%s: a prompt of %d tokens has %d", c.name, want, got)
				}
			}
		}
	}
}

func TestRulerWithoutUsage(t *testing.T) {
	r, note, err := NewRuler(t.Context(), &counter{}, time.Second, 1)
	if err != nil || r.Exact() || !strings.Contains(note, "does not count") {
		t.Errorf("exact %v, note %q, error %v", r.Exact(), note, err)
	}
	if n := len(strings.Fields(r.Prompt(500, 0, 0)[0].Content)); n != 500 {
		t.Errorf("%d words", n)
	}
}

func TestRulerErrors(t *testing.T) {
	x := &examinee{fails: func(int) error { return errors.New("no such model") }}
	if _, _, err := NewRuler(t.Context(), x, time.Second, 1); err == nil || !strings.Contains(err.Error(), "measure prompts: no such model") {
		t.Errorf("error %v", err)
	}
}

// The shared part is shared and nothing else is: two prompts differ from its end on, at once.
func TestSharedPrefix(t *testing.T) {
	r, _, err := NewRuler(t.Context(), &counter{rule: func(s string) int { return 5 + len(strings.Fields(s)) }}, time.Second, 1)
	if err != nil {
		t.Fatal(err)
	}
	common := func(a, b []prompt.Message) int {
		x, y := strings.Fields(a[0].Content), strings.Fields(b[0].Content)
		n := 0
		for n < len(x) && x[n] == y[n] {
			n++
		}
		return n
	}
	for share, want := range map[float64]int{0: 0, 0.25: 250, 1: 1000} {
		for n := range 50 {
			if got := common(r.Prompt(1005, n, share), r.Prompt(1005, n+1, share)); got < want || got > want+6 {
				t.Errorf("share %g: %d words in common, want about %d", share, got, want)
			}
		}
	}
}
