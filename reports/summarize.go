package reports

import (
	"fmt"
	"iter"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Summarize reads the graded trials of a run once, in any order, and returns the report. It keeps some two hundred bytes a trial, the
// questions, and the texts of the wrong answers it may show. The first error of rows ends it.
//
// The order of rows decides nothing but the order of slices' values (first come) and, among more than 200 wrong answers of an arm,
// which of them may be shown.
func Summarize(run runners.Run, rows iter.Seq2[scorers.Graded, error]) (Report, error) {
	b := builder{run: run, items: map[string]*item{}, tallies: map[string]*tally{}, wrong: map[string][]Wrong{}}
	for _, name := range run.Arms {
		b.tally(name)
	}
	for g, err := range rows {
		if err != nil {
			return Report{}, fmt.Errorf("summarise run %s: %w", run.ID, err)
		}
		b.add(&g)
	}
	return b.report(), nil
}

// builder gathers the rows of a run.
type builder struct {
	run     runners.Run
	items   map[string]*item
	arms    []*tally
	tallies map[string]*tally
	load    load
	scorer  string             // the first that a score names
	wrong   map[string][]Wrong // by arm
}

// tally returns the tally of an arm, new at the end when there is none.
func (b *builder) tally(name string) *tally {
	t := b.tallies[name]
	if t == nil {
		t = &tally{arm: name, byItem: map[string]*cell{}}
		b.tallies[name] = t
		b.arms = append(b.arms, t)
	}
	return t
}

// add enters one graded trial.
func (b *builder) add(g *scorers.Graded) {
	it := b.items[g.Item.ID]
	if it == nil {
		it = &item{
			id: g.Item.ID, question: g.Item.Question, source: g.Item.Source, language: g.Item.Language, skill: g.Item.Skill, domain: g.Item.Domain,
			answerable: g.Item.Answerable(),
		}
		if it.source == "" {
			// An item without a source is a cluster of its own; the prefix keeps it apart from a source of that name.
			it.source = "item\x00" + it.id
		}
		b.items[it.id] = it
	}
	t := b.tally(g.Trial.Arm)
	c := t.byItem[it.id]
	if c == nil {
		c = &cell{item: it, slots: make([]slot, 0, max(b.run.Repeats, 1))}
		t.byItem[it.id] = c
		t.cells = append(t.cells, c)
	}
	if b.scorer == "" {
		b.scorer = g.Score.Scorer
	}
	shown := evidenceOf(g)
	c.slots = append(c.slots, slot{
		load: g.Trial.Load, repeat: g.Trial.Repeat, status: g.Trial.Status, verdict: g.Score.Verdict, behaved: g.Score.Behaved,
		expect: g.Trial.Shown.Expect, cause: g.Score.Cause, hedged: g.Score.Hedged, evidence: shown, desk: deskOf(g, shown), ranking: rankingOf(&b.run, g, shown),
		use: useOf(g),
	})
	t.notice(&c.slots[len(c.slots)-1])
	t.noteTools(&g.Trial)
	t.times.add(&g.Trial)
	b.load.add(&g.Trial)
	if w := b.wrong[g.Trial.Arm]; g.Trial.Status.Answered() && g.Score.Verdict == scorers.Incorrect && len(w) < wrongKept {
		b.wrong[g.Trial.Arm] = append(w, wrongOf(g))
	}
}

// report closes the builder.
func (b *builder) report() Report {
	arms, truth := speaksOf(b.scorer)
	b.keep(arms)
	s := Summary{Confidence: Confidence, Scorer: b.scorer}
	asked := 0
	for _, t := range b.arms {
		asked += t.trials()
	}
	for _, t := range b.arms {
		planned := 0 // arms ask the items that they apply to: how many there are is known once all were asked
		if asked == b.run.Planned {
			planned = t.trials()
		}
		a := t.summary(planned)
		a.Context = a.Context && truth
		s.Arms = append(s.Arms, a)
		s.Counts.plus(a.Counts)
	}
	s.Counts.Planned = b.run.Planned
	base, oracle := b.asked(runners.ClosedBook), b.asked(runners.Oracle)
	for _, t := range b.arms {
		if !truth {
			break // what the pages changed, and where answers were lost, is about their truth
		}
		if base != nil && t != base {
			s.Pairs = append(s.Pairs, pairUp(base, t))
		}
		switch {
		case t == base || len(t.cells) == 0:
		case edits(t.arm):
			s.Edited = append(s.Edited, t.edited(base))
		default:
			if w := t.waterfall(oracle); w != nil {
				s.Waterfalls = append(s.Waterfalls, *w)
			}
		}
	}
	if truth {
		s.Families = b.families(base)
		s.Sweeps = b.sweeps()
		s.Retrievals = b.retrievals()
		s.Retrieval = plainRetrieval(s.Retrievals)
		s.Tools = b.toolUse()
	}
	for _, d := range dimensions {
		for _, t := range b.arms {
			s.Slices = append(s.Slices, t.slicesOf(d.name, d.of)...)
		}
	}
	s.Speed = b.load.speed(s.Counts, b.run.Target.Accelerators)
	if !truth {
		s.Speed.CorrectPerS, s.Speed.CorrectPerAccelerator = Undefined(), Undefined()
	}
	failed := float64(s.Counts.Failed)
	s.InfraBroken = s.Counts.Asked > 0 && failed/float64(s.Counts.Asked) > infraLimit
	r := Report{Run: b.run, Summary: s}
	for _, t := range b.arms {
		r.Wrong = append(r.Wrong, b.worst(t.arm)...)
	}
	r.Summary.Notes = notes(r)
	return r
}

// asked returns the tally of an arm in which something was asked, else nil.
func (b *builder) asked(arm string) *tally {
	if t := b.tallies[arm]; t != nil && len(t.cells) > 0 {
		return t
	}
	return nil
}

// infraLimit is the share of infrastructure failures above which a run is broken.
const infraLimit = 0.05

// dimensions are the ways a report slices its items.
var dimensions = [...]struct {
	name string
	of   func(*item) string
}{
	{"language", func(it *item) string { return it.language }},
	{"skill", func(it *item) string { return it.skill }},
	{"domain", func(it *item) string { return it.domain }},
}
