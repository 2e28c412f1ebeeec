// Package baseline keeps what a later run needs to remember of an earlier one: the verdict of every trial, and under a fixed load its times,
// without questions, pages or replies. A baseline is small enough to be committed beside the software it guards, and its lines are sorted, so
// that a new one differs in the lines that changed.
package baseline

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Record is what is kept of one trial.
type Record struct {
	Item, Arm  string
	Load       string // the load stage; empty in a quality run
	Repeat     int    // from 0
	Source     string // the document or record the item hangs on; empty: none, the item is a cluster of its own
	Language   string
	Domain     string
	Skill      string
	Answerable bool
	Status     runners.Status
	Verdict    scorers.Verdict // Unscored unless Status is OK
	Behaved    scorers.Behaved
	Cause      suites.Cause
	// Times of an answered trial from the moment its request was sent, in milliseconds, to the microsecond; 0: not known.
	FirstTokenMS float64 // to the first token of any channel
	AnswerMS     float64 // to the last token
	// OutputTokens are the completion tokens that came, reasoning included, whatever became of the trial; 0: not known.
	OutputTokens int
}

// Key names the record within its run.
func (r Record) Key() runners.Key {
	return runners.Key{ItemID: r.Item, Arm: r.Arm, Load: r.Load, Repeat: r.Repeat}
}

// Cluster is what the item's standard error is clustered by: its source, or the item itself where it has none. The two never collide.
func (r Record) Cluster() string {
	if r.Source == "" {
		return "item\x00" + r.Item
	}
	return "source\x00" + r.Source
}

// Baseline is the compact memory of a run.
type Baseline struct {
	Run    runners.Run
	Scorer string
	// BusyS is the time with at least one request in flight, in seconds, to the microsecond: the union of the spans from sent to last
	// token. 0: not known.
	BusyS float64
	// Flags doubt the run's times, in words that a reader can print: "INVALID: the client was the bottleneck". Whoever measured knows them.
	Flags   []string
	Records []Record // by item, arm, load stage and repeat, each once
}

// Measured reports whether every trial belongs to a load stage, so that times describe a fixed load. False without records.
func (b Baseline) Measured() bool {
	return len(b.Records) > 0 && !slices.ContainsFunc(b.Records, func(r Record) bool { return r.Load == "" })
}

// Arms lists the arms that have records, those of the run's plan first and in its order.
func (b Baseline) Arms() []string {
	have := map[string]bool{}
	for i := range b.Records {
		have[b.Records[i].Arm] = true
	}
	var list []string
	for _, arm := range slices.Concat(b.Run.Arms, slices.Sorted(maps.Keys(have))) {
		if have[arm] && !slices.Contains(list, arm) {
			list = append(list, arm)
		}
	}
	return list
}

// Loads lists the load stages that have records, by name; none in a quality run.
func (b Baseline) Loads() []string {
	have := map[string]bool{}
	for i := range b.Records {
		if load := b.Records[i].Load; load != "" {
			have[load] = true
		}
	}
	return slices.Sorted(maps.Keys(have))
}

// Lasting returns what of the baseline is worth committing: all of a measured one; of a quality run neither times nor token counts, which differ
// from run to run, support no promise and would bury the verdicts that changed. b itself stays as it is.
func (b Baseline) Lasting() Baseline {
	if b.Measured() {
		return b
	}
	b.BusyS, b.Records = 0, slices.Clone(b.Records)
	for i := range b.Records {
		r := &b.Records[i]
		r.FirstTokenMS, r.AnswerMS, r.OutputTokens = 0, 0, 0
	}
	return b
}

// FromRows remembers a run from its graded trials, in any order. It is an error when a trial comes twice or an item differs from itself,
// and the first error of rows ends it.
func FromRows(run runners.Run, scorer string, rows iter.Seq2[scorers.Graded, error]) (Baseline, error) {
	b := Baseline{Run: run, Scorer: scorer, Records: make([]Record, 0, max(run.Planned, 0))}
	var spans []span
	for g, err := range rows {
		if err != nil {
			return Baseline{}, fmt.Errorf("remember run %s: %w", run.ID, err)
		}
		b.Records = append(b.Records, recordOf(&g))
		if clock := &g.Trial.Response.Timing; !clock.Sent.IsZero() && clock.Last.After(clock.Sent) {
			spans = append(spans, span{clock.Sent, clock.Last})
		}
	}
	b.BusyS = math.Round(busy(spans).Seconds()*1e6) / 1e6
	sortRecords(b.Records)
	if _, err := b.check(); err != nil {
		return Baseline{}, fmt.Errorf("remember run %s: %w", run.ID, err)
	}
	return b, nil
}

