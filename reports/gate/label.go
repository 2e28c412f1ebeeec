package gate

import (
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// A person's labels correct what a scorer or judge said. Only the first repeat of an item is labelled and corrected: further ones tell hardly
// anything new about the judge.

// Exchange is what a person needs to see of a reply.
type Exchange struct{ Question, Truth, Reply string }

// Label is a person's verdict on one reply.
type Label struct {
	// ID stands for run, arm and item in a file of labels, which names none of them: whoever labels is to see neither which of two models
	// answered nor what the scorer made of it.
	ID             string
	Run, Item, Arm string // empty in what was read from a file
	Answerable     bool
	Label          scorers.Verdict // Unscored: not labelled yet
	Exchange       Exchange
}

// LabelID is the [Label].ID of a reply: the first 60 bits of a digest, so that two replies among a million share one with a chance of one in two million.
func LabelID(run, arm, item string) string {
	sum := sha256.Sum256([]byte(run + "\x00" + arm + "\x00" + item))
	return hex.EncodeToString(sum[:8])[:15]
}

// doubt says how much is unsure about a judge's verdicts: the standard deviation that is expected of a label around it.
func doubt(v scorers.Verdict) float64 {
	switch v {
	case scorers.Unscored, scorers.Partial:
		return 0.5
	case scorers.Incorrect:
		return 0.4
	case scorers.Correct:
		return 0.3
	default:
		return 0.2
	}
}

// unit is what is labelled: a reply, or with a baseline the two replies to one question.
type unit struct {
	item, arm  string
	answerable bool
	head, base scorers.Verdict
	paired     bool
}

// sure puts a unit into one of two strata: where the judge is sure, and where it is not, or where two runs differ.
func (u unit) sure() bool {
	plain := func(v scorers.Verdict) bool { return v != scorers.Unscored && v != scorers.Partial }
	return plain(u.head) && (!u.paired || plain(u.base) && u.head == u.base)
}

func (u unit) doubt() float64 {
	if !u.paired {
		return doubt(u.head)
	}
	return math.Hypot(doubt(u.head), doubt(u.base))
}

// units are the answered first repeats of a run, beside those of a baseline where there is one.
func units(head baseline.Baseline, base *baseline.Baseline) []unit {
	type key struct{ item, arm, load string }
	before := map[key]*baseline.Record{}
	if base != nil {
		for i := range base.Records {
			if r := &base.Records[i]; r.Repeat == 0 && r.Status.Answered() {
				before[key{r.Item, r.Arm, r.Load}] = r
			}
		}
	}
	var list []unit
	seen := map[[2]string]bool{}
	for i := range head.Records {
		r := &head.Records[i]
		if r.Repeat != 0 || !r.Status.Answered() || seen[[2]string{r.Item, r.Arm}] {
			continue
		}
		u := unit{item: r.Item, arm: r.Arm, answerable: r.Answerable, head: r.Verdict}
		if base != nil {
			then := before[key{r.Item, r.Arm, r.Load}]
			if then == nil {
				continue
			}
			u.base, u.paired = then.Verdict, true
		}
		seen[[2]string{r.Item, r.Arm}] = true
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b unit) int { return cmp.Or(cmp.Compare(a.arm, b.arm), cmp.Compare(a.item, b.item)) })
	return list
}

// wanted is how many labels of answerable questions an arm gets where no number is asked for: the 50 that it takes to know a judge, and a few
// that a person may leave open.
const wanted = stats.LeastLabels + 10

