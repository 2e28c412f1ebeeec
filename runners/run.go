package runners

import "time"

// Accelerators says what hardware serves the target, as its owner declares it.
type Accelerators struct {
	Count int    `json:"count" yaml:"count"`
	Unit  string `json:"unit" yaml:"unit"`   // card, chip or die
	Model string `json:"model" yaml:"model"` // "H100", "Ascend 910B", …
}

// TargetInfo describes a target without its secrets.
type TargetInfo struct {
	Name         string       `json:"name"`
	BaseURL      string       `json:"base_url"` // without user info
	Model        string       `json:"model"`
	BuiltIn      bool         `json:"built_in"` // the model-free reader
	Accelerators Accelerators `json:"accelerators"`
}

// Run is one target on one suite under one plan.
type Run struct {
	ID           string // sortable, unique in its file: "20261123-224500-ab12"
	PlanDigest   string // of everything that could change an answer, keys excluded
	Tool         string // version of viva
	Target       TargetInfo
	SuiteName    string
	SuiteTitle   string
	SuiteVersion string
	SuiteDigest  string
	PromptDigest string
	Arms         []string
	Repeats      int
	Planned      int // trials the plan asks for
	K            int
	Seed         int64
	Temperature  float64
	MaxTokens    int
	Timeout      time.Duration
	Concurrency  int
	Limit        int
	Started      time.Time
	Finished     time.Time     // zero: unfinished
	Elapsed      time.Duration // time spent asking, over all resumptions
}
