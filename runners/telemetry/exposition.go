package telemetry

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// mostSeries is the number of series that one scrape may keep. The allow-list leaves a few hundred of a large machine.
const mostSeries = 8192

// ParseExposition reads the Prometheus text format and returns what the allow-list names, at the time of the scrape unless the exporter
// gives one of its own.
//
//  1. Lines of other families are not even read, so that they cannot spoil the rest.
//  2. Values that are no finite number are left out: an exporter says NaN where it does not know.
//  3. Sources are named after their kind and the host; one scrape may hold several.
//  4. A body without any known series is an error, as is one that cannot be read.
func ParseExposition(body []byte, host string, at time.Time) ([]Sample, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	read, err := parser.TextToMetricFamilies(bytes.NewReader(known(body)))
	if err != nil {
		return nil, fmt.Errorf("read exposition: %w", err)
	}
	var out gathered
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if err := out.family(name, read[name], host, at); err != nil {
			return nil, err
		}
	}
	if len(out.samples) == 0 {
		return nil, fmt.Errorf("read exposition: no series of a known exporter or server in %d bytes", len(body))
	}
	return out.samples, nil
}

// known returns the lines of the families that are kept.
func known(body []byte) []byte {
	out := make([]byte, 0, min(len(body), 1<<16))
	for line := range bytes.Lines(body) {
		line = bytes.TrimRight(bytes.TrimLeft(line, " \t"), "\r\n\x00 \t")
		name := line
		if rest, ok := bytes.CutPrefix(line, []byte("#")); ok {
			fields := bytes.Fields(rest)
			if len(fields) < 2 || string(fields[0]) != "TYPE" && string(fields[0]) != "HELP" {
				continue
			}
			name = fields[1]
		} else if i := bytes.IndexAny(line, "{ \t"); i >= 0 {
			name = line[:i]
		}
		if _, _, ok := lookup(string(name)); ok {
			out = append(append(out, line...), '\n')
		}
	}
	return out
}

// parts are the endings that a histogram's series have.
var parts = []string{"_bucket", "_sum", "_count"}

// lookup finds a family by the name of one of its series, and says which part of a histogram that is.
func lookup(name string) (family, string, bool) {
	if f, ok := families[name]; ok {
		return f, "", true
	}
	for _, prefix := range []string{"vllm_", "sglang_", "llamacpp_"} { // collectors on the way may have replaced the colon
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return lookup(strings.TrimSuffix(prefix, "_") + ":" + rest)
		}
	}
	for _, part := range parts {
		if base, ok := strings.CutSuffix(name, part); ok {
			f, inner, ok := lookup(base)
			return f, part, ok && inner == ""
		}
	}
	return family{}, "", false
}

// gathered collects samples, each series once.
type gathered struct {
	samples []Sample
	seen    map[string]int // the series' place in samples
}

func (g *gathered) family(name string, mf *dto.MetricFamily, host string, at time.Time) error {
	f, _, ok := lookup(name)
	if !ok {
		return nil
	}
	f = f.inUnits(mf.GetHelp())
	for _, m := range mf.GetMetric() {
		pairs := f.labels(m.GetLabel())
		when := at
		if ms := m.GetTimestampMs(); ms > 0 {
			when = time.UnixMilli(ms)
		}
		add := func(part string, value float64) error {
			return g.add(f, Sample{Source: f.kind + "@" + host, Metric: name + part, Labels: Labels(pairs), Time: when, Value: value})
		}
		if err := eachPart(m, pairs, add); err != nil {
			return err
		}
	}
	return nil
}

// eachPart takes a metric apart: a histogram is its buckets, with their bound as a label, its sum and its count; a summary the last two.
func eachPart(m *dto.Metric, pairs map[string]string, add func(part string, value float64) error) error {
	switch {
	case m.Histogram != nil:
		h := m.GetHistogram()
		for _, b := range h.GetBucket() {
			pairs["le"] = strconv.FormatFloat(b.GetUpperBound(), 'g', -1, 64)
			if err := add("_bucket", max(float64(b.GetCumulativeCount()), b.GetCumulativeCountFloat())); err != nil {
				return err
			}
		}
		delete(pairs, "le")
		if err := add("_sum", h.GetSampleSum()); err != nil {
			return err
		}
		return add("_count", max(float64(h.GetSampleCount()), h.GetSampleCountFloat()))
	case m.Summary != nil:
		if err := add("_sum", m.GetSummary().GetSampleSum()); err != nil {
			return err
		}
		return add("_count", float64(m.GetSummary().GetSampleCount()))
	case m.Counter != nil:
		return add("", m.GetCounter().GetValue())
	case m.Gauge != nil:
		return add("", m.GetGauge().GetValue())
	}
	return add("", m.GetUntyped().GetValue())
}

// inUnits corrects the scale by what the exporter says of its unit: DCGM's violations are in ns or µs, depending on its version.
func (f family) inUnits(help string) family {
	if (f.quantity == ThermalViolation || f.quantity == PowerViolation) && f.kind == kindDCGM && strings.Contains(help, "in ns") {
		f.scale = 1e-9
	}
	return f
}

// labels are those of a series that are kept.
func (f family) labels(pairs []*dto.LabelPair) map[string]string {
	out := make(map[string]string, len(pairs))
	_, device := devices[f.kind]
	for _, l := range pairs {
		name := l.GetName()
		if f.sumBy != "" && name != f.sumBy || device && !kept[name] || l.GetValue() == "" {
			continue
		}
		out[name] = l.GetValue()
	}
	return out
}

// add keeps a sample in our units. Of a series that is there twice the first counts, unless the family is added up.
func (g *gathered) add(f family, s Sample) error {
	s.Unit = f.unit
	switch _, part, _ := lookup(s.Metric); {
	case part == "_bucket", part == "_count":
		s.Unit = "" // a number of observations
	default:
		s.Value *= f.scale
	}
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		return nil
	}
	if g.seen == nil {
		g.seen = map[string]int{}
	}
	id := s.Metric + s.Labels
	if i, again := g.seen[id]; again {
		if f.sumBy != "" {
			g.samples[i].Value += s.Value
		}
		return nil
	}
	if len(g.samples) == mostSeries {
		return fmt.Errorf("read exposition: more than %d series", mostSeries)
	}
	g.seen[id] = len(g.samples)
	g.samples = append(g.samples, s)
	return nil
}
