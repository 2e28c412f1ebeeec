package runners

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestRunJSON(t *testing.T) {
	started := time.Date(2026, 11, 2, 9, 0, 0, 123456789, time.UTC)
	for name, run := range map[string]Run{
		"zero": {},
		"full": {
			ID: "20261102-090000-ab12", PlanDigest: "p", Tool: "v0.1.0",
			Target:    TargetInfo{Name: "box", BaseURL: "http://box/v1", Model: "m", BuiltIn: true, Accelerators: Accelerators{8, "card", "H100"}},
			SuiteName: "meridian", SuiteTitle: "Meridian", SuiteVersion: "1.0", SuiteDigest: "s", PromptDigest: "q", Arms: []string{"closed-book", "oracle"},
			Repeats: 3, Planned: 300, K: 5, Seed: -7, Temperature: .7, MaxTokens: 512, Timeout: 90 * time.Second, Concurrency: 4, Limit: 50,
			Started: started, Finished: started.Add(time.Hour), Elapsed: 59*time.Minute + 17*time.Nanosecond,
		},
		"unfinished": {ID: "x", Arms: []string{}, Started: started},
	} {
		b, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		var got Run
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, run) {
			t.Errorf("%s came back as\n%+v, want\n%+v", name, got, run)
		}
	}
	for _, bad := range []string{`{"timeout_s":-1}`, `{"elapsed_s":1e300}`, `{"id":7}`, `{"started_at":"yesterday"}`} {
		got := Run{ID: "kept"}
		if err := json.Unmarshal([]byte(bad), &got); err == nil || got.ID != "kept" {
			t.Errorf("%s was read as %+v, error %v", bad, got, err)
		}
	}
	var got Run
	if err := json.Unmarshal([]byte(`{"timeout_s":-1}`), &got); err == nil || !strings.Contains(err.Error(), "timeout_s") {
		t.Errorf("error %v does not name the field", err)
	}
}
