package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/suites"
)

// planBench is a plan's section bench: the loads under which a measured run asks. At most one of Concurrency, Rate, Burst, Trace and
// Sessions is given; none of them: the usual concurrencies.
type planBench struct {
	Concurrency []int     `yaml:"concurrency"`
	Rate        []float64 `yaml:"rate"`
	Arrivals    string    `yaml:"arrivals"` // constant, poisson or gamma
	Shape       float64   `yaml:"shape"`
	Burst       bool      `yaml:"burst"`
	Trace       string    `yaml:"trace"` // file
	Sessions    []int     `yaml:"sessions"`
	Turns       int       `yaml:"turns"`
	Think       duration  `yaml:"think"`

	Requests int      `yaml:"requests"`
	Duration duration `yaml:"duration"`
	Ramp     duration `yaml:"ramp"`
	Drain    duration `yaml:"drain"`
	Warmup   int      `yaml:"warmup"`
	InFlight int      `yaml:"in_flight"`

	InputTokens  int     `yaml:"input_tokens"`
	OutputTokens int     `yaml:"output_tokens"`
	SharedPrefix float64 `yaml:"shared_prefix"`

	SLO              string `yaml:"slo"`
	MaxHallucination string `yaml:"max_hallucination"`
	Search           string `yaml:"search"` // concurrency or rate, with bounds if wanted
}

// Usual values of a measured run.
const (
	usualDuration = 30 * time.Second
	usualDrain    = 5 * time.Minute // where requests have no deadline
	usualWarmup   = 8
	usualPlaces   = 1024
)

func usualConcurrency() []int { return []int{1, 4, 16, 64} }

func defaultBench() planBench {
	return planBench{Arrivals: string(load.Poisson), Shape: 1, Turns: 4, Think: duration(2 * time.Second), Warmup: usualWarmup, InFlight: usualPlaces}
}

// register adds the flags of a measured run, with what b holds as their defaults.
func (b *planBench) register(fs *pflag.FlagSet) {
	fs.IntSliceVar(&b.Concurrency, "concurrency", b.Concurrency, "closed loop: requests in flight, a stage for each (default 1,4,16,64)")
	fs.Float64SliceVar(&b.Rate, "rate", b.Rate, "open loop: requests a second, a stage for each")
	fs.StringVar(&b.Arrivals, "arrivals", b.Arrivals, "with --rate: constant, poisson or gamma")
	fs.Float64Var(&b.Shape, "shape", b.Shape, "of gamma arrivals: below 1 they come in bunches, above 1 more evenly than poisson")
	fs.BoolVar(&b.Burst, "burst", b.Burst, "back to back: all --requests are due at once, -j bounds how many are in flight")
	fs.StringVar(&b.Trace, "trace", b.Trace, "replay FILE.jsonl: timestamp, and input_length and output_length, or item")
	fs.IntSliceVar(&b.Sessions, "sessions", b.Sessions, "users in multi-turn sessions, a stage for each")
	fs.IntVar(&b.Turns, "turns", b.Turns, "with --sessions: questions of a session, each with the conversation before it")
	fs.DurationVar((*time.Duration)(&b.Think), "think", time.Duration(b.Think), "with --sessions: mean pause between a reply and the next question")
	fs.IntVar(&b.Requests, "requests", b.Requests, "requests of a stage (default: as many as the duration takes)")
	fs.DurationVar((*time.Duration)(&b.Duration), "duration", time.Duration(b.Duration), "time for which each stage holds its full load (default 30s, without --requests)")
	fs.DurationVar((*time.Duration)(&b.Ramp), "ramp", time.Duration(b.Ramp), "time in which the load rises, before")
	fs.DurationVar((*time.Duration)(&b.Drain), "drain", time.Duration(b.Drain), "longest wait for what is in flight at the end of a stage (0: the requests' own deadline)")
	fs.IntVar(&b.Warmup, "warmup", b.Warmup, "requests before each stage, with prompts of their own, which are not kept")
	fs.IntVarP(&b.InFlight, "in-flight", "j", b.InFlight, "most requests in flight when a clock or a burst decides")
	fs.IntVar(&b.InputTokens, "input-tokens", b.InputTokens, "synthetic prompts of so many tokens, instead of a suite")
	fs.IntVar(&b.OutputTokens, "output-tokens", b.OutputTokens, "tokens that each reply is to have, no fewer and no more (ignore_eos, min_tokens)")
	fs.Float64Var(&b.SharedPrefix, "shared-prefix", b.SharedPrefix, "part of each synthetic prompt, from its beginning, that all share")
	fs.StringVar(&b.SLO, "slo", b.SLO, `promises such as "p99 ttft<2s, p99 tpot<80ms", or a preset such as mlperf:deepseek-r1; without a load of its own, search for the largest that keeps them`)
	fs.StringVar(&b.MaxHallucination, "max-hallucination", b.MaxHallucination, "likewise: upper end of the hallucination rate's interval, such as 5%")
	fs.StringVar(&b.Search, "search", b.Search, "what the search varies: concurrency or rate, with bounds if wanted, as in rate:0.5..50 (default concurrency)")
}

