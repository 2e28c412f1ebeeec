package telemetry

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Describe says in a line what a record reads: how many accelerators of which model, how their energy will be known, and which servers.
func (r Record) Describe(only []string) string {
	models := map[string]int{}
	all := r.Devices(only)
	for _, d := range all {
		models[d.Model]++
	}
	var said []string
	for _, model := range slices.Sorted(maps.Keys(models)) {
		said = append(said, strings.TrimSpace(fmt.Sprintf("%d × %s", models[model], model)))
	}
	accelerators := "no accelerators"
	if len(said) > 0 {
		accelerators = strings.Join(said, ", ")
		switch {
		case len(all[0].of(r, EnergyCounter)) > 0:
			accelerators += " with energy counters"
		case len(all[0].of(r, Power)) > 0:
			accelerators += " with power, no energy counters"
		default:
			accelerators += " without power"
		}
	}
	sources := map[string]bool{}
	for _, s := range r.series {
		if kind, _ := Source(s.Source); kind != "scrape" && kind != planned {
			sources[s.Source] = true
		}
	}
	return fmt.Sprintf("telemetry: %s; read from %s", accelerators, strings.Join(slices.Sorted(maps.Keys(sources)), ", "))
}
