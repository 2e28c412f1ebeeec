package suites

import "github.com/viva-eval/viva/internal/value"

// Statement says whether a text states an answer.
type Statement uint8

const (
	Unclear   Statement = iota // it cannot be told: a yes or no, a computed answer, or one that cannot be read
	NotStated                  // nowhere in so many words
	Stated                     // the value, the name or all members stand there
)

// States says whether the passages, whatever corpus they are from, state the item's answer: typed values by kind, unit and magnitude,
// names and identifiers word for word as text or alias, sets by all their members.
func States(it Item, passages []Passage) Statement {
	gold, err := it.Answer.Value(it.Language)
	if err != nil || gold.Kind == value.Bool {
		return Unclear
	}
	var all []*facts
	for _, p := range passages {
		all = append(all, readFacts(p.Title+"\n\n"+p.Text, p.Language))
	}
	switch {
	case unstated(it.Answer, gold, all) == "":
		return Stated
	case it.Derivation != "":
		return Unclear
	}
	return NotStated
}
