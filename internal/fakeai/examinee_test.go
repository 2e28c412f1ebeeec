package fakeai_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
)

// key is n answerable questions and m others, in three languages by turns.
func key(n, m int) map[string]fakeai.Truth {
	k := map[string]fakeai.Truth{}
	for i := range n + m {
		lang := []string{"en", "zh", "hi"}[i%3]
		k[fmt.Sprintf("Question %d?", i)] = fakeai.Truth{Right: fmt.Sprintf("R%d", i), Wrong: fmt.Sprintf("W%d", i), Language: lang,
			Answerable: i < n, Evidence: []string{fmt.Sprintf("p%d", i), "common"}}
	}
	return k
}

func paper(t testing.TB, question string, ids ...string) fakeai.Request {
	t.Helper()
	p := prompt.Paper{Language: "en", AsOf: "2026-01-01", Question: question}
	for _, id := range ids {
		p.Passages = append(p.Passages, prompt.Passage{ID: id, Title: "Page " + id, Text: "Text."})
	}
	return fakeai.Request{Messages: p.Messages()}
}

// What a paper shows is told apart: nothing, all of the evidence, or less.
func TestCondition(t *testing.T) {
	truth := fakeai.Truth{Evidence: []string{"a", "b"}}
	for _, row := range []struct {
		shown []string
		want  fakeai.Condition
		why   string
	}{
		{nil, fakeai.Closed, "no passage"},
		{[]string{"x", "b", "a"}, fakeai.Shown, "all evidence, among others"},
		{[]string{"a"}, fakeai.Missed, "half of the evidence"},
		{[]string{"x"}, fakeai.Missed, "other passages"},
	} {
		if got := truth.Condition(row.shown); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
	if got := (fakeai.Truth{}).Condition([]string{"a"}); got != fakeai.Missed {
		t.Errorf("a question without evidence: %s", got)
	}
}

// read tells from a reply's words what was given.
func readGiven(text, question string) fakeai.Given {
	n := strings.TrimSuffix(strings.TrimPrefix(question, "Question "), "?")
	switch {
	case strings.Contains(text, "R"+n):
		return fakeai.Right
	case strings.Contains(text, "W"+n):
		return fakeai.Wrong
	}
	return fakeai.Withheld
}

var profiles = []fakeai.Profile{fakeai.Honest(0.3), fakeai.Confabulating(0.2, 0.5, 0.1), fakeai.Refusing(0.4, 0.6)}

// sit puts the whole key to a profile under one condition, over the paper itself, and counts what the replies say.
func sit(t testing.TB, p fakeai.Profile, k map[string]fakeai.Truth, seed int64, on fakeai.Condition) fakeai.Tally {
	script := fakeai.Examinee(p, k, seed)
	var got fakeai.Tally
	for q, truth := range k {
		var ids []string
		switch on {
		case fakeai.Shown:
			ids = append([]string{"other"}, truth.Evidence...)
		case fakeai.Missed:
			ids = []string{"other", truth.Evidence[0]}
		}
		r := script(paper(t, q, ids...))
		if r.Status != 0 || r.Text == "" {
			t.Fatalf("reply %+v", r)
		}
		got.Add(readGiven(r.Text, q), truth.Answerable)
	}
	return got
}

var conditions = []fakeai.Condition{fakeai.Closed, fakeai.Shown, fakeai.Missed}

// Drawn outcomes lie where the rates say, within four standard errors, and are the ones foretold.
func TestRatesDrawn(t *testing.T) {
	const n, m = 1500, 600
	k := key(n, m)
	for _, p := range profiles {
		for _, on := range conditions {
			got := sit(t, p, k, 11, on)
			c, err := fakeai.NewCandidate(p, k, 11)
			if err != nil {
				t.Fatal(err)
			}
			if want := c.Expected(on); got != want {
				t.Errorf("%s, %s: %+v, foretold %+v", p.Name, on, got, want)
			}
			r := p.Rates(on)
			for _, row := range []struct {
				name string
				got  int
				of   float64
				rate float64
			}{{"right", got.Right, n, r.Right}, {"wrong", got.Wrong, n, r.Wrong}, {"invents", got.Invented, m, r.Invents}} {
				if off := math.Abs(float64(row.got)/row.of - row.rate); off > 4*math.Sqrt(row.rate*(1-row.rate)/row.of)+1e-12 {
					t.Errorf("%s, %s, %s: %d of %v, planted %v", p.Name, on, row.name, row.got, row.of, row.rate)
				}
			}
			if got.Right+got.Wrong+got.Withheld != n || got.Invented+got.Silent != m {
				t.Errorf("%s, %s: %+v does not add up", p.Name, on, got)
			}
		}
	}
}

// Exact outcomes meet the rates to the item, for any seed.
func TestRatesExact(t *testing.T) {
	const n, m = 83, 17
	k := key(n, m)
	for _, p := range profiles {
		p.Exact = true
		for _, on := range conditions {
			for seed := range int64(3) {
				r := p.Rates(on)
				right := int(math.Round(r.Right * n))
				wrong := int(math.Round((r.Right+r.Wrong)*n)) - right
				invented := int(math.Round(r.Invents * m))
				want := fakeai.Tally{Right: right, Wrong: wrong, Withheld: n - right - wrong, Invented: invented, Silent: m - invented}
				if got := sit(t, p, k, seed, on); got != want {
					t.Errorf("%s, %s, seed %d: %+v, want %+v", p.Name, on, seed, got, want)
				}
			}
		}
	}
}

// The same question gets the same answer however often and in whatever order it is asked; another request seed draws anew.
func TestDrawsAreStable(t *testing.T) {
	k := key(300, 0)
	c, _ := fakeai.NewCandidate(fakeai.Confabulating(0.3, 0.4, 0), k, 5)
	other, _ := fakeai.NewCandidate(fakeai.Confabulating(0.3, 0.4, 0), k, 6)
	one, two := int64(1), int64(2)
	var bySeed, byRepeat int
	for q := range k {
		a, _ := c.Give(q, nil, &one)
		b, _ := c.Give(" "+q+"\n", nil, &one)
		if a != b {
			t.Fatalf("%s: %s, then %s", q, a, b)
		}
		if b, _ := c.Give(q, nil, &two); a != b {
			byRepeat++
		}
		if b, _ := other.Give(q, nil, &one); a != b {
			bySeed++
		}
	}
	if byRepeat < 100 || bySeed < 100 {
		t.Errorf("of 300 questions %d differ between repeats and %d between seeds", byRepeat, bySeed)
	}
}

func TestSentences(t *testing.T) {
	k := map[string]fakeai.Truth{
		"en":   {Right: "Acme Ltd.", Wrong: "30 days", Language: "en", Answerable: true, Evidence: []string{"p"}},
		"zh":   {Right: "三十天", Wrong: "十天", Language: "zh", Answerable: true, Evidence: []string{"p"}},
		"hi":   {Right: "30 दिन", Wrong: "10 दिन", Language: "hi", Answerable: true, Evidence: []string{"p"}},
		"bare": {Right: "50%", Answerable: true, Evidence: []string{"p"}}, // replies in the paper's language
	}
	end := map[string]string{"en": ".", "zh": "。", "hi": "।", "bare": "."}
	for q, truth := range k {
		seen := map[string]bool{}
		for seed := range int64(40) {
			for _, knows := range []float64{0, 1} {
				r := fakeai.Examinee(fakeai.Honest(knows), k, seed)(paper(t, q))
				if strings.Contains(r.Text, truth.Right) != (knows == 1) || !strings.HasSuffix(r.Text, end[q]) || strings.HasSuffix(r.Text, "..") {
					t.Fatalf("%s: %q", q, r.Text)
				}
				seen[r.Text] = true
			}
			if r := fakeai.Examinee(fakeai.Honest(0), k, seed)(paper(t, q, "other")); strings.Contains(r.Text, truth.Right) {
				t.Fatalf("%s: %q", q, r.Text)
			}
		}
		if len(seen) != 5 {
			t.Errorf("%s: %d sentences: %v", q, len(seen), seen)
		}
	}
}

// A wrong key or profile, or what is no paper, is an error and no ignorance.
func TestExamineeRefuses(t *testing.T) {
	good := fakeai.Honest(1)
	for _, row := range []struct {
		profile fakeai.Profile
		request fakeai.Request
		want    string
	}{
		{good, paper(t, "Unheard of?"), "not in the key"},
		{good, fakeai.Request{Messages: []prompt.Message{{Role: "user", Content: "hi"}}}, "not an examination paper"},
		{fakeai.Honest(1.5), paper(t, "Question 0?"), "right: 1.5 is not between 0 and 1"},
		{fakeai.Confabulating(0.7, 0.7, 0), paper(t, "Question 0?"), "right and wrong together"},
		{fakeai.Honest(math.NaN()), paper(t, "Question 0?"), "NaN"},
	} {
		r := fakeai.Examinee(row.profile, key(1, 0), 1)(row.request)
		if r.Status != 400 || !strings.Contains(r.Text, row.want) {
			t.Errorf("reply %+v, want 400 with %q", r, row.want)
		}
	}
}

// With lays a fault over an examinee without changing what it says.
func TestWith(t *testing.T) {
	script := fakeai.Examinee(fakeai.Honest(1), key(1, 0), 1)
	q := paper(t, "Question 0?")
	q.N = 4
	r := script.With(func(q fakeai.Request, r *fakeai.Reply) { r.Fault, r.Times = fakeai.CutReset, q.N })(q)
	if r.Fault != fakeai.CutReset || r.Times != 4 || r.Text != script(q).Text {
		t.Errorf("reply %+v", r)
	}
}

// Many at once over the wire, half of whose first tries fail: everyone gets the answer foretold.
func TestExamineeServed(t *testing.T) {
	k := key(200, 50)
	p := fakeai.Confabulating(0.3, 0.4, 0)
	p.Exact = true
	c, err := fakeai.NewCandidate(p, k, 3)
	if err != nil {
		t.Fatal(err)
	}
	s := fakeai.Start(t, fakeai.Script(c.Reply).With(func(q fakeai.Request, r *fakeai.Reply) {
		if len(q.Messages[1].Content)%2 == 0 {
			r.Fault, r.Times = fakeai.CutReset, 1
		}
	}))
	who := client{http: &http.Client{Transport: &http.Transport{}}, patience: 20 * time.Second}
	defer who.http.CloseIdleConnections()
	var mu sync.Mutex
	var got fakeai.Tally
	var failed int
	var wg sync.WaitGroup
	gate := make(chan struct{}, 64)
	for q, truth := range k {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			for try := range 2 {
				a, err := who.send(s.URL, paper(t, q).Messages, true)
				mu.Lock()
				if err == nil {
					got.Add(readGiven(a.Text, q), truth.Answerable)
				} else {
					failed++
				}
				mu.Unlock()
				if err == nil {
					return
				}
				if try == 1 {
					t.Errorf("%s: second try: %v", q, err)
				}
			}
		})
	}
	wg.Wait()
	if want := c.Expected(fakeai.Closed); got != want || failed == 0 || failed == len(k) {
		t.Errorf("%+v after %d failures, want %+v", got, failed, want)
	}
	if n := s.Requests(); n != len(k)+failed || s.Peak() > 64 {
		t.Errorf("%d requests, %d at once", n, s.Peak())
	}
}
