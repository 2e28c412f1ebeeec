package fakeai

import "fmt"

// Condition is what a paper shows, which is all that an examinee can tell of the arm.
type Condition uint8

const (
	Closed Condition = iota // no passages: closed-book, or a retriever that found nothing
	Shown                   // every evidence passage of the question lies open: oracle, or a retriever that found them
	Missed                  // passages, but not all of the evidence, or a question that has none
)

func (c Condition) String() string { return [...]string{"closed", "shown", "missed"}[c] }

// Given is what a reply gives, as the examinee means it.
type Given uint8

const (
	Withheld Given = iota // says that it is not known
	Right                 // gives the truth's Right
	Wrong                 // gives the truth's Wrong
)

func (g Given) String() string { return [...]string{"withheld", "right", "wrong"}[g] }

// Rates are the shares planted under one condition. What they leave is withheld. The zero Rates withhold everything.
type Rates struct {
	Right   float64 // of the answerable questions, answered rightly
	Wrong   float64 // of the answerable questions, answered wrongly; Right + Wrong is at most 1
	Invents float64 // of the questions without an answer, answered with a value
}

// Profile is how an examinee behaves.
type Profile struct {
	Name                  string
	Closed, Shown, Missed Rates
	// Exact meets the rates to the item instead of drawing each question on its own: of n questions of a kind, in an order
	// that depends on the seed, the first round(Right·n) are answered rightly and those up to round((Right+Wrong)·n) wrongly.
	// It holds for each condition over the whole key, and repeats of a question do not differ.
	Exact bool
}

// Honest knows the share knows of the answers by heart, answers rightly from the evidence and else says that it does not know.
func Honest(knows float64) Profile {
	return Profile{Name: "honest", Closed: Rates{Right: knows}, Shown: Rates{Right: 1}}
}

// Confabulating knows the share knows by heart and invents an answer to the share invents of all questions, also where passages
// lack the evidence or no answer exists. With the evidence before it, it misreads the share misreads.
func Confabulating(knows, invents, misreads float64) Profile {
	return Profile{
		Name:   "confabulating",
		Closed: Rates{Right: knows, Wrong: invents, Invents: invents},
		Shown:  Rates{Right: 1 - misreads, Wrong: misreads, Invents: invents},
		Missed: Rates{Wrong: invents, Invents: invents},
	}
}

// Refusing says that it does not know to the share refuses of what it could answer: the evidence, or the share knows by heart.
func Refusing(knows, refuses float64) Profile {
	return Profile{Name: "refusing", Closed: Rates{Right: knows * (1 - refuses)}, Shown: Rates{Right: 1 - refuses}}
}

// Rates are those planted under c. Over the questions put under that condition, the share of right, wrong and withheld answers
// is expected at Right, Wrong and the rest; an arm that mixes conditions, as retrieval does, mixes them in proportion.
func (p Profile) Rates(c Condition) Rates {
	switch c {
	case Shown:
		return p.Shown
	case Missed:
		return p.Missed
	}
	return p.Closed
}

// Check says what is wrong with the profile's rates.
func (p Profile) Check() error {
	for _, c := range []Condition{Closed, Shown, Missed} {
		r := p.Rates(c)
		for _, v := range []struct {
			name string
			of   float64
		}{{"right", r.Right}, {"wrong", r.Wrong}, {"invents", r.Invents}, {"right and wrong together", r.Right + r.Wrong}} {
			if !(v.of >= 0 && v.of <= 1+1e-9) {
				return fmt.Errorf("check profile %s: %s, %s: %v is not between 0 and 1", p.Name, c, v.name, v.of)
			}
		}
	}
	return nil
}
