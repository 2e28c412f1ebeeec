package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/suites"
)

// syntheticSuite is the name of the suite that synthetic prompts make.
const syntheticSuite = "synthetic"

const (
	preparedText = 64 << 20 // bytes of synthetic prompts that are kept ready
	mostPrompts  = 4096     // different ones
	leastPrompts = 64
	wordBytes    = 6          // of a synthetic word with its space, at most on average
	traceTokens  = 50_000_000 // of all prompts of a trace together
	warmupFrom   = 1 << 30    // number of the first prompt of the warm-up, far from those that are measured
)

// synthetic makes prompts that say nothing, of exactly the tokens that the plan or its trace asks for, as the target counts them. They are
// a suite of their own, so that the results file says what was sent, and they are not scored: nobody knows what is true of them.
func (b *benchmark) synthetic(ctx context.Context, trace []load.Arrival) error {
	p := b.plan
	b.say("%s: measuring how the target counts tokens", b.info.Name)
	ruler, note, err := load.NewRuler(ctx, b.target, time.Duration(p.Timeout), p.Seed)
	if err != nil {
		return infrastructure("%w", err).withHint("viva doctor --base-url … says what the target supports")
	}
	if note != "" {
		b.notes = append(b.notes, note)
	}
	type size struct{ input, output int }
	var sizes []size
	if trace != nil {
		for _, a := range trace {
			sizes = append(sizes, size{a.Input, a.Output})
		}
	} else {
		n := p.Limit
		if n == 0 {
			n = min(max(preparedText/(p.Bench.InputTokens*wordBytes), leastPrompts), mostPrompts)
		}
		sizes = slices.Repeat([]size{{p.Bench.InputTokens, p.Bench.OutputTokens}}, n)
	}
	suite := &suites.Suite{Name: syntheticSuite, Title: "Synthetic prompts", Version: "1"}
	var questions []load.Question
	for i, s := range sizes {
		if s.input < ruler.Least() {
			return usage("a prompt of %d tokens cannot be made: the target counts %d for one of a single word", s.input, ruler.Least())
		}
		if s.output == 0 {
			s.output = p.Bench.OutputTokens
		}
		messages := ruler.Prompt(s.input, i, p.Bench.SharedPrefix)
		id := fmt.Sprintf("synthetic-%06d", i)
		suite.Items = append(suite.Items, suites.Item{ID: id, Question: messages[0].Content, Language: "en"})
		questions = append(questions, load.Question{ItemID: id, Arm: runners.ClosedBook, Messages: messages, Exactly: s.output})
	}
	unscored := *p
	unscored.Arms, unscored.Suite = []string{runners.ClosedBook}, suite.Name
	b.plan, b.suite, b.made, b.untrue = &unscored, suite, true, true
	usual := sizes[len(sizes)/2]
	b.ready(questions)
	b.engine.Warmup = func(n int) runners.Prompt {
		return runners.Prompt{Messages: ruler.Prompt(usual.input, warmupFrom+n, 0), Seed: int64(n), Exactly: usual.output}
	}
	for i := range trace {
		trace[i].Question = &questions[i]
	}
	b.lengths = &lengthWatch{input: p.Bench.InputTokens, exact: ruler.Exact()}
	return nil
}

// readTrace reads the plan's trace, or as much of it as its number of requests asks for.
func (b *benchmark) readTrace() (trace []load.Arrival, synthetic bool, err error) {
	name := b.plan.Bench.Trace
	f, err := os.Open(name)
	if err != nil {
		return nil, false, usage("read trace: %w", err)
	}
	defer f.Close()
	if trace, err = load.ReadTrace(f); err != nil {
		return nil, false, usage("%s: %w", name, err).withHint(`a line is an object such as {"timestamp": 1500, "input_length": 800, "output_length": 120}, or {"timestamp": 1500, "item": "leave-1"}; times are milliseconds`)
	}
	if n := b.plan.Bench.Requests; n > 0 && n < len(trace) {
		trace = trace[:n]
	}
	lengths, sum := 0, 0
	for _, a := range trace {
		if a.Input > 0 {
			lengths++
			sum += a.Input
		}
	}
	switch {
	case lengths > 0 && lengths < len(trace):
		return nil, false, usage("%s: %d of %d requests have an input length and the others do not", name, lengths, len(trace)).withHint("give every line one, or none")
	case sum > traceTokens:
		return nil, false, usage("%s: its prompts have %d tokens together, at most %d can be kept ready", name, sum, traceTokens).withHint("replay fewer with --requests N")
	case lengths > 0 && b.plan.Bench.InputTokens > 0:
		return nil, false, usage("%s says how long prompts are, and so does --input-tokens", name).withHint("leave one of them out")
	}
	return trace, lengths > 0, nil
}

// aim gives each request of a trace that names an item its question. With several arms they take turns.
func (b *benchmark) aim(trace []load.Arrival, questions []load.Question) error {
	of := map[string][]*load.Question{}
	for i := range questions {
		of[questions[i].ItemID] = append(of[questions[i].ItemID], &questions[i])
	}
	for i := range trace {
		a := &trace[i]
		var q load.Question
		switch choice := of[a.Item]; {
		case a.Item == "" && a.Output == 0:
			continue
		case a.Item == "":
			q = questions[i%len(questions)]
		case len(choice) == 0:
			return usage("%s names the item %q, which suite %s does not ask", b.plan.Bench.Trace, a.Item, b.suite.Name).withHint("viva suites show %s lists the items", b.suite.Name)
		default:
			q = *choice[i%len(choice)]
		}
		if a.Output > 0 {
			q.Exactly = a.Output
		}
		a.Question = &q
	}
	return nil
}

// lengthWatch watches whether prompts and replies have the tokens that they were to have.
type lengthWatch struct {
	input int // of every prompt; 0: they differ
	exact bool

	counted, longer, short, long atomic.Int64
	dropped                      atomic.Pointer[[]string]
}

// see looks at a trial.
func (l *lengthWatch) see(t *runners.Trial) {
	tokens := t.Response.Tokens
	if l == nil || t.Status.Infrastructure() || tokens.Source != runners.FromUsage {
		return
	}
	l.counted.Add(1)
	if l.input > 0 && tokens.Prompt != l.input {
		l.longer.Add(1)
	}
	if want := t.Prompt.Exactly; want > 0 && tokens.Completion < want {
		l.short.Add(1)
	} else if want > 0 && tokens.Completion > want {
		l.long.Add(1)
	}
	if d := t.Response.Dropped; len(d) > 0 {
		l.dropped.Store(&d)
	}
}

// notes say what was not as asked, and begin again.
func (l *lengthWatch) notes() []string {
	if l == nil {
		return nil
	}
	var notes []string
	counted, other, short, long := l.counted.Swap(0), l.longer.Swap(0), l.short.Swap(0), l.long.Swap(0)
	if other > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d prompts did not have the %d tokens that were asked for, by the target's own count", other, counted, l.input))
	}
	if short > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d replies ended before the tokens that were asked for: the target does not heed ignore_eos and min_tokens, and its figures are of shorter replies", short, counted))
	}
	if long > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d replies are longer than was asked for, by the target's own count", long, counted))
	}
	if d := l.dropped.Load(); d != nil {
		notes = append(notes, "the target refuses "+strings.Join(*d, " and ")+", which was left out")
	}
	return notes
}

// stripped is a trial without the text of its prompt, which its item has already.
func stripped(t runners.Trial) runners.Trial {
	t.Prompt.Messages = []prompt.Message{}
	return t
}
