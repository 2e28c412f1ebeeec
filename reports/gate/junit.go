package gate

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Properties []junitProperty `xml:"properties>property,omitempty"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Failure *junitNote `xml:"failure"`
	Skipped *junitNote `xml:"skipped"`
	Out     string     `xml:"system-out,omitempty"`
}

type junitNote struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes a result as JUnit XML: one case for each rule, one for each item whose verdict flipped. A rule that fails and blocks is a
// failure; so is one that must pass and is undecided, since the gate does not open for it. Other rules that did not pass are skipped.
// An item that got worse is a failure, with question, truth and both answers, when a rule is broken that counts it, and skipped when the
// rules allow for it.
func JUnit(w io.Writer, r Result) error {
	rules := junitSuite{Name: "rules", Properties: []junitProperty{{"decision", r.Decision.String()}, {"run", clean(r.Head.ID)}}}
	if r.Base != nil {
		rules.Properties = append(rules.Properties, junitProperty{"baseline", clean(r.Base.ID)})
	}
	for _, f := range r.Rules {
		c := junitCase{Name: clean(f.Name), Class: "viva.gate." + string(f.Tier)}
		text := fmt.Sprintf("%s: %s; baseline %s, run %s, %s; %d items", f.Promise, f.Reason, f.side(f.Base), f.side(f.Head), f.interval(), f.Items)
		note := &junitNote{Message: clean(f.Decision.String() + ": " + f.Reason), Type: f.Decision.String(), Text: clean(text) + r.causes(f)}
		switch {
		case f.Decision == Pass:
			c.Out = clean(text)
		case f.Tier == Critical, f.Decision == Fail && f.Tier != Advisory:
			c.Failure = note
		default:
			c.Skipped = &junitNote{Message: note.Message}
		}
		rules.add(c)
	}
	flipped, standing := junitSuite{Name: "flipped items"}, junitSuite{Name: "answers that break a rule as they stand"}
	for i, f := range slices.Concat(r.Flips, r.Standing) {
		name := f.Item
		if f.Repeat > 0 {
			name = fmt.Sprintf("%s repeat %d", f.Item, f.Repeat)
		}
		c := junitCase{Name: clean(name), Class: clean("viva.item." + f.Arm)}
		switch {
		case len(f.Breaks) > 0:
			c.Failure = &junitNote{Message: f.String(), Type: "worse", Text: f.account()}
		case f.Worse:
			c.Skipped, c.Out = &junitNote{Message: f.String() + ", which the rules allow for"}, f.account()
		default:
			c.Out = f.account()
		}
		if i < len(r.Flips) {
			flipped.add(c)
		} else {
			standing.add(c)
		}
	}
	all := junitSuites{Name: "viva gate", Suites: []junitSuite{rules, flipped}}
	if standing.Tests > 0 {
		all.Suites = append(all.Suites, standing)
	}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Skipped += s.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// causesNamed is how many items the failure of a rule names.
const causesNamed = 10

// causes names the worst of the items that a broken rule counts.
func (r Result) causes(f Finding) string {
	list := r.against(f.Name)
	if len(list) == 0 {
		return ""
	}
	s := fmt.Sprintf("\n%d answers count against it, the worst first:", len(list))
	for _, flip := range list[:min(len(list), causesNamed)] {
		s += "\n  " + flip.String()
	}
	if more := len(list) - causesNamed; more > 0 {
		s += fmt.Sprintf("\n  and %d more", more)
	}
	return s
}

// account is what happened to an item, line by line.
func (f Flip) account() string {
	s := f.String()
	for _, rule := range f.Breaks {
		s += "\ncounted by the rule: " + clean(rule)
	}
	for _, t := range f.told() {
		s += "\n\n" + t[0] + ":\n" + sift(t[1])
	}
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}