// loads are the flags that choose a mode.
var loads = []string{"concurrency", "rate", "burst", "trace", "sessions"}

// over lays the flags that were given over the plan's section.
func (b *planBench) over(cmd *cobra.Command) error {
	if slices.ContainsFunc(loads, cmd.Flags().Changed) {
		b.Concurrency, b.Rate, b.Burst, b.Trace, b.Sessions = nil, nil, false, "", nil
	}
	into := pflag.NewFlagSet("", pflag.ContinueOnError)
	b.register(into)
	var failed error
	cmd.Flags().Visit(func(given *pflag.Flag) {
		flag := into.Lookup(given.Name)
		if flag == nil || failed != nil {
			return
		}
		if list, ok := given.Value.(pflag.SliceValue); ok {
			failed = flag.Value.(pflag.SliceValue).Replace(list.GetSlice())
			return
		}
		failed = flag.Value.Set(given.Value.String())
	})
	return failed
}

// mode is the one that the plan asks for.
func (b *planBench) mode() (load.Mode, error) {
	given := map[string]bool{"concurrency": len(b.Concurrency) > 0, "rate": len(b.Rate) > 0, "burst": b.Burst, "trace": b.Trace != "", "sessions": len(b.Sessions) > 0}
	var names []string
	for _, name := range loads {
		if given[name] {
			names = append(names, name)
		}
	}
	if len(names) > 1 {
		return "", usage("a measured run has one kind of load, and %s are given", strings.Join(names, " and ")).withHint("leave all but one out")
	}
	switch {
	case given["rate"]:
		mode := load.Mode(b.Arrivals)
		if mode != load.Constant && mode != load.Poisson && mode != load.Gamma {
			return "", usage("unknown arrivals %q", b.Arrivals).withHint("choose from: constant, poisson, gamma")
		}
		return mode, nil
	case given["burst"]:
		return load.Burst, nil
	case given["trace"]:
		return load.Trace, nil
	case given["sessions"]:
		return load.Sessions, nil
	}
	return load.Closed, nil
}

// searches reports whether the plan asks for the largest load that keeps its promises, instead of naming loads.
func (b *planBench) searches() bool {
	named := len(b.Concurrency) > 0 || len(b.Rate) > 0 || b.Burst || b.Trace != "" || len(b.Sessions) > 0
	return b.Search != "" || !named && (b.SLO != "" || b.MaxHallucination != "")
}

// axis is what the plan's search varies.
func (b *planBench) axis() (axis, error) {
	name := b.Search
	if name == "" {
		name = "concurrency"
	}
	x, err := parseAxis(name, load.Mode(b.Arrivals))
	if err != nil {
		return x, usage("search: %w", err).withHint("write --search concurrency, --search rate, or with bounds --search rate:0.5..50")
	}
	return x, nil
}

// limits are the plan's promises.
func (b *planBench) limits() (limits, error) {
	l := limits{hallucination: -1}
	var err error
	if b.SLO != "" {
		if l.promises, err = parseSLO(b.SLO); err != nil {
			return l, usage("%w", err).withHint(`write promises as "p99 ttft<2s, p99 tpot<80ms", or name a preset: %s`, presetNames())
		}
	}
	if b.MaxHallucination != "" {
		if l.hallucination, err = parseShare(b.MaxHallucination); err != nil {
			return l, usage("max-hallucination: %w", err).withHint("write it as 5%%")
		}
	}
	return l, nil
}

// base is a stage of the plan without its size.
func (b *planBench) base(p *plan, mode load.Mode) load.Stage {
	base := load.Stage{Mode: mode, Concurrency: b.InFlight, Requests: b.Requests, Duration: time.Duration(b.Duration), Ramp: time.Duration(b.Ramp),
		Drain: time.Duration(b.Drain), Warmup: b.Warmup, Seed: p.Seed, InputTokens: b.InputTokens, OutputTokens: b.OutputTokens, SharedPrefix: b.SharedPrefix}
	if base.Duration == 0 && base.Requests == 0 && mode != load.Trace && mode != load.Burst {
		base.Duration = usualDuration
	}
	if base.Drain == 0 && p.Timeout == 0 {
		base.Drain = usualDrain // else a target that hangs would hold the stage for ever
	}
	return base
}

