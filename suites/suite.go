// Package suites holds examination suites: questions with typed ground truth, the passages that hold it, and the traps beside
// it. It loads suite folders strictly, lints them and imports public benchmarks.
package suites

import (
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/value"
)

// Suite is a set of items over a corpus of passages.
type Suite struct {
	Name        string
	Title       string
	Version     string
	License     string
	Description string    // one or two sentences; may be empty
	AsOf        time.Time // the date on which the questions are asked; zero: not stated
	Languages   []string  // BCP 47 primary tags, in order of first use
	Imported    string    // the benchmark it was imported from, by the importer's name; empty: written for this suite
	Items       []Item
	Passages    []Passage // [Load] and the importers keep them sorted by ID
}

// Passage returns the passage with the given ID. It is safe for concurrent use as long as nobody changes the suite: there is no
// hidden index, a sorted corpus is searched by halving and any other is scanned.
func (s *Suite) Passage(id string) (Passage, bool) {
	i, found := slices.BinarySearchFunc(s.Passages, id, func(p Passage, id string) int { return strings.Compare(p.ID, id) })
	if found {
		return s.Passages[i], true
	}
	if i = slices.IndexFunc(s.Passages, func(p Passage) bool { return p.ID == id }); i >= 0 {
		return s.Passages[i], true
	}
	return Passage{}, false
}

// Item is one question with its ground truth.
type Item struct {
	ID       string
	Question string
	Language string
	Domain   string
	Skill    string // one of [Skills]
	Source   string // the document or record it hangs on; the cluster of its standard error
	Answer   Answer // the zero Answer means the right reply is that it is not known
	Traps    []Trap
	Evidence []string // IDs of the passages that hold the answer (or, for a false premise, refute it)
	// Derivation shows how a computed answer follows from the evidence: "1250 * 12", "(94 - 71) / 71 * 100",
	// "2026-01-01 + 36 months". Empty for answers that stand in the evidence. See [Derive] for the grammar.
	Derivation string
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
	Injected       Cause = "injected"       // demanded by an instruction hidden in a passage; no suite plants it as a trap
)

// Causes lists the causes that a suite's trap may have.
func Causes() []Cause {
	return []Cause{Stale, Distractor, Counterfactual, Misconception, Neighbour}
}

// The skills an item may ask for.
const (
	SingleHop    = "single-hop"    // one passage states the answer
	TwoHop       = "two-hop"       // two passages together give it
	TableLookup  = "table"         // a cell of a table
	Arithmetic   = "arithmetic"    // computed from stated numbers; needs a derivation
	Counting     = "count"         // how many entries of a passage meet a condition
	DateReading  = "date"          // a date or a deadline, stated or computed
	FalsePremise = "false-premise" // the question takes for granted what is not so
	Unanswerable = "unanswerable"  // the corpus does not say
)

// Skills lists the skills an item may ask for.
func Skills() []string {
	return []string{SingleHop, TwoHop, TableLookup, Arithmetic, Counting, DateReading, FalsePremise, Unanswerable}
}

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
