package load

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// book opens a passage of the item's own, not for every item.
type book struct {
	opened atomic.Int64
	breaks string // at this item
}

func (b *book) Applies(it suites.Item) bool { return it.ID != "b" }

func (b *book) Open(_ context.Context, it suites.Item, _ int) (runners.Shown, error) {
	b.opened.Add(1)
	if it.ID == b.breaks {
		return runners.Shown{}, errors.New("the index is gone")
	}
	return runners.Shown{Passages: []suites.Passage{{ID: "p-" + it.ID, Text: "the page of " + it.ID}}}, nil
}

// Books are opened once for each question, before anything is asked, and questions stand in the order of items and arms however many are
// opened at a time.
func TestPrepare(t *testing.T) {
	s := &suites.Suite{Name: "s", Items: []suites.Item{{ID: "a", Question: "A?", Language: "en"}, {ID: "b", Question: "B?", Language: "en"}, {ID: "c", Question: "C?", Language: "en"}}}
	open := &book{}
	arms := []runners.Arm{{Name: "closed-book"}, {Name: "retrieved", Book: open}}
	got, err := Prepare(t.Context(), s, s.Items, arms, 3)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range got {
		names = append(names, q.ItemID+" "+q.Arm)
		text := q.Messages[len(q.Messages)-1].Content
		if shown := strings.Contains(text, "the page of "+q.ItemID); shown != (q.Arm == "retrieved") || !strings.Contains(text, strings.ToUpper(q.ItemID)+"?") {
			t.Errorf("%s %s: %s", q.ItemID, q.Arm, text)
		}
	}
	if all := strings.Join(names, ", "); all != "a closed-book, a retrieved, b closed-book, c closed-book, c retrieved" || open.opened.Load() != 2 {
		t.Errorf("%s; %d books opened", all, open.opened.Load())
	}

	arms[1].Book = &book{breaks: "c"}
	if _, err := Prepare(t.Context(), s, s.Items, arms, 3); err == nil || err.Error() != "prepare item c, arm retrieved: the index is gone" {
		t.Errorf("error %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Prepare(ended, s, s.Items, arms[:1], 3); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// The warm-up is as long as the questions usually are, and no two of its prompts begin alike.
func TestWarmupPrompts(t *testing.T) {
	q := questions(10)
	for i := range q {
		q[i].Messages[1].Content = strings.Repeat("word ", 400)
	}
	make1 := Warmup(q, 1)
	seen := map[string]bool{}
	for n := range 100 {
		text := make1(n).Messages[0].Content
		if words := len(strings.Fields(text)); words < 300 || words > 500 {
			t.Fatalf("%d words", words)
		}
		seen[text[:60]] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d different beginnings", len(seen))
	}
}
