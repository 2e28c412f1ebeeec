package runners

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// runJSON is a run as it is written, with units in its names.
type runJSON struct {
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
}

// MarshalJSON writes the run with units in its names. Moments that never came are null.
func (r Run) MarshalJSON() ([]byte, error) {
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	return json.Marshal(runJSON{
		r.ID, r.Tool, r.Target, r.SuiteName, r.SuiteTitle, r.SuiteVersion, r.SuiteDigest, r.PromptDigest, r.PlanDigest, r.Arms, r.Repeats,
		r.Planned, r.K, r.Seed, r.Temperature, r.MaxTokens, r.Timeout.Seconds(), r.Concurrency, r.Limit, moment(r.Started),
		moment(r.Finished), r.Elapsed.Seconds(),
	})
}

// UnmarshalJSON reads what [Run.MarshalJSON] wrote. Fields that it does not know are passed over, fields that are not there are zero.
func (r *Run) UnmarshalJSON(b []byte) error {
	var j runJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	run := Run{
		ID: j.ID, PlanDigest: j.PlanDigest, Tool: j.Tool, Target: j.Target, SuiteName: j.Suite, SuiteTitle: j.SuiteTitle,
		SuiteVersion: j.SuiteVersion, SuiteDigest: j.SuiteDigest, PromptDigest: j.PromptDigest, Arms: j.Arms, Repeats: j.Repeats,
		Planned: j.Planned, K: j.K, Seed: j.Seed, Temperature: j.Temperature, MaxTokens: j.MaxTokens, Concurrency: j.Concurrency, Limit: j.Limit,
	}
	for _, d := range []struct {
		field   string
		seconds float64
		into    *time.Duration
	}{{"timeout_s", j.TimeoutS, &run.Timeout}, {"elapsed_s", j.ElapsedS, &run.Elapsed}} {
		ns := math.Round(d.seconds * float64(time.Second))
		if !(ns >= 0 && ns < math.MaxInt64) {
			return fmt.Errorf("read run: %s: %v s is no span of time", d.field, d.seconds)
		}
		*d.into = time.Duration(ns)
	}
	if j.Started != nil {
		run.Started = *j.Started
	}
	if j.Finished != nil {
		run.Finished = *j.Finished
	}
	*r = run
	return nil
}