// stages are the plan's, in its order.
func (b *planBench) stages(p *plan) ([]load.Stage, error) {
	mode, err := b.mode()
	if err != nil {
		return nil, err
	}
	base := b.base(p, mode)
	var all []load.Stage
	switch mode {
	case load.Closed:
		sizes := b.Concurrency
		if len(sizes) == 0 {
			sizes = usualConcurrency()
		}
		for _, n := range sizes {
			all = append(all, b.of(base, float64(n)))
		}
	case load.Sessions:
		for _, n := range b.Sessions {
			all = append(all, b.of(base, float64(n)))
		}
	case load.Constant, load.Poisson, load.Gamma:
		for _, r := range b.Rate {
			all = append(all, b.of(base, r))
		}
	default:
		all = append(all, base.Named())
	}
	named := map[string]bool{}
	for _, s := range all {
		if err := s.Check(); err != nil {
			return nil, usage("%w", err)
		}
		if named[s.Name] {
			return nil, usage("stage %s is named twice", s.Name)
		}
		named[s.Name] = true
	}
	return all, nil
}

// of is the stage of a size: of requests in flight or users, or of requests a second.
func (b *planBench) of(base load.Stage, size float64) load.Stage {
	s := base
	switch s.Mode {
	case load.Closed:
		s.Concurrency = int(size)
	case load.Sessions:
		s.Concurrency, s.Turns, s.Think = int(size), b.Turns, time.Duration(b.Think)
	case load.Gamma:
		s.Rate, s.Shape = size, b.Shape
	default:
		s.Rate = size
	}
	return s.Named()
}

// check refuses a section that cannot be carried out.
func (b *planBench) check(p *plan) error {
	switch {
	case b.SharedPrefix < 0 || !(b.SharedPrefix <= 1):
		return usage("shared_prefix is %g, must be between 0 and 1", b.SharedPrefix)
	case b.SharedPrefix > 0 && b.InputTokens == 0:
		return usage("shared_prefix is for synthetic prompts").withHint("add --input-tokens N")
	case b.InputTokens < 0 || b.OutputTokens < 0 || b.InputTokens > mostLength || b.OutputTokens > mostLength:
		return usage("input_tokens and output_tokens must be between 0 and %d", mostLength)
	case b.Warmup < 0:
		return usage("warmup is %d, must not be negative", b.Warmup)
	}
	for _, arm := range p.Arms {
		if runners.BaseArm(arm) == runners.Tools {
			return usage("the arm tools cannot be measured under load: its requests wait for tools, which are not the target").withHint("viva run --arm tools says how well it does; measure another arm")
		}
	}
	l, err := b.limits()
	if err != nil {
		return err
	}
	if l.hallucination >= 0 && (b.InputTokens > 0 || b.OutputTokens > 0) {
		return usage("max_hallucination needs replies that can be scored: synthetic prompts have no truth, and replies of a set length are cut or padded").withHint("leave --input-tokens and --output-tokens out, so that a suite is asked")
	}
	if !b.searches() {
		_, err := b.stages(p)
		return err
	}
	if len(l.promises) == 0 && l.hallucination < 0 {
		return usage("a search needs promises").withHint(`add --slo "p99 ttft<2s, p99 tpot<80ms", or --max-hallucination 5%%`)
	}
	x, err := b.axis()
	if err != nil {
		return err
	}
	if mode := load.Mode(b.Arrivals); !x.whole && mode != load.Constant && mode != load.Poisson && mode != load.Gamma {
		return usage("unknown arrivals %q", b.Arrivals).withHint("choose from: constant, poisson, gamma")
	}
	for _, size := range []float64{x.from, x.most} {
		if err := b.of(b.base(p, x.mode), size).Check(); err != nil {
			return usage("%w", err)
		}
	}
	return nil
}

// mostLength is the longest prompt and the longest reply that can be asked for, in tokens.
const mostLength = 2_000_000

// digest names a measured run's plan: what is asked, and under which loads.
func (b *planBench) digest(p *plan, s *suites.Suite) string {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(err) // plain data
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "bench\x00%s\x00%s", p.digest(s), raw))
	return hex.EncodeToString(sum[:])[:16]
}