// recordOf keeps what counts of a graded trial.
func recordOf(g *scorers.Graded) Record {
	t := &g.Trial
	r := Record{
		Item: g.Item.ID, Arm: t.Arm, Load: t.Load, Repeat: t.Repeat, Source: g.Item.Source, Language: g.Item.Language, Domain: g.Item.Domain,
		Skill: g.Item.Skill, Answerable: g.Item.Answerable(), Status: t.Status,
	}
	if t.Response.Tokens.Source != runners.NoTokens {
		r.OutputTokens = max(t.Response.Tokens.Completion, 0)
	}
	if !t.Status.Answered() {
		return r
	}
	r.Verdict, r.Behaved, r.Cause = g.Score.Verdict, g.Score.Behaved, g.Score.Cause
	clock := &t.Response.Timing
	since := func(at time.Time) float64 {
		if clock.Sent.IsZero() || !at.After(clock.Sent) {
			return 0
		}
		return float64(at.Sub(clock.Sent).Round(time.Microsecond).Microseconds()) / 1000
	}
	r.FirstTokenMS, r.AnswerMS = since(clock.FirstToken), since(clock.Last)
	return r
}

// compare orders records by item, arm, load stage and repeat.
func compare(a, b Record) int {
	return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Arm, b.Arm), cmp.Compare(a.Load, b.Load), cmp.Compare(a.Repeat, b.Repeat))
}

// check demands that records are in order, each once, possible, and at one about their item; at is the first that is not.
func (b Baseline) check() (at int, err error) {
	for i, r := range b.Records {
		if err := r.check(); err != nil {
			return i, err
		}
		if i == 0 {
			continue
		}
		last := b.Records[i-1]
		switch d := compare(last, r); {
		case d == 0:
			return i, fmt.Errorf("%s comes twice", r.name())
		case d > 0:
			return i, fmt.Errorf("%s stands after %s: records are sorted by item, arm, load and repeat", r.name(), last.name())
		case last.Item == r.Item && (last.Source != r.Source || last.Language != r.Language || last.Domain != r.Domain ||
			last.Skill != r.Skill || last.Answerable != r.Answerable):
			return i, fmt.Errorf("%s: source, language, domain, skill or answerable differ from the item's record before", r.name())
		}
	}
	return 0, nil
}

// check refuses a record that no trial could have made.
func (r Record) check() error {
	switch {
	case r.Item == "" || r.Arm == "":
		return fmt.Errorf("record without item or arm")
	case r.Repeat < 0:
		return fmt.Errorf("%s: repeat %d", r.name(), r.Repeat)
	case !slices.Contains(statuses, r.Status):
		return fmt.Errorf("%s: unknown status %q, want one of %v", r.name(), r.Status, statuses)
	case r.Verdict != scorers.Unscored && !r.Status.Answered():
		return fmt.Errorf("%s: verdict %s with status %s, which is never scored", r.name(), r.Verdict, r.Status)
	case !(r.FirstTokenMS >= 0) || !(r.AnswerMS >= 0) || math.IsInf(r.FirstTokenMS, 0) || math.IsInf(r.AnswerMS, 0):
		return fmt.Errorf("%s: times %v and %v ms", r.name(), r.FirstTokenMS, r.AnswerMS)
	case r.OutputTokens < 0:
		return fmt.Errorf("%s: %d output tokens", r.name(), r.OutputTokens)
	}
	return nil
}

var statuses = []runners.Status{runners.OK, runners.Truncated, runners.Failed, runners.TimedOut, runners.Refused, runners.Filtered}

// name says which record for an error.
func (r Record) name() string {
	s := fmt.Sprintf("item %s, arm %s", r.Item, r.Arm)
	if r.Load != "" {
		s += ", load " + r.Load
	}
	return fmt.Sprintf("%s, repeat %d", s, r.Repeat)
}

func sortRecords(records []Record) { slices.SortFunc(records, compare) }
