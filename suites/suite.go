// Package suites holds examination suites: questions with typed ground truth, the passages that hold it, and the traps beside
// it. It loads suite folders strictly, lints them and imports public benchmarks.
package suites

import (
	"time"

	"github.com/viva-eval/viva/internal/value"
)

// Suite is a set of items over a corpus of passages.
type Suite struct {
	Name      string
	Title     string
	Version   string
	License   string
	AsOf      time.Time // the date on which the questions are asked; zero: not stated
	Languages []string  // BCP 47 primary tags, in order of first use
	Items     []Item
	Passages  []Passage
}

// Item is one question with its ground truth.
type Item struct {
	ID       string
	Question string
	Language string
	Domain   string
	Skill    string
	Source   string // the document or record it hangs on; the cluster of its standard error
	Answer   Answer // the zero Answer means the right reply is that it is not known
	Traps    []Trap
	Evidence []string // IDs of the passages that hold the answer (or, for a false premise, refute it)
}

// Answerable reports whether the item has an answer to give.
func (it Item) Answerable() bool { return it.Answer.Kind != "" }

// Answer is typed ground truth as the suite writes it. Its typed form is computed by [Answer.Value].
type Answer struct {
	Kind      value.Kind
	Text      string   // as a person would write it; for a set, empty
	Aliases   []string // other right ways to write it
	Number    string   // the magnitude as a plain decimal, where Text does not spell it ("1496500000" for "$1,496.5" in millions)
	Unit      string   // canonical unit or ISO 4217 code, where Text does not spell it
	Tolerance float64  // absolute, on the scale of the value; 0: what the written digits allow
	Set       []string // members, for Kind set
}

// Cause says what would lead to a wrong value.
type Cause string

const (
	NoCause        Cause = ""
	Stale          Cause = "stale"          // true in a superseded edition
	Distractor     Cause = "distractor"     // stands in a similar passage about something else
	Counterfactual Cause = "counterfactual" // planted in an edited passage
	Misconception  Cause = "misconception"  // widely believed
	Neighbour      Cause = "neighbour"      // right kind, wrong row or column
)

// Trap is a value known to be wrong, with the cause that would produce it.
type Trap struct {
	Answer
	Cause Cause
}

// Passage is one page of the corpus.
type Passage struct {
	ID         string
	Title      string
	Text       string
	Language   string
	ValidFrom  time.Time // zero: undated
	ValidTo    time.Time // zero: still valid
	Supersedes string    // ID of the edition it replaces
	Origin     string    // erp, crm, hr, policy, contract, ticket, …
}
