package load

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Arrival is a line of a trace: a request that somebody once sent.
type Arrival struct {
	At     time.Duration // after the first one
	Item   string        // of the suite; empty: any
	Input  int           // tokens of the prompt; 0: not said
	Output int           // tokens of the reply; 0: not said

	Question *Question // what is asked; nil: the next of the run's questions. The trace's reader leaves it empty
}

const (
	longestLine = 1 << 20
	longestSpan = 7 * 24 * time.Hour
	mostTokens  = 10_000_000
)

// ReadTrace reads a trace: one JSON object a line, with
//
//   - timestamp: milliseconds from any beginning, as a number, or a moment, as a string after RFC 3339 (required);
//   - input_length and output_length, or input_tokens and output_tokens: the lengths of prompt and reply;
//   - item: the item of the suite that is asked.
//
// Other fields are passed over, so that published traces can be read as they are. Times count from the earliest, and lines may stand in
// any order. Errors name the line.
func ReadTrace(r io.Reader) ([]Arrival, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	var all []Arrival
	var first string // kind of the first timestamp
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(line) == 0 {
			continue
		}
		a, kind, err := readArrival(line)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read trace: line %d: %w", n, err)
		case first == "":
			first = kind
		case first != kind:
			return nil, fmt.Errorf("read trace: line %d: its timestamp is a %s, those before are each a %s", n, kind, first)
		case len(all) == MostRequests:
			return nil, fmt.Errorf("read trace: line %d: more than %d requests", n, MostRequests)
		}
		all = append(all, a)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("read trace: it holds no request")
	}
	slices.SortStableFunc(all, func(a, b Arrival) int { return cmp.Compare(a.At, b.At) })
	begin := all[0].At
	for i := range all {
		all[i].At -= begin
	}
	if span := all[len(all)-1].At; span > longestSpan {
		return nil, fmt.Errorf("read trace: it spans %v, at most %v can be replayed; numbers are milliseconds", span, longestSpan)
	}
	return all, nil
}

// readArrival reads one line. Its time counts from 1970 or from the trace's own zero.
func readArrival(line []byte) (a Arrival, kind string, err error) {
	var l struct {
		Timestamp    json.RawMessage `json:"timestamp"`
		InputLength  *int            `json:"input_length"`
		InputTokens  *int            `json:"input_tokens"`
		OutputLength *int            `json:"output_length"`
		OutputTokens *int            `json:"output_tokens"`
		Item         string          `json:"item"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return a, "", err
	}
	var text string
	var ms float64
	switch {
	case len(l.Timestamp) == 0 || string(l.Timestamp) == "null":
		return a, "", fmt.Errorf("it has no timestamp")
	case json.Unmarshal(l.Timestamp, &text) == nil:
		kind = "moment"
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return a, kind, fmt.Errorf("timestamp %.40q is no moment such as 2026-01-31T08:00:00.5Z", text)
		}
		if y := at.Year(); y < 1970 || y > 2200 {
			return a, kind, fmt.Errorf("timestamp %.40q lies before 1970 or after 2200", text)
		}
		a.At = time.Duration(at.UnixNano())
	case json.Unmarshal(l.Timestamp, &ms) == nil:
		kind = "number"
		if !(math.Abs(ms) < math.MaxInt64/4e6) {
			return a, kind, fmt.Errorf("timestamp %g is too large for milliseconds", ms)
		}
		a.At = time.Duration(math.Round(ms * float64(time.Millisecond)))
	default:
		return a, "", fmt.Errorf("its timestamp is neither a number of milliseconds nor a moment")
	}
	a.Item = l.Item
	for _, f := range []struct {
		name string
		into *int
		from []*int
	}{{"input", &a.Input, []*int{l.InputLength, l.InputTokens}}, {"output", &a.Output, []*int{l.OutputLength, l.OutputTokens}}} {
		for _, v := range f.from {
			if v == nil {
				continue
			}
			if *v < 0 || *v > mostTokens {
				return a, kind, fmt.Errorf("%s length is %d, must be between 0 and %d", f.name, *v, mostTokens)
			}
			*f.into = *v
		}
	}
	if a.Item != "" && a.Input > 0 {
		return a, kind, fmt.Errorf("it names both an item and an input length")
	}
	return a, kind, nil
}

// dueTimes are the moments of a trace after its start.
func dueTimes(trace []Arrival) []time.Duration {
	due := make([]time.Duration, len(trace))
	for i, a := range trace {
		due[i] = a.At
	}
	return due
}
