package telemetry

import (
	"maps"
	"slices"
	"strings"
)

// Device is an accelerator that reports.
type Device struct {
	ID      string   // its own, where it tells one; else its number and the host
	Index   string   // its number on its host, as the exporter counts
	Model   string   // as the exporter names it; empty: it does not
	Sources []string // that report it, in order
}

// Devices returns the accelerators that appear in the record, in order of source and number. One that two sources report, as DCGM and the
// local driver do, is one device. Those whose ID or number is not in only are left out; an empty only leaves none out.
func (r Record) Devices(only []string) []Device {
	found := map[string]*Device{}
	for _, s := range r.series {
		kind, host := Source(s.Source)
		id, index, ok := deviceOf(kind, host, s.Labels)
		if !ok || len(only) > 0 && !slices.Contains(only, id) && !slices.Contains(only, index) {
			continue
		}
		d := found[id]
		if d == nil {
			d = &Device{ID: id}
			found[id] = d
		}
		if d.Index == "" {
			d.Index = index
		}
		if d.Model == "" {
			d.Model = modelOf(s.Labels)
		}
		if !slices.Contains(d.Sources, s.Source) {
			d.Sources = append(d.Sources, s.Source)
		}
	}
	out := make([]Device, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[id])
	}
	slices.SortStableFunc(out, func(a, b Device) int {
		if c := strings.Compare(a.Sources[0], b.Sources[0]); c != 0 {
			return c
		}
		if c := len(a.Index) - len(b.Index); c != 0 { // so that 10 stands behind 9
			return c
		}
		return strings.Compare(a.Index, b.Index)
	})
	return out
}

// deviceOf reads which device a series belongs to; false: to none.
func deviceOf(kind, host, labels string) (id, index string, ok bool) {
	names, ok := devices[kind]
	if !ok {
		return "", "", false
	}
	for _, name := range []string{"gpu", "id", "gpu_id"} {
		if v, has := Label(labels, name); has && v != "" {
			index = v
			break
		}
	}
	for _, name := range names {
		v, has := Label(labels, name)
		if !has || v == "" {
			continue
		}
		if name == "gpu" || name == "id" || name == "gpu_id" { // counted anew on every host
			v += "@" + host
		}
		return v, index, true
	}
	return "", "", false
}

func modelOf(labels string) string {
	for _, name := range []string{"modelName", "model_name", "card_model", "card_series"} {
		if v, ok := Label(labels, name); ok && v != "" {
			return v
		}
	}
	return ""
}

// every returns the device's series of a quantity.
func (d Device) every(r Record, q Quantity) []Series {
	return slices.DeleteFunc(r.Of(q), func(s Series) bool {
		kind, host := Source(s.Source)
		id, _, ok := deviceOf(kind, host, s.Labels)
		return !ok || id != d.ID
	})
}

// of returns one series of a quantity from each source: where a source has several names for it, as AMD's exporter has for power, the first
// in order of the alphabet; of NVIDIA's partitions, which all report the whole card's, the first.
func (d Device) of(r Record, q Quantity) []Series {
	return slices.CompactFunc(d.every(r, q), func(a, b Series) bool { return a.Source == b.Source })
}
