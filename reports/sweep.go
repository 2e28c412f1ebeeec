package reports

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Sweep follows an arm over the values of one setting: k, the place of the evidence (at), or the rate of noise.
type Sweep struct {
	Name   string       `json:"name"`  // the arm without the setting
	Param  string       `json:"param"` // k, at or rate
	Points []SweepPoint `json:"points"`
}

// SweepPoint is one arm of a sweep.
type SweepPoint struct {
	Value         float64 `json:"value"`
	Arm           string  `json:"arm"`
	Accuracy      Rate    `json:"accuracy"`
	Hallucination Rate    `json:"hallucination"`
}

// swept are the settings that are followed, with the values that arms have without naming them.
var swept = []struct {
	param  string
	preset func(run *runners.Run, spec runners.ArmSpec) string
}{
	{"k", func(run *runners.Run, spec runners.ArmSpec) string {
		if k := depthOf(run, spec); k > 0 {
			return strconv.Itoa(k)
		}
		return ""
	}},
	{"at", func(_ *runners.Run, spec runners.ArmSpec) string {
		if spec.Name == runners.Oracle && spec.Get("k") != "" {
			return "1"
		}
		return ""
	}},
	{"rate", func(_ *runners.Run, spec runners.ArmSpec) string {
		if spec.Name == runners.Noisy {
			return "0.6"
		}
		return ""
	}},
}

// sweeps are the settings that took at least two values while the arm's others stayed.
func (b *builder) sweeps() []Sweep {
	var list []Sweep
	for _, s := range swept {
		var names []string
		points := map[string][]SweepPoint{}
		for _, t := range b.arms {
			spec, err := runners.ParseArm(t.arm)
			if err != nil || len(t.cells) == 0 {
				continue
			}
			at := spec.Get(s.param)
			if at == "" {
				at = s.preset(&b.run, spec)
			}
			value, err := strconv.ParseFloat(at, 64)
			name := without(spec, s.param).String()
			if err != nil || slices.ContainsFunc(points[name], func(p SweepPoint) bool { return p.Value == value }) {
				continue
			}
			if points[name] == nil {
				names = append(names, name)
			}
			points[name] = append(points[name], SweepPoint{
				Value: value, Arm: t.arm,
				Accuracy:      gather(t.cells, share(scorers.Correct, answerable)).rate(),
				Hallucination: gather(t.cells, share(scorers.Incorrect, everything)).rate(),
			})
		}
		for _, name := range names {
			if p := points[name]; len(p) > 1 {
				slices.SortFunc(p, func(x, y SweepPoint) int { return cmp.Compare(x.Value, y.Value) })
				list = append(list, Sweep{Name: name, Param: s.param, Points: p})
			}
		}
	}
	return list
}
