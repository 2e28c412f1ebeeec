package compare

import (
	"cmp"
	"slices"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Flip is an item whose verdict changed in an arm. Where it was asked several times, it is the worst of its repeats.
type Flip struct {
	Item     string          `json:"item"`
	Arm      string          `json:"arm"` // as [Arm.Name]
	Load     string          `json:"load"`
	Repeat   int             `json:"repeat"`
	Flipped  int             `json:"flipped"` // pairs of the item that flipped in this way …
	Pairs    int             `json:"pairs"`   // … of all its scored ones
	Language string          `json:"language"`
	Domain   string          `json:"domain"`
	Skill    string          `json:"skill"`
	From     scorers.Verdict `json:"from"`
	To       scorers.Verdict `json:"to"`
	Kind     Kind            `json:"kind"`
	Worse    bool            `json:"worse"`
	// Texts, where they are known.
	Question  string `json:"question"`
	Truth     string `json:"truth"`
	BaseReply string `json:"base_reply"`
	HeadReply string `json:"head_reply"`

	baseKey, headKey runners.Key
}

// Kind says how a verdict flipped, as the item's truth sees it: to abstain is right where nobody can know the answer.
type Kind string

// The kinds, the worst first.
const (
	RightFalse    Kind = "right → false"
	RightWithheld Kind = "right → abstained"
	RightPartial  Kind = "right → partial"
	SilentFalse   Kind = "abstained → false"
	PartialFalse  Kind = "partial → false"
	PartialSilent Kind = "partial → abstained"
	SilentPartial Kind = "abstained → partial"
	FalseSilent   Kind = "false → abstained"
	FalsePartial  Kind = "false → partial"
	PartialRight  Kind = "partial → right"
	WithheldRight Kind = "abstained → right"
	FalseRight    Kind = "false → right"
)

var kinds = [...]Kind{RightFalse, RightWithheld, RightPartial, SilentFalse, PartialFalse, PartialSilent, SilentPartial, FalseSilent,
	FalsePartial, PartialRight, WithheldRight, FalseRight}

// firstImproving is where the kinds stop being for the worse.
const firstImproving = 6

// textsTold is how many flips carry their texts, from the worst.
const textsTold = 200

// replyShown is how many bytes of a reply a flip carries.
const replyShown = 1500

// kindOf names the flip of a scored pair; false when nothing flipped.
func kindOf(p pair) (Kind, bool) {
	word := func(r *baseline.Record) string {
		switch {
		case r.Verdict == scorers.Correct, r.Verdict == scorers.Abstained && !r.Answerable:
			return "right"
		case r.Verdict == scorers.Abstained:
			return "abstained"
		case r.Verdict == scorers.Partial:
			return "partial"
		default:
			return "false"
		}
	}
	from, to := word(p.base), word(p.head)
	return Kind(from + " → " + to), from != to
}

// flips lists the items of an arm that flipped.
func (m matched) flips() []Flip {
	var list []Flip
	for start := 0; start < len(m.pairs); {
		end := start
		for end < len(m.pairs) && m.pairs[end].head.Item == m.pairs[start].head.Item {
			end++
		}
		if f, ok := worst(m.pairs[start:end]); ok {
			f.Arm = armName(m.base, m.head)
			list = append(list, f)
		}
		start = end
	}
	return list
}

// worst is the worst flip among the pairs of one item.
func worst(pairs []pair) (Flip, bool) {
	var f Flip
	rank, scored := len(kinds), 0
	for _, p := range pairs {
		if !p.scored() {
			continue
		}
		scored++
		kind, flipped := kindOf(p)
		r := slices.Index(kinds[:], kind)
		if !flipped || r > rank {
			continue
		}
		if r < rank {
			rank = r
			h := p.head
			f = Flip{
				Item: h.Item, Load: h.Load, Repeat: h.Repeat, Language: h.Language, Domain: h.Domain, Skill: h.Skill,
				From: p.base.Verdict, To: h.Verdict, Kind: kind, Worse: r < firstImproving, baseKey: p.base.Key(), headKey: h.Key(),
			}
		}
		f.Flipped++
	}
	f.Pairs = scored
	return f, f.Flipped > 0
}

// sortFlips puts the worst first, within a kind those that flipped most often, then by item.
func sortFlips(list []Flip) {
	slices.SortStableFunc(list, func(a, b Flip) int {
		return cmp.Or(
			cmp.Compare(slices.Index(kinds[:], a.Kind), slices.Index(kinds[:], b.Kind)),
			cmp.Compare(float64(b.Flipped)/float64(b.Pairs), float64(a.Flipped)/float64(a.Pairs)),
			cmp.Compare(a.Item, b.Item), cmp.Compare(a.Arm, b.Arm),
		)
	})
}

// tell adds the texts of the worst flips.
func (c *Comparison) tell(o Options) {
	for i := range c.Flips[:min(len(c.Flips), textsTold)] {
		f := &c.Flips[i]
		if o.Texts != nil {
			f.BaseReply = legible(o.Texts(c.Base.Run.ID, f.baseKey))
			f.HeadReply = legible(o.Texts(c.Head.Run.ID, f.headKey))
		}
		if o.Question != nil {
			f.Question, f.Truth = o.Question(f.Item)
		}
	}
}

// legible shortens a reply and takes out what is no text.
func legible(reply string) string { return reports.Legible(reports.Shorten(reply, replyShown)) }

// FlipCount says how many items flipped in one way, over all arms.
type FlipCount struct {
	Kind Kind `json:"kind"`
	N    int  `json:"n"`
}

// FlipCounts counts the flips by kind, the worst first; kinds that did not happen are left out.
func (c Comparison) FlipCounts() []FlipCount {
	var list []FlipCount
	for _, k := range kinds {
		n := 0
		for _, f := range c.Flips {
			if f.Kind == k {
				n++
			}
		}
		if n > 0 {
			list = append(list, FlipCount{k, n})
		}
	}
	return list
}
