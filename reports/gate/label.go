package gate

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// A person's labels correct what a scorer or judge said. Only the first repeat of an item is labelled: further ones tell the person nothing new
// about the judge.

// Exchange is what a person needs to see of a reply.
type Exchange struct{ Question, Truth, Reply string }

// Label is a person's verdict on one reply.
type Label struct {
	Run, Item, Arm string
	Judged         scorers.Verdict
	Label          scorers.Verdict // Unscored: not labelled yet
	Exchange       Exchange
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

// Choose picks n replies to be labelled (with a baseline, n pairs of replies to the same question, both to be labelled): those whose
// labels are expected to shrink the interval most. Each arm gets its share; within an arm the labels go to where the judge is unsure, or the
// runs differ, in proportion to the number of units there times their doubt (Neyman 1934), and within a stratum by lot. Exchange is
// left empty.
func Choose(head baseline.Baseline, base *baseline.Baseline, n int, rng *rand.Rand) []Label {
	strata := map[[2]string][]unit{}
	var order [][2]string
	arms := map[string]bool{}
	for _, u := range units(head, base) {
		k := [2]string{u.arm, stratumName(u.sure())}
		if strata[k] == nil {
			order = append(order, k)
		}
		strata[k] = append(strata[k], u)
		arms[u.arm] = true
	}
	var labels []Label
	budgets := shares(arms, n)
	for _, arm := range slices.Sorted(maps.Keys(arms)) {
		budget := budgets[arm]
		total := 0.0
		weight := map[[2]string]float64{}
		for _, k := range order {
			if k[0] != arm {
				continue
			}
			for _, u := range strata[k] {
				weight[k] += u.doubt()
			}
			total += weight[k]
		}
		for _, k := range order {
			if k[0] != arm || total == 0 {
				continue
			}
			take := int(math.Round(float64(budget) * weight[k] / total))
			take = min(max(take, leastInStratum), len(strata[k]))
			group := slices.Clone(strata[k])
			rng.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
			for _, u := range group[:take] {
				labels = append(labels, Label{Run: head.Run.ID, Item: u.item, Arm: u.arm, Judged: u.head})
				if u.paired {
					labels = append(labels, Label{Run: base.Run.ID, Item: u.item, Arm: u.arm, Judged: u.base})
				}
			}
		}
	}
	slices.SortStableFunc(labels, func(a, b Label) int {
		return cmp.Or(cmp.Compare(a.Arm, b.Arm), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Run, b.Run))
	})
	return labels
}

// leastInStratum is the fewest labels a stratum gets, for its spread to be known at all.
const leastInStratum = 5

func stratumName(sure bool) string {
	if sure {
		return "sure"
	}
	return "unsure"
}

// shares splits n over arms, the first getting what is left over.
func shares(arms map[string]bool, n int) map[string]int {
	list := slices.Sorted(maps.Keys(arms))
	out := map[string]int{}
	for i, a := range list {
		out[a] = n / len(list)
		if i < n%len(list) {
			out[a]++
		}
	}
	return out
}

var labelColumns = []string{"run", "arm", "item", "question", "truth", "reply", "judged", "label"}

// WriteLabels writes labels as CSV, to be filled in by a person: the column label is one of correct, partial, incorrect, abstained.
func WriteLabels(w io.Writer, labels []Label) error {
	out := csv.NewWriter(w)
	_ = out.Write(labelColumns) // the error stays with the writer
	for _, l := range labels {
		given := ""
		if l.Label != scorers.Unscored {
			given = l.Label.String()
		}
		_ = out.Write([]string{l.Run, l.Arm, l.Item, plain(l.Exchange.Question), plain(l.Exchange.Truth), plain(l.Exchange.Reply), l.Judged.String(), given})
	}
	out.Flush()
	return out.Error()
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

// ReadLabels reads what [WriteLabels] wrote, filled in or not, the columns in any order. Rows without a label are kept as Unscored.
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
	for _, name := range []string{"run", "arm", "item", "judged", "label"} {
		i := slices.Index(head, name)
		if i < 0 {
			return nil, fmt.Errorf("read labels: line 1: no column %q among %v", name, head)
		}
		at[name] = i
	}
	var labels []Label
	seen := map[[3]string]bool{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return labels, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read labels: %w", err)
		}
		line, _ := in.FieldPos(0)
		l := Label{Run: row[at["run"]], Arm: row[at["arm"]], Item: row[at["item"]]}
		if l.Judged, err = scorers.ParseVerdict(strings.TrimSpace(row[at["judged"]])); err != nil {
			return nil, fmt.Errorf("read labels: line %d: judged: %w", line, err)
		}
		if given := strings.ToLower(strings.TrimSpace(row[at["label"]])); given != "" {
			if l.Label, err = scorers.ParseVerdict(given); err != nil || l.Label == scorers.Unscored {
				return nil, fmt.Errorf("read labels: line %d: label %q is none of correct, partial, incorrect, abstained", line, given)
			}
		}
		k := [3]string{l.Run, l.Arm, l.Item}
		if seen[k] {
			return nil, fmt.Errorf("read labels: line %d: item %s, arm %s of run %s stands twice", line, l.Item, l.Arm, l.Run)
		}
		seen[k] = true
		labels = append(labels, l)
	}
}
