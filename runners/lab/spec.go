package lab

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Params lists what a laboratory arm takes.
func Params(arm string) []string {
	return map[string][]string{
		runners.Oracle:      {"k", "at"},
		runners.Noisy:       {"k", "rate", "order"},
		runners.Distractors: {"k"},
		runners.Stale:       {"with"},
		runners.Injected:    {"hidden"},
	}[arm]
}

// Book makes the book of an arm; k is how many passages the plan shows, unless the arm says so itself. An error says which value of a
// parameter is wrong, and what it may be.
func (l *Lab) Book(spec runners.ArmSpec, k int) (*Book, error) {
	p := params{spec: spec}
	k = p.whole("k", 1, 1000, k)
	var lay func(suites.Item) (layout, string)
	switch spec.Name {
	case runners.Oracle:
		at := p.whole("at", 1, 1000, 1)
		if at > k {
			p.fail("at", fmt.Sprintf("a place among the k=%d passages", k))
		}
		lay = l.placed(k, at)
	case runners.Noisy:
		lay = l.noisy(p.rate("rate", .6), k, p.whole("order", 1, 2, 1))
	case runners.Distractors:
		lay = l.noiseOnly(k)
	case runners.Incomplete:
		lay = l.incomplete
	case runners.Stale:
		lay = l.stale(p.word("with", "current") != "")
	case runners.Counterfactual:
		lay = l.edited
	case runners.Conflict:
		lay = l.conflict
	case runners.Injected:
		lay = l.injected(p.word("hidden", Hidings()...))
	default:
		return nil, fmt.Errorf("arm %s: not one of the laboratory's", spec)
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Book{lab: l, lay: lay}, nil
}

// params reads the values of an arm's parameters and keeps the first thing that is wrong with them.
type params struct {
	spec runners.ArmSpec
	err  error
}

func (p *params) fail(key, want string) {
	if p.err == nil {
		p.err = fmt.Errorf("arm %s: %s is %q, want %s", p.spec, key, p.spec.Get(key), want)
	}
}

func (p *params) whole(key string, least, most, otherwise int) int {
	s := p.spec.Get(key)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		p.fail(key, fmt.Sprintf("a whole number between %d and %d", least, most))
		return otherwise
	}
	return n
}

func (p *params) rate(key string, otherwise float64) float64 {
	s := p.spec.Get(key)
	if s == "" {
		return otherwise
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !(x >= 0 && x <= 1) {
		p.fail(key, "a share between 0 and 1")
		return otherwise
	}
	return x
}

// word reads one of several words; "" when the parameter is not given.
func (p *params) word(key string, choices ...string) string {
	s := p.spec.Get(key)
	if s != "" && !slices.Contains(choices, s) {
		p.fail(key, strings.Join(choices, " or "))
	}
	return s
}