// Choose picks n replies to be labelled (with a baseline, n pairs of replies to the same question, both to be labelled): those whose
// labels are expected to shrink the interval most. Each arm gets its share; within an arm the labels go to where the judge is unsure, or the
// runs differ, in proportion to the number of units there times their doubt (Neyman 1934), and within a stratum by lot. With n = 0
// each arm gets as many as it takes to know the judge there. arms are those to choose from, nil for all. The labels stand in the order of their
// items, and Exchange is left empty.
func Choose(head baseline.Baseline, base *baseline.Baseline, arms []string, n int, rng *rand.Rand) []Label {
	byArm := map[string][]unit{}
	for _, u := range units(head, base) {
		if arms == nil || slices.Contains(arms, u.arm) {
			byArm[u.arm] = append(byArm[u.arm], u)
		}
	}
	names := slices.Sorted(maps.Keys(byArm))
	var labels []Label
	label := func(run string, u unit) {
		labels = append(labels, Label{ID: LabelID(run, u.arm, u.item), Run: run, Item: u.item, Arm: u.arm, Answerable: u.answerable})
	}
	for i, arm := range names {
		all := byArm[arm]
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		budget := n / len(names)
		if i < n%len(names) {
			budget++
		}
		picked := pick(all, budget)
		if n == 0 {
			for budget = wanted; budget <= len(all); budget++ {
				if picked = pick(all, budget); answerable(picked) >= wanted {
					break
				}
			}
			if budget > len(all) {
				picked = all
			}
		}
		for _, u := range picked {
			label(head.Run.ID, u)
			if u.paired {
				label(base.Run.ID, u)
			}
		}
	}
	slices.SortFunc(labels, func(a, b Label) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.ID, b.ID)) })
	return labels
}

// pick takes about so many of one arm's units, the first of each stratum.
func pick(all []unit, budget int) []unit {
	var strata [2][]unit
	var weight [2]float64
	for _, u := range all {
		s := one(u.sure())
		strata[s] = append(strata[s], u)
		weight[s] += u.doubt()
	}
	var picked []unit
	for i, s := range strata {
		if len(s) > 0 {
			take := int(math.Round(float64(budget) * weight[i] / (weight[0] + weight[1])))
			picked = append(picked, s[:min(max(take, leastInStratum), len(s))]...)
		}
	}
	return picked
}

func answerable(list []unit) int {
	n := 0
	for _, u := range list {
		n += one(u.answerable)
	}
	return n
}

// leastInStratum is the fewest labels a stratum gets, for its spread to be known at all.
const leastInStratum = 5

var labelColumns = []string{"id", "question", "truth", "reply", "label"}

// WriteLabels writes labels as CSV, to be filled in by a person: the column label is one of correct, partial, incorrect, abstained.
func WriteLabels(w io.Writer, labels []Label) error {
	out := csv.NewWriter(w)
	_ = out.Write(labelColumns) // the error stays with the writer
	for _, l := range labels {
		given := ""
		if l.Label != scorers.Unscored {
			given = l.Label.String()
		}
		_ = out.Write([]string{l.ID, plain(l.Exchange.Question), plain(l.Exchange.Truth), plain(l.Exchange.Reply), given})
	}
	out.Flush()
	return out.Error()
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(s string) string {
	s = sift(s)
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

// ReadLabels reads what [WriteLabels] wrote, filled in or not, the columns in any order, others among them. Rows without a label are kept as
// Unscored.
func ReadLabels(r io.Reader) ([]Label, error) {
	in := csv.NewReader(r)
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("read labels: the file is empty")
	} else if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	if len(head) > 0 {
		head[0] = strings.TrimPrefix(head[0], "\ufeff") // spreadsheets put a byte order mark first
	}
	at := map[string]int{}
	for _, name := range []string{"id", "label"} {
		i := slices.Index(head, name)
		if i < 0 {
			return nil, fmt.Errorf("read labels: line 1: no column %q among %v", name, head)
		}
		at[name] = i
	}
	var labels []Label
	seen := map[string]bool{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return labels, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read labels: %w", err)
		}
		line, _ := in.FieldPos(0)
		l := Label{ID: strings.TrimSpace(row[at["id"]])}
		if l.ID == "" {
			return nil, fmt.Errorf("read labels: line %d: a row without an id", line)
		}
		if given := strings.ToLower(strings.TrimSpace(row[at["label"]])); given != "" {
			if l.Label, err = scorers.ParseVerdict(given); err != nil || l.Label == scorers.Unscored {
				return nil, fmt.Errorf("read labels: line %d: label %q is none of correct, partial, incorrect, abstained", line, given)
			}
		}
		if seen[l.ID] {
			return nil, fmt.Errorf("read labels: line %d: the id %s stands twice", line, l.ID)
		}
		seen[l.ID] = true
		labels = append(labels, l)
	}
}
