package scorers

import "fmt"

var verdicts = [...]string{"unscored", "correct", "partial", "incorrect", "abstained"}

var behaviours = [...]string{"n-a", "yes", "no"}

// String gives the verdict as it is written in files and reports: unscored, correct, partial, incorrect or abstained.
func (v Verdict) String() string { return name(verdicts[:], uint8(v), "verdict") }

// ParseVerdict reads what [Verdict.String] wrote. An error lists the choices.
func ParseVerdict(s string) (Verdict, error) {
	i, err := index(verdicts[:], s, "verdict")
	return Verdict(i), err
}

// MarshalText writes the verdict as its word; a number outside the set is an error.
func (v Verdict) MarshalText() ([]byte, error) { return word(verdicts[:], uint8(v), "verdict") }

// UnmarshalText reads the word of a verdict.
func (v *Verdict) UnmarshalText(b []byte) error {
	p, err := ParseVerdict(string(b))
	if err == nil {
		*v = p
	}
	return err
}

// String gives the behaviour as it is written in files and reports: n-a, yes or no.
func (b Behaved) String() string { return name(behaviours[:], uint8(b), "behaved") }

// ParseBehaved reads what [Behaved.String] wrote. An error lists the choices.
func ParseBehaved(s string) (Behaved, error) {
	i, err := index(behaviours[:], s, "behaved")
	return Behaved(i), err
}

// MarshalText writes the behaviour as its word; a number outside the set is an error.
func (b Behaved) MarshalText() ([]byte, error) { return word(behaviours[:], uint8(b), "behaved") }

// UnmarshalText reads the word of a behaviour.
func (b *Behaved) UnmarshalText(p []byte) error {
	v, err := ParseBehaved(string(p))
	if err == nil {
		*b = v
	}
	return err
}

func name(set []string, i uint8, what string) string {
	if int(i) < len(set) {
		return set[i]
	}
	return fmt.Sprintf("%s(%d)", what, i)
}

func index(set []string, s, what string) (int, error) {
	for i, n := range set {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("parse %s %q: want one of %v", what, s, set)
}

func word(set []string, i uint8, what string) ([]byte, error) {
	if int(i) >= len(set) {
		return nil, fmt.Errorf("write %s: no such value %d", what, i)
	}
	return []byte(set[i]), nil
}
