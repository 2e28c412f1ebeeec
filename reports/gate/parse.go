package gate

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Schema is the JSON Schema of a rules file.
//
//go:embed schema.json
var Schema []byte

// SyntaxError is what is wrong with a rules file, and where.
type SyntaxError struct {
	File         string
	Line, Column int // from 1; 0: the file as a whole
	Problem      string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Problem
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
}

// DefaultAlpha is a rule's chance of erring where the file names none.
const DefaultAlpha = 0.05

// Parse reads a rules file. It is strict: what it does not know is an error, a [*SyntaxError] with its place.
func Parse(name string, raw []byte) (Rules, error) {
	var doc yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return Rules{}, &SyntaxError{File: name, Problem: "no rules"}
	} else if err != nil {
		return Rules{}, &SyntaxError{File: name, Problem: strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Rules{}, &SyntaxError{File: name, Problem: "more than one document"}
	}
	p := parser{file: name}
	rules := p.rules(doc.Content[0])
	if p.err != nil {
		return Rules{}, p.err
	}
	return rules, nil
}

// parser reads nodes and keeps the first thing that is wrong.
type parser struct {
	file string
	err  error
}

func (p *parser) fail(n *yaml.Node, format string, args ...any) {
	if p.err == nil {
		p.err = &SyntaxError{p.file, n.Line, n.Column, fmt.Sprintf(format, args...)}
	}
}

// field is a key of a mapping and what it holds.
type field struct{ key, value *yaml.Node }

// mapping returns a mapping's fields by name, all of them among the known.
func (p *parser) mapping(n *yaml.Node, what string, known ...string) map[string]field {
	if n.Kind != yaml.MappingNode {
		p.fail(n, "%s must be a mapping with some of %s", what, strings.Join(known, ", "))
		return nil
	}
	fields := map[string]field{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if !slices.Contains(known, key.Value) {
			p.fail(key, "unknown field %q; choose from: %s", key.Value, strings.Join(known, ", "))
		}
		if _, twice := fields[key.Value]; twice {
			p.fail(key, "field %q stands twice", key.Value)
		}
		fields[key.Value] = field{key, n.Content[i+1]}
	}
	return fields
}

func (p *parser) text(f field) string {
	if f.value == nil {
		return ""
	}
	if f.value.Kind != yaml.ScalarNode || f.value.Tag == "!!null" {
		p.fail(f.value, "%s must be text", f.key.Value)
	}
	return f.value.Value
}

// texts reads one text or a list of them.
func (p *parser) texts(f field) []string {
	if f.value.Kind != yaml.SequenceNode {
		return []string{p.text(f)}
	}
	var list []string
	for _, n := range f.value.Content {
		list = append(list, p.text(field{f.key, n}))
	}
	return list
}

func (p *parser) number(f field) float64 {
	x, err := strconv.ParseFloat(f.value.Value, 64)
	if f.value.Kind != yaml.ScalarNode || err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		p.fail(f.value, "%s is %q, must be a number", f.key.Value, f.value.Value)
	}
	return x
}

func (p *parser) share(f field) float64 {
	x, err := ParseShare(f.value.Value)
	if f.value.Kind != yaml.ScalarNode || err != nil {
		p.fail(f.value, "%s is %q; write 0.05, 5pp or 5%%", f.key.Value, f.value.Value)
	}
	return x
}

// ParseShare reads a share or a difference of shares: "0.05", "5pp", "5 %".
func ParseShare(s string) (float64, error) {
	body, scale := strings.TrimSpace(s), 1.0
	for _, unit := range []string{"pp", "%"} {
		if rest, ok := strings.CutSuffix(body, unit); ok {
			body, scale = strings.TrimSpace(rest), 100
			break
		}
	}
	x, err := strconv.ParseFloat(body, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, fmt.Errorf("parse share %q: write 0.05, 5pp or 5%%", s)
	}
	return x / scale, nil
}

func (p *parser) rules(n *yaml.Node) Rules {
	r := Rules{Alpha: DefaultAlpha}
	fields := p.mapping(n, "a rules file", "alpha", "rules")
	if f, ok := fields["alpha"]; ok {
		if r.Alpha = p.number(f); !(r.Alpha >= 0.0001 && r.Alpha <= 0.25) {
			p.fail(f.value, "alpha is %g, must be between 0.0001 and 0.25", r.Alpha)
		}
	}
	list, ok := fields["rules"]
	if !ok || list.value.Kind != yaml.SequenceNode || len(list.value.Content) == 0 {
		p.fail(n, "rules must be a list with at least one rule")
		return r
	}
	blocks := false
	for _, entry := range list.value.Content {
		rule := p.rule(entry)
		for _, other := range r.Rules {
			if other.Name == rule.Name {
				p.fail(entry, "two rules are named %q", rule.Name)
			}
		}
		blocks = blocks || rule.Tier != Advisory
		r.Rules = append(r.Rules, rule)
	}
	if !blocks {
		p.fail(list.value, "every rule is advisory, so that the gate could never fail")
	}
	return r
}

func (p *parser) rule(n *yaml.Node) Rule {
	r := Rule{K: 1, Tier: Critical}
	fields := p.mapping(n, "a rule", "name", "measure", "arm", "slice", "load", "k", "promise", "tier")
	if p.err != nil {
		return r
	}
	r.Name, r.Measure, r.Arm, r.Load = p.text(fields["name"]), Measure(p.text(fields["measure"])), p.text(fields["arm"]), p.text(fields["load"])
	if f, ok := fields["k"]; ok {
		if r.K = p.number(f); r.Measure != Penalised {
			p.fail(f.key, "k belongs to the measure %s", Penalised)
		}
	}
	if f, ok := fields["tier"]; ok {
		r.Tier = Tier(p.text(f))
	}
	if f, ok := fields["slice"]; ok {
		of := p.mapping(f.value, "slice", dimensions...)
		if len(of) == 0 {
			p.fail(f.value, "slice names no dimension; leave it out for all items")
		}
		for name, f := range of {
			if p.text(f) == "" {
				p.fail(f.value, "slice names no %s; leave it out for all items", name)
			}
		}
		r.Slice = Slice{p.text(of["language"]), p.text(of["domain"]), p.text(of["skill"])}
	}
	if f, ok := fields["promise"]; ok {
		r.Promise = p.promise(f.value)
	}
	if p.err != nil {
		return r
	}
	if name, problem := r.check(); problem != "" {
		at := n
		if f, ok := fields[name]; ok {
			at = f.value
		}
		if name == "promise" && at.Kind == yaml.MappingNode && len(at.Content) == 2 { // what is wrong is what is promised
			at = at.Content[1]
		}
		p.fail(at, "%s", problem)
	}
	if r.Name == "" {
		r.Name = r.about() + ": " + r.Promised()
	}
	return r
}

func (p *parser) promise(n *yaml.Node) Promise {
	fields := p.mapping(n, "a promise", names(Kinds())...)
	if len(fields) != 1 {
		p.fail(n, "a promise is one of %s", strings.Join(names(Kinds()), ", "))
		return Promise{}
	}
	for kind, f := range fields {
		switch k := Kind(kind); k {
		case NotWorse:
			return Promise{Kind: k, By: p.texts(f)}
		case RatioAtMost:
			return Promise{Kind: k, Value: p.number(f)}
		default:
			return Promise{Kind: k, Value: p.share(f)}
		}
	}
	return Promise{}
}
