package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/lab"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/suites"
)

// laboratory is the suite on the bench, with the plan's seed; all arms share it.
func (l *library) laboratory() *lab.Lab {
	if l.bench == nil {
		l.bench = lab.New(l.suite, l.plan.Seed)
	}
	return l.bench
}

// laboratoryDigest stands for the laboratory in the plan's digest; it is empty when no arm is built there.
func (p *plan) laboratoryDigest() string {
	for _, name := range p.Arms {
		spec, err := runners.ParseArm(name)
		if err != nil {
			continue // the arm is refused where it is built
		}
		switch spec.Name {
		case runners.ClosedBook, runners.Tools:
		case runners.Oracle:
			if len(spec.Params) > 0 {
				return strconv.Itoa(lab.Version)
			}
		case runners.Retrieved:
			if spec.Get("as-of") != "" {
				return strconv.Itoa(lab.Version)
			}
		default:
			return strconv.Itoa(lab.Version)
		}
	}
	return ""
}

// laboratoryArm is the entry of an arm whose book reads the item.
func laboratoryArm(name string) armEntry {
	return armEntry{name, lab.Params(name), laboratoryBook}
}

func laboratoryBook(_ context.Context, l *library, spec runners.ArmSpec) (runners.Book, error) {
	k, err := wholeParam(spec, "k", 1, 1000, l.plan.K)
	if err != nil {
		return nil, err
	}
	b, err := l.laboratory().Book(spec, k)
	if err != nil {
		return nil, usage("%w", err).withHint("arm %s takes: %s", spec.Name, strings.Join(lab.Params(spec.Name), ", "))
	}
	return b, nil
}

// oracleBook opens the evidence, alone or placed among distractors.
func oracleBook(ctx context.Context, l *library, spec runners.ArmSpec) (runners.Book, error) {
	if len(spec.Params) == 0 {
		return runners.OracleBook{Suite: l.suite}, nil
	}
	return laboratoryBook(ctx, l, spec)
}

// retrievedBook asks the plan's retriever, another one, or BM25 over the suite's corpus as it stood on a day.
func retrievedBook(ctx context.Context, l *library, spec runners.ArmSpec) (runners.Book, error) {
	with, on := spec.Get("with"), spec.Get("as-of")
	if on == "" {
		r, err := l.retriever(ctx, with)
		if err != nil {
			return nil, err
		}
		return runners.FromConnector(r, l.suite), nil
	}
	day, err := lab.ParseDay(on)
	if err != nil {
		return nil, usage("arm %s: %w", spec, err).withHint("write retrieved:as-of=2026-03-31")
	}
	if with != "" && with != suiteRetriever {
		return nil, usage("arm %s: what %s held on a day is not known", spec, with).withHint("as-of is about the suite's own corpus, which %s searches", suiteRetriever)
	}
	return l.laboratory().Dated(retrieval.NewBM25(l.laboratory().Snapshot(day))), nil
}

// askedBy counts the items that an arm asks, and those it leaves out, by reason.
func askedBy(items []suites.Item, arm runners.Arm) (asked int, left map[string]int) {
	left = map[string]int{}
	for _, it := range items {
		switch b := arm.Book.(type) {
		case *lab.Book:
			if why := b.LeftOut(it); why != "" {
				left[why]++
				continue
			}
		case runners.Selective:
			if !b.Applies(it) {
				left["it names no evidence"]++
				continue
			}
		}
		asked++
	}
	return asked, left
}

// tellIdle names the arms that ask none of the items, with the most frequent reason. That no arm asks any is an error.
func (a *app) tellIdle(items []suites.Item, arms []runners.Arm) error {
	idle := 0
	for _, arm := range arms {
		asked, left := askedBy(items, arm)
		if asked > 0 || len(left) == 0 {
			continue
		}
		idle++
		why := slices.MaxFunc(slices.Sorted(maps.Keys(left)), func(x, y string) int { return left[x] - left[y] })
		a.say("arm %s asks none of the %d items; of %d, %s", arm.Name, len(items), left[why], why)
	}
	if idle > 0 && idle == len(arms) {
		return usage("no arm asks any item").withHint("viva suites show SUITE --arm ARM counts the items that an arm asks, and says why it leaves out the others")
	}
	return nil
}

// showArm counts the items that an arm asks, and those it leaves out, by reason.
func (a *app) showArm(s *suites.Suite, arm runners.Arm) error {
	asked, left := askedBy(s.Items, arm)
	g := reports.Grid{Head: []string{"arm " + arm.Name, "items"}, Left: 1, Rows: [][]string{{"asked", strconv.Itoa(asked)}}}
	var reasons []string
	for why := range left {
		reasons = append(reasons, why)
	}
	slices.SortFunc(reasons, func(x, y string) int {
		if d := left[y] - left[x]; d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	for _, why := range reasons {
		g.Rows = append(g.Rows, []string{"left out: " + why, strconv.Itoa(left[why])})
	}
	return g.Terminal(a.stdout)
}

// showEdits prints beside the exact paper what the laboratory did to it: each passage it changed, marked, and the answer that now follows.
func showEdits(w io.Writer, l *lab.Lab, shown runners.Shown) {
	for _, p := range shown.Passages {
		if title, text := l.Mark(p, shown.Edits); title != p.Title || text != p.Text {
			fmt.Fprintf(w, "--- [%s] %s, marked ---\n%s\n", p.ID, title, text)
		}
	}
	for _, e := range shown.Edits {
		if e.PassageID == "" {
			fmt.Fprintf(w, "--- answer ---\n%s: [-%s-]{+%s+}\n", e.Kind, e.From, e.To)
		}
	}
}
