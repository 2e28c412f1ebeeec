package runners

import (
	"fmt"
	"slices"
	"strings"
)

// Names of the arms. An arm with parameters is spelled as an [ArmSpec].
const (
	ClosedBook     = "closed-book"
	Oracle         = "oracle"
	Retrieved      = "retrieved"
	Noisy          = "noisy"
	Distractors    = "distractors"
	Incomplete     = "incomplete"
	Stale          = "stale"
	Counterfactual = "counterfactual"
	Conflict       = "conflict"
	Injected       = "injected"
	Tools          = "tools"
)

// ArmSpec is an arm as it is asked for: "name" or "name:key=value:key=value", such as "noisy:rate=0.8:order=2". Its String is the arm's
// name in trials and reports.
type ArmSpec struct {
	Name   string
	Params []Param // sorted by key
}

// Param is one setting of an arm.
type Param struct{ Key, Value string }

// ParseArm reads an arm's spelling. Names, keys and values are made of letters, digits and -._; a key stands once. Whether there is
// such an arm is not asked.
func ParseArm(s string) (ArmSpec, error) {
	parts := strings.Split(s, ":")
	spec := ArmSpec{Name: parts[0]}
	if !plainWord(spec.Name) {
		return ArmSpec{}, fmt.Errorf("arm %q: the name is not one word", s)
	}
	for _, part := range parts[1:] {
		key, value, ok := strings.Cut(part, "=")
		if !ok || !plainWord(key) || !plainWord(value) {
			return ArmSpec{}, fmt.Errorf("arm %q: %q is not key=value", s, part)
		}
		spec.Params = append(spec.Params, Param{key, value})
	}
	slices.SortFunc(spec.Params, func(a, b Param) int { return strings.Compare(a.Key, b.Key) })
	for i := 1; i < len(spec.Params); i++ {
		if spec.Params[i].Key == spec.Params[i-1].Key {
			return ArmSpec{}, fmt.Errorf("arm %q: %s stands twice", s, spec.Params[i].Key)
		}
	}
	return spec, nil
}

// plainWord reports whether s can stand in an arm's name unquoted, in a shell, in YAML and in a file's name.
func plainWord(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}

// String spells the arm with its parameters in order of their keys.
func (a ArmSpec) String() string {
	var b strings.Builder
	b.WriteString(a.Name)
	for _, p := range a.Params {
		b.WriteString(":" + p.Key + "=" + p.Value)
	}
	return b.String()
}

// Get is the value of a parameter, or "" when it is not given.
func (a ArmSpec) Get(key string) string {
	for _, p := range a.Params {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

// BaseArm is the name of an arm without its parameters.
func BaseArm(arm string) string {
	name, _, _ := strings.Cut(arm, ":")
	return name
}
