// Package reports turns scored trials into a summary a person can act on, and writes it as a table, Markdown, a web page, JSON, CSV and
// charts. Every figure is defined by an equation in docs/METHOD.md.
//
// Trials stream through [Summarize] once. Failed, truncated and withheld trials are in no numerator and no denominator; unscored ones are
// a debt that widens every rate's bounds.
package reports

import (
	"encoding/json"
	"io"

	"github.com/viva-eval/viva/runners"
)

// Format writes a report in one form.
type Format func(w io.Writer, r Report) error

// Report is a run with its figures.
type Report struct {
	Run     runners.Run
	Summary Summary
	Wrong   []Wrong // wrong answers to look at, the worst first within each arm; at most 20 an arm
}

// Summary holds the figures of a run.
type Summary struct {
	Confidence  float64    `json:"confidence"` // of every interval
	Scorer      string     `json:"scorer"`     // whose verdicts these are; empty: nothing was scored
	Counts      Counts     `json:"counts"`     // over all arms
	Arms        []Arm      `json:"arms"`       // in the order of the plan
	Pairs       []Pair     `json:"pairs"`      // each arm against the closed book; none without a closed-book arm
	Slices      []Slice    `json:"slices"`     // by language, skill and domain
	Retrieval   *Retrieval `json:"retrieval"`  // of the arm retrieved, else of the first of Retrievals; null where there is none
	Speed       Speed      `json:"speed"`
	InfraBroken bool       `json:"infra_broken"` // more than 5 % of the trials failed for reasons that are not the model's
	Notes       []Note     `json:"notes"`

	Waterfalls []Waterfall `json:"waterfalls"` // of the arms whose pages hold, or should hold, answers
	Tools      []ToolUse   `json:"tool_use"`   // of the arms with tools
	Retrievals []Retrieval `json:"retrievals"` // of the arms that search, where evidence is known
	Edited     []Edited    `json:"edited"`     // of the arms whose pages were edited to be false
	Families   []Family    `json:"families"`   // arms that differ in the number and order of their passages alone
	Sweeps     []Sweep     `json:"sweeps"`     // of the settings of which several values were run
}

// Counts says where trials went. Asked = Answered + Truncated + Failed + Filtered; Answered = Scored + Unscored; Scored = Correct +
// Partial + Incorrect + Abstained.
type Counts struct {
	Planned    int `json:"planned"` // by the plan; 0: not known
	Asked      int `json:"asked"`
	Answered   int `json:"answered"`
	Truncated  int `json:"truncated"`
	Failed     int `json:"failed"` // unreachable, timed out or refused by the server
	TimedOut   int `json:"timed_out"`
	Refused    int `json:"refused"`
	Filtered   int `json:"filtered"` // withheld by the server's content filter
	Scored     int `json:"scored"`
	Unscored   int `json:"unscored"`
	Correct    int `json:"correct"`
	Partial    int `json:"partial"`
	Incorrect  int `json:"incorrect"`
	Abstained  int `json:"abstained"`
	Hedged     int `json:"hedged"`      // right, but given with doubt; counted in Correct
	FromMemory int `json:"from_memory"` // right though the pages do not hold it; counted in Correct
}

// Slice is one arm's figures over the items that share a language, skill or domain.
type Slice struct {
	Dimension     string `json:"dimension"`
	Value         string `json:"value"`
	Arm           string `json:"arm"`
	Items         int    `json:"items"`
	Accuracy      Rate   `json:"accuracy"`
	Hallucination Rate   `json:"hallucination"`
	Abstention    Rate   `json:"abstention"`
}

// Note is a remark that a reader of the figures must see.
type Note struct {
	Level string `json:"level"` // info, warn or bad
	Text  string `json:"text"`
}

// Levels of a note.
const (
	Info = "info"
	Warn = "warn"
	Bad  = "bad"
)

// Wrong is an answer that asserts something false, with what a person needs to judge it.
type Wrong struct {
	Arm      string   `json:"arm"`
	ItemID   string   `json:"item"`
	Repeat   int      `json:"repeat"`
	Language string   `json:"language"`
	Domain   string   `json:"domain"`
	Skill    string   `json:"skill"`
	Question string   `json:"question"`
	Truth    string   `json:"truth"`
	Reply    string   `json:"reply"`
	Why      string   `json:"why"`
	Cause    string   `json:"cause"`    // the trap it fell into; empty: none known
	Passages []string `json:"passages"` // IDs of what was shown
	Harm     bool     `json:"harm"`     // the closed book had it right
	Evidence string   `json:"evidence"` // "shown", "part shown" or "not shown"; empty: not known
	Loss     Loss     `json:"loss"`     // where the answer was lost; empty outside waterfalls
}

// Schema names the form of the JSON object; it changes when a name or a meaning does.
const Schema = "viva.report/1"

// MarshalJSON writes the report as one object: schema, headline, run, summary and wrong answers. Undefined figures are null.
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Schema   string      `json:"schema"`
		Headline string      `json:"headline"`
		Run      runners.Run `json:"run"`
		Summary  Summary     `json:"summary"`
		Wrong    []Wrong     `json:"wrong"`
	}{Schema, r.Headline(), r.Run, r.Summary, r.Wrong})
}

// Scored is the number of scored trials, over all arms.
func (s Summary) Scored() int { return s.Counts.Scored }
