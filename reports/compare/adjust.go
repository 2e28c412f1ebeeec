package compare

import (
	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
)

// adjust corrects the p-values of slices for how many were looked at. A family is one measure over all slices of all arms: those that
// gate by Holm's method, the others by Benjamini and Hochberg's. A slice's difference is found when its adjusted p is at most 5 % and its
// bounds, where they stand in, agree.
func adjust(list []Slice) {
	for _, family := range []struct {
		gating  bool
		method  Method
		correct func([]float64) []float64
	}{{true, Holm, stats.Holm}, {false, BenjaminiHochberg, stats.BenjaminiHochberg}} {
		byName := map[Name][]*Measure{}
		for i := range list {
			if list[i].Gating != family.gating {
				continue
			}
			for j := range list[i].Measures {
				m := &list[i].Measures[j]
				byName[m.Name] = append(byName[m.Name], m)
			}
		}
		for _, measures := range byName {
			p := make([]float64, len(measures))
			for i, m := range measures {
				p[i] = float64(m.P)
			}
			for i, q := range family.correct(p) {
				m := measures[i]
				m.Method, m.Adjusted, m.Finding = family.method, reports.Figure(q), NotFound
				switch {
				case !(q <= findingLevel):
				case m.Bounded:
					m.found(m.sign())
				case m.Difference > 0:
					m.found(1)
				case m.Difference < 0:
					m.found(-1)
				}
			}
		}
	}
}

// findingLevel is the p up to which a difference counts as found; a slice's p is the adjusted one.
const findingLevel = 0.05
