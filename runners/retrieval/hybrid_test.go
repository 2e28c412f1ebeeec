package retrieval

import (
	"context"
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/suites"
)

// fixed finds the same passages whatever is asked, and notes the k it was asked for.
type fixed struct {
	found []suites.Passage
	err   error
	asked *int
}

func (f fixed) Retrieve(ctx context.Context, _ string, k int) ([]suites.Passage, error) {
	if f.asked != nil {
		*f.asked = k
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return f.found[:min(k, len(f.found))], f.err
}

func named(list ...string) []suites.Passage {
	var out []suites.Passage
	for _, id := range list {
		out = append(out, suites.Passage{ID: id, Text: "text of " + id, Origin: "test"})
	}
	return out
}

func TestHybridFusesByRank(t *testing.T) {
	for _, c := range []struct {
		lists [][]suites.Passage
		k     int
		want  []string
		why   string
	}{
		// 1/61+1/62 = 0.03252 for b; 1/61 = 0.01639 for a; 1/62+1/63 = 0.03200 for c
		{[][]suites.Passage{named("a", "b", "c"), named("b", "c")}, 3, []string{"b", "c", "a"}, "found by both goes before found first by one"},
		{[][]suites.Passage{named("a", "b"), named("c", "d")}, 4, []string{"a", "c", "b", "d"}, "equal scores go by the part"},
		{[][]suites.Passage{named("a", "b"), named("b", "a")}, 2, []string{"a", "b"}, "equal sums too"},
		{[][]suites.Passage{named("a", "b"), nil}, 5, []string{"a", "b"}, "a part that finds nothing takes nothing away"},
		{[][]suites.Passage{nil, nil}, 5, []string{}, "nothing found"},
		{[][]suites.Passage{named("a"), named("b"), named("c", "b")}, 1, []string{"b"}, "three parts, k honoured"},
	} {
		var parts []Part
		for i, l := range c.lists {
			parts = append(parts, Part{string(rune('x' + i)), fixed{found: l}})
		}
		h, err := NewHybrid(0, parts...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Retrieve(t.Context(), "q", c.k)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(c.want, ids(got)); diff != "" {
			t.Errorf("%s: %s", c.why, diff)
		}
	}
}

// Two sources may number their passages alike: both are shown, and told apart.
func TestHybridTellsSourcesApart(t *testing.T) {
	other := named("1", "2")
	other[0].Text = "another text"
	h, err := NewHybrid(0, Part{"erp", fixed{found: named("1", "2")}}, Part{"crm", fixed{found: other}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.Retrieve(t.Context(), "q", 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([]string{"2", "1", "crm:1"}, ids(got)); diff != "" {
		t.Error(diff)
	}
}

func TestHybridAsksDeepEnoughAndFailsWhole(t *testing.T) {
	var asked int
	gone := errors.New("gone")
	h, err := NewHybrid(20, Part{"a", fixed{found: named("1"), asked: &asked}}, Part{"b", fixed{found: named("2")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ k, want int }{{3, 20}, {70, 70}} {
		if _, err := h.Retrieve(t.Context(), "q", c.k); err != nil || asked != c.want {
			t.Errorf("asked for %d passages with k=%d: %v", asked, c.k, err)
		}
	}
	h, err = NewHybrid(0, Part{"a", fixed{found: named("1")}}, Part{"b", fixed{err: gone}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.Retrieve(t.Context(), "q", 3); !errors.Is(err, gone) || !strings.Contains(err.Error(), "retriever b") || got != nil {
		t.Errorf("%v %v", got, err)
	}
	if _, err := NewHybrid(0, Part{"a", fixed{}}); err == nil {
		t.Error("one part was fused")
	}
	if _, err := NewHybrid(-1, Part{"a", fixed{}}, Part{"b", fixed{}}); err == nil {
		t.Error("a negative depth was taken")
	}
}
