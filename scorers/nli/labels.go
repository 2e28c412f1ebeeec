package nli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// class is what a model's label stands for.
type class uint8

const (
	unnamed class = iota
	entailment
	neutral
	contradiction
	unsupported // neutral or contradiction: the negative class of a model with two
)

// named are the labels as published verifiers spell them, folded and without separators.
var named = map[string]class{
	"entailment": entailment, "entail": entailment, "entails": entailment, "entailed": entailment, "supported": entailment,
	"support": entailment, "supports": entailment, "consistent": entailment, "factual": entailment, "grounded": entailment,
	"attributable": entailment, "faithful": entailment, "蕴含": entailment, "支持": entailment,

	"neutral": neutral, "notenoughinfo": neutral, "nei": neutral, "neither": neutral, "中立": neutral, "中性": neutral,

	"contradiction": contradiction, "contradict": contradiction, "contradicts": contradiction, "contradictory": contradiction,
	"refuted": contradiction, "refutes": contradiction, "refute": contradiction, "矛盾": contradiction,

	"unsupported": unsupported, "notsupported": unsupported, "notentailment": unsupported, "nonentailment": unsupported,
	"inconsistent": unsupported, "nonfactual": unsupported, "hallucinated": unsupported, "hallucination": unsupported,
	"ungrounded": unsupported, "unfaithful": unsupported, "notattributable": unsupported, "不支持": unsupported,
}

// classOf reads a label's name. LABEL_1, which says nothing, is looked up in order, the configured names by index.
func classOf(label string, order []string) (class, error) {
	key := squeeze(label)
	if c := named[key]; c != unnamed {
		return c, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(key, "label"))
	if err != nil || n < 0 {
		return unnamed, labelError("the server's label %q is none that is known", label)
	}
	if n >= len(order) {
		return unnamed, labelError("the server names its classes by number only (%s), and no names are configured for them", label)
	}
	if c := named[squeeze(order[n])]; c != unnamed {
		return c, nil
	}
	return unnamed, labelError("the configured label %q is none that is known", order[n])
}

// squeeze folds a label and takes its separators away.
func squeeze(label string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '-':
			return -1
		}
		return r
	}, text.Fold(label))
}

func labelError(format string, args ...any) *Error {
	return &Error{Kind: Labels, Message: fmt.Sprintf(format, args...)}
}

// weighed is one label with its probability.
type weighed struct {
	label string
	p     float64
}

// relate makes a relation of a model's labels, which must hold exactly one class of support and name each class once.
func relate(labels []weighed, order []string) (Relation, error) {
	var p [unsupported + 1]float64
	var seen [unsupported + 1]bool
	for _, l := range labels {
		c, err := classOf(l.label, order)
		if err != nil {
			return Relation{}, err
		}
		if seen[c] {
			return Relation{}, labelError("two labels mean the same class; the second is %q", l.label)
		}
		seen[c], p[c] = true, l.p
	}
	switch {
	case !seen[entailment]:
		return Relation{}, labelError("no label means that the premise supports the hypothesis")
	case len(labels) == 1:
		r := single(p[entailment])
		if !r.valid() {
			return Relation{}, malformed("score %v lies outside [0, 1]: the server sends raw scores", p[entailment])
		}
		return r, nil
	case len(labels) == 2 || seen[unsupported]:
		if seen[unsupported] && (seen[neutral] || seen[contradiction]) {
			return Relation{}, labelError("the label for what is not supported stands beside neutral or contradiction")
		}
		r := Relation{Entailment: p[entailment], Neutral: p[neutral] + p[unsupported], Contradiction: p[contradiction], Binary: true}
		if seen[contradiction] { // entailment against contradiction: what is not support cannot be split
			r.Neutral, r.Contradiction = p[contradiction], 0
		}
		return checked(r)
	}
	return checked(Relation{Entailment: p[entailment], Neutral: p[neutral], Contradiction: p[contradiction]})
}

func checked(r Relation) (Relation, error) {
	if !r.valid() {
		return Relation{}, malformed("probabilities of the classes do not sum to 1: the server sends raw scores, or several labels at once")
	}
	return r, nil
}
