package judged

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Rule is how a panel makes one verdict of several.
type Rule uint8

const (
	// Majority takes the verdict of more than half of the members.
	Majority Rule = iota
	// Mean averages over the members with a verdict, when they are more than half: Abstained when more than half of those say so, else
	// Correct from 0.75, Partial from 0.25, Incorrect below, a member's Correct being 1, Partial 0.5 and else 0.
	Mean
)

var rules = [...]string{"majority", "mean"}

func (r Rule) String() string {
	if int(r) < len(rules) {
		return rules[r]
	}
	return fmt.Sprintf("rule(%d)", r)
}

// ParseRule reads what [Rule.String] wrote. An error lists the choices.
func ParseRule(s string) (Rule, error) {
	if i := slices.Index(rules[:], s); i >= 0 {
		return Rule(i), nil
	}
	return 0, fmt.Errorf("parse rule %q: want one of %v", s, rules)
}

// Panel is a scorer made of several, mostly judges of different families. It asks all of them about each trial and remembers what each
// said, for [Panel.Alpha] and [Panel.Disagreements]. It is used by several goroutines at once and must not be copied.
type Panel struct {
	Members []scorers.Scorer
	Rule    Rule

	mu   sync.Mutex
	said map[runners.Key]opinions
}

var _ scorers.Scorer = (*Panel)(nil)

// opinions is what the members said about a trial. Its texts are kept only where the members differ.
type opinions struct {
	question, reference, reply string
	members                    []Opinion
	differ                     bool
}

// Opinion is one member's verdict on a trial.
type Opinion struct {
	Scorer  string
	Verdict scorers.Verdict
	Why     string
}

// Name names the panel with its rule, its size and a digest of its members' names.
func (p *Panel) Name() string {
	h := fnv.New32a()
	for _, m := range p.Members {
		h.Write([]byte(m.Name() + "\x00"))
	}
	return fmt.Sprintf("panel/%s/%d/%s", p.Rule, len(p.Members), hex.EncodeToString(h.Sum(nil)))
}

// Score asks all members, at the same time, and joins their verdicts by the rule. A member that gives none counts for nobody; without a
// majority the trial is Unscored, and stands among the disagreements. Value is the mean of the members' values. The first member's error
// ends the trial.
func (p *Panel) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	all := make([]scorers.Score, len(p.Members))
	tasks := make([]func(context.Context) error, len(p.Members))
	for i, m := range p.Members {
		tasks[i] = func(ctx context.Context) (err error) {
			all[i], err = m.Score(ctx, q)
			return err
		}
	}
	if err := fan.Group(ctx, tasks...); err != nil {
		return scorers.Score{}, err
	}
	p.remember(q, all)
	s := p.join(all)
	s.Behaved = scorers.Judge(q, s)
	return s, nil
}

// join makes one score of the members'.
func (p *Panel) join(all []scorers.Score) scorers.Score {
	s := scorers.Score{Scorer: p.Name()}
	verdicts := make([]scorers.Verdict, len(all))
	var read []scorers.Verdict
	for i, m := range all {
		verdicts[i] = m.Verdict
		if m.Verdict != scorers.Unscored {
			read = append(read, m.Verdict)
			s.Value += m.Value
		}
	}
	if len(read) > 0 {
		s.Value /= float64(len(read))
	}
	switch {
	case p.Rule == Majority:
		s.Verdict = majority(verdicts)
	case 2*len(read) <= len(all):
	case majority(read) == scorers.Abstained:
		s.Verdict = scorers.Abstained
	case s.Value >= 0.75:
		s.Verdict = scorers.Correct
	case s.Value >= 0.25:
		s.Verdict = scorers.Partial
	default:
		s.Verdict = scorers.Incorrect
	}
	if s.Verdict == scorers.Unscored {
		s.Value, s.Why = 0, "the panel has no majority: "+count(verdicts)
		if len(read) == 0 && len(all) > 0 {
			s.Why = "no member of the panel has a verdict: " + all[0].Why
		}
		return s
	}
	s.Why = "panel: " + count(verdicts)
	for _, m := range all {
		if m.Verdict == s.Verdict {
			s.Cause, s.Hedged = m.Cause, m.Hedged
			s.Why += "; " + m.Why
			break
		}
	}
	return s
}

func (p *Panel) remember(q scorers.Question, all []scorers.Score) {
	o := opinions{members: make([]Opinion, len(all))}
	first := scorers.Unscored
	for i, s := range all {
		o.members[i] = Opinion{p.Members[i].Name(), s.Verdict, s.Why}
		if first == scorers.Unscored {
			first = s.Verdict
		}
		o.differ = o.differ || s.Verdict != scorers.Unscored && s.Verdict != first
	}
	if o.differ {
		o.question, o.reference, o.reply = q.Item.Question, Reference(q.Item.Answer, q.Item.Language), q.Trial.Response.Text
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.said == nil {
		p.said = map[runners.Key]opinions{}
	}
	p.said[q.Trial.Key] = o
}

// Alpha is Krippendorff's alpha of the members over the trials scored so far, verdicts taken as names without an order. A member that
// gave no verdict is a missing rating. NaN when fewer than two members rated anything, or all verdicts are equal.
func (p *Panel) Alpha() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	var items [][]float64
	for _, key := range p.keys() {
		ratings := make([]float64, len(p.said[key].members))
		for i, o := range p.said[key].members {
			ratings[i] = float64(o.Verdict)
			if o.Verdict == scorers.Unscored {
				ratings[i] = math.NaN()
			}
		}
		items = append(items, ratings)
	}
	return stats.Krippendorff(items, stats.Nominal)
}

// Disagreement is a trial on which the members differ: for people to look at.
type Disagreement struct {
	Key       runners.Key
	Question  string
	Reference string
	Reply     string
	Opinions  []Opinion // in the order of the members
}

// Disagreements lists the trials scored so far on which two members have different verdicts, in the order of their keys. A member that
// gave none disagrees with nobody.
func (p *Panel) Disagreements() []Disagreement {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Disagreement
	for _, key := range p.keys() {
		if o := p.said[key]; o.differ {
			out = append(out, Disagreement{key, o.question, o.reference, o.reply, slices.Clone(o.members)})
		}
	}
	return out
}

// keys are those of the trials scored so far, in order.
func (p *Panel) keys() []runners.Key {
	keys := make([]runners.Key, 0, len(p.said))
	for k := range p.said {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b runners.Key) int {
		for _, c := range []int{strings.Compare(a.ItemID, b.ItemID), strings.Compare(a.Arm, b.Arm), strings.Compare(a.Load, b.Load)} {
			if c != 0 {
				return c
			}
		}
		return a.Repeat - b.Repeat
	})
	return keys
}
