package telemetry

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// ParseMetricsJSON reads what MindIE's management port answers under /metrics-json. Values are numbers or numbers in quotes; an object
// may stand where the documentation shows a list of one. What is no finite number, or has a name that is not known, is left out.
func ParseMetricsJSON(body []byte, host string, at time.Time) ([]Sample, error) {
	var doc struct {
		Result []struct {
			Metric json.RawMessage `json:"metric"`
			Value  json.RawMessage `json:"value"`
		} `json:"result"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, fmt.Errorf("read metrics-json: %w", err)
	}
	var out gathered
	for _, r := range doc.Result {
		value, ok := number(r.Value)
		if !ok {
			continue
		}
		for _, labels := range labelSets(r.Metric) {
			name := labels["__name__"]
			f, part, ok := lookup(name)
			if !ok || part != "" || f.kind != kindMindIE {
				continue
			}
			delete(labels, "__name__")
			if err := out.add(f, Sample{Source: f.kind + "@" + host, Metric: name, Labels: Labels(labels), Time: at, Value: value}); err != nil {
				return nil, err
			}
		}
	}
	if len(out.samples) == 0 {
		return nil, fmt.Errorf("read metrics-json: no known figure in %d bytes", len(body))
	}
	return out.samples, nil
}

// number reads a JSON number, or one in quotes.
func number(raw json.RawMessage) (float64, bool) {
	text := string(raw)
	var quoted string
	if json.Unmarshal(raw, &quoted) == nil {
		text = quoted
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// labelSets reads a set of labels, or a list of them. Values that are no text are left out.
func labelSets(raw json.RawMessage) []map[string]string {
	var sets []map[string]any
	if json.Unmarshal(raw, &sets) != nil {
		var one map[string]any
		if json.Unmarshal(raw, &one) != nil {
			return nil
		}
		sets = append(sets, one)
	}
	out := make([]map[string]string, 0, len(sets))
	for _, set := range sets {
		labels := map[string]string{}
		for name, value := range set {
			if text, ok := value.(string); ok {
				labels[name] = text
			}
		}
		out = append(out, labels)
	}
	return out
}
