package runners

import (
	"encoding/json"
	"time"
)

// MarshalJSON writes the run with units in its names. Moments that never came are null.
func (r Run) MarshalJSON() ([]byte, error) {
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	return json.Marshal(struct {
		ID           string     `json:"id"`
		Tool         string     `json:"tool"`
		Target       TargetInfo `json:"target"`
		Suite        string     `json:"suite"`
		SuiteTitle   string     `json:"suite_title"`
		SuiteVersion string     `json:"suite_version"`
		SuiteDigest  string     `json:"suite_digest"`
		PromptDigest string     `json:"prompt_digest"`
		PlanDigest   string     `json:"plan_digest"`
		Arms         []string   `json:"arms"`
		Repeats      int        `json:"repeats"`
		Planned      int        `json:"planned"`
		K            int        `json:"k"`
		Seed         int64      `json:"seed"`
		Temperature  float64    `json:"temperature"`
		MaxTokens    int        `json:"max_tokens"`
		TimeoutS     float64    `json:"timeout_s"`
		Concurrency  int        `json:"concurrency"`
		Limit        int        `json:"limit"`
		Started      *time.Time `json:"started_at"`
		Finished     *time.Time `json:"finished_at"` // null: unfinished
		ElapsedS     float64    `json:"elapsed_s"`
	}{
		r.ID, r.Tool, r.Target, r.SuiteName, r.SuiteTitle, r.SuiteVersion, r.SuiteDigest, r.PromptDigest, r.PlanDigest, r.Arms, r.Repeats,
		r.Planned, r.K, r.Seed, r.Temperature, r.MaxTokens, r.Timeout.Seconds(), r.Concurrency, r.Limit, moment(r.Started),
		moment(r.Finished), r.Elapsed.Seconds(),
	})
}
