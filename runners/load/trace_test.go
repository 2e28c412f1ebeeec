package load

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadTrace(t *testing.T) {
	got, err := ReadTrace(strings.NewReader("\ufeff" + `{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}

{"timestamp": 27000.5, "item": "leave-1"}
{"timestamp": 28000, "input_tokens": 3, "output_tokens": 4}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Arrival{{At: 0, Item: "leave-1"}, {At: 481500 * time.Microsecond, Input: 6955, Output: 52}, {At: 999500 * time.Microsecond, Input: 3, Output: 4}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	moments, err := ReadTrace(strings.NewReader(`{"timestamp":"2026-01-31T08:00:00.25Z"}` + "\n" + `{"timestamp":"2026-01-31T09:00:01+01:00"}`))
	if err != nil || len(moments) != 2 || moments[1].At != 750*time.Millisecond {
		t.Errorf("moments: %v (%v)", moments, err)
	}
}

func TestReadTraceErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                                            "read trace: it holds no request",
		"{\"timestamp\":1}\n{\"timestamp\":}":         "line 2: invalid character",
		`{"time":1}`:                                  "line 1: it has no timestamp",
		`{"timestamp":true}`:                          "neither a number of milliseconds nor a moment",
		`{"timestamp":"yesterday"}`:                   `timestamp "yesterday" is no moment`,
		`{"timestamp":"0001-01-01T00:00:00Z"}`:        "lies before 1970",
		`{"timestamp":1e300}`:                         "too large",
		`{"timestamp":1,"input_length":-1}`:           "input length is -1",
		`{"timestamp":1,"item":"a","input_length":5}`: "both an item and an input length",
		"{\"timestamp\":1}\n{\"timestamp\":\"2026-01-31T08:00:00Z\"}":        "line 2: its timestamp is a moment, those before are each a number",
		"{\"timestamp\":1}\n{\"timestamp\":1e12}":                            "at most 168h0m0s can be replayed",
		`{"timestamp":1,"item":"` + strings.Repeat("x", longestLine) + "\"}": "token too long",
	} {
		_, err := ReadTrace(strings.NewReader(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q", in, err, want)
		}
	}
}

// What is read can be replayed: times are in order from zero and lengths within bounds.
func FuzzReadTrace(f *testing.F) {
	for _, seed := range []string{`{"timestamp": 27482, "input_length": 6955, "output_length": 52}`, `{"timestamp":"2026-01-31T08:00:00Z","item":"a"}`,
		"{\"timestamp\":1}\n{\"timestamp\":-1}", `{"timestamp":1e18}`, "[]", "null", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		all, err := ReadTrace(strings.NewReader(in))
		if err != nil {
			return
		}
		due := dueTimes(all)
		if len(due) == 0 || due[0] != 0 || !slices.IsSorted(due) || due[len(due)-1] > longestSpan {
			t.Fatalf("times %v", due)
		}
		for _, a := range all {
			if a.Input < 0 || a.Output < 0 || a.Input > mostTokens || a.Output > mostTokens || a.Item != "" && a.Input > 0 {
				t.Fatalf("%+v", a)
			}
		}
	})
}
