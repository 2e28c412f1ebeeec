package gate

import (
	"encoding/json"
	"io"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// reward is one line of a results file in the form that training and evaluation harnesses share.
type reward struct {
	Problem string  `json:"problem_idx"`
	Reward  float64 `json:"reward"`
	Repeat  int     `json:"repeat"`
}

// Rewards writes a line {problem_idx, reward, repeat} for each scored trial: 1 for a correct reply, −k for a false one, 0 for any other. The
// problem is the arm and the item, "oracle/q7", with the load stage before them where there is one.
func Rewards(w io.Writer, b baseline.Baseline, k float64) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i := range b.Records {
		r := &b.Records[i]
		if r.Verdict == scorers.Unscored {
			continue
		}
		line := reward{Problem: r.Arm + "/" + r.Item, Repeat: r.Repeat}
		if r.Load != "" {
			line.Problem = r.Load + "/" + line.Problem
		}
		switch r.Verdict {
		case scorers.Correct:
			line.Reward = 1
		case scorers.Incorrect:
			line.Reward = -k
		}
		if line.Reward == 0 {
			line.Reward = 0 // not −0
		}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
