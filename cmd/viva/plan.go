package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"mvdan.cc/sh/v3/shell"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

// plan is everything a run is made of, from the plan file and the flags over it.
type plan struct {
	Suite string   `yaml:"suite"`
	Arms  []string `yaml:"arms"`
	K     int      `yaml:"k"`
	// Retriever is the name of the one behind the arm "retrieved"; empty: BM25 over the suite's corpus.
	Retriever   string          `yaml:"retriever"`
	Retrievers  []planRetriever `yaml:"retrievers"`
	Tools       planTools       `yaml:"tools"`
	Repeats     int             `yaml:"repeats"`
	Limit       int             `yaml:"limit"`
	Seed        int64           `yaml:"seed"`
	Temperature float64         `yaml:"temperature"`
	MaxTokens   int             `yaml:"max_tokens"`
	Timeout     duration        `yaml:"timeout"`
	Attempts    int             `yaml:"attempts"`
	Concurrency int             `yaml:"concurrency"`
	DB          string          `yaml:"db"`
	Out         string          `yaml:"out"`
	Scorers     []string        `yaml:"scorers"`
	Judges      []planJudge     `yaml:"judges"`
	JudgeBudget planBudget      `yaml:"judge_budget"`
	// Disagreements is the file for the answers on which a panel's judges differ.
	Disagreements string       `yaml:"disagreements"`
	Verifier      planVerifier `yaml:"verifier"`
	Targets       []planTarget `yaml:"targets"`
	Bench         planBench    `yaml:"bench"`
	// Telemetry and Price say where a measured run reads its target's machines, and what they cost.
	Telemetry planTelemetry   `yaml:"telemetry"`
	Price     telemetry.Price `yaml:"price"`

	corpora map[string]string // digests of what the opened retrievers search, by their names; the suite's corpus apart
}

// planTarget is one endpoint under examination. Without a base URL it is the built-in reader.
type planTarget struct {
	Name         string               `yaml:"name"`
	BaseURL      string               `yaml:"base_url"`
	Model        string               `yaml:"model"`
	APIKey       string               `yaml:"api_key"`
	Stream       *bool                `yaml:"stream"`
	Accelerators runners.Accelerators `yaml:"accelerators"`
}

// duration is a time.Duration that YAML spells as "90s" or "2m".
type duration time.Duration

func (d *duration) UnmarshalYAML(n *yaml.Node) error {
	v, err := time.ParseDuration(n.Value)
	if err != nil || v < 0 {
		return fmt.Errorf("line %d: %q is not a duration; write it as 90s or 2m", n.Line, n.Value)
	}
	*d = duration(v)
	return nil
}

func defaultPlan() plan {
	return plan{Suite: curated.Default, Arms: []string{runners.ClosedBook, runners.Oracle, runners.Retrieved}, K: 5, Repeats: 1, Seed: 1,
		MaxTokens: 2048, Timeout: duration(2 * time.Minute), Attempts: 4, Concurrency: 8, DB: "viva.db", Out: "viva-report",
		Scorers: []string{headline}, Tools: planTools{toolFields: toolFields{Turns: runners.DefaultTurns}}, Bench: defaultBench()}
}

// readPlan reads a plan file over the defaults. Unknown fields are errors; ${VARIABLE} in what names a target, a judge, a verifier or an
// endpoint of telemetry is replaced from the environment.
func readPlan(name string, getenv func(string) string) (plan, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return plan{}, usage("read plan: %w", err).withHint("viva init writes a commented plan file")
	}
	p := defaultPlan()
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(raw)).Decode(&doc); errors.Is(err, io.EOF) {
		return p, nil
	} else if err != nil {
		return plan{}, usage("read plan %s: %w", name, err).withHint("viva init writes a commented plan file")
	}
	if err := knownFields(name, doc.Content[0], reflect.TypeFor[plan]()); err != nil {
		return plan{}, err
	}
	if err := doc.Decode(&p); err != nil {
		var wrong *yaml.TypeError
		if errors.As(err, &wrong) {
			err = errors.New(strings.Join(wrong.Errors, "; "))
		}
		return plan{}, usage("read plan %s: %w", name, err)
	}
	fields := []*string{&p.Verifier.URL, &p.Verifier.Model, &p.Verifier.APIKey}
	for i := range p.Targets {
		t := &p.Targets[i]
		fields = append(fields, &t.Name, &t.BaseURL, &t.Model, &t.APIKey)
	}
	for i := range p.Telemetry.Endpoints {
		fields = append(fields, &p.Telemetry.Endpoints[i])
	}
	for i := range p.Judges {
		j := &p.Judges[i]
		fields = append(fields, &j.BaseURL, &j.Model, &j.APIKey)
	}
	for _, field := range fields {
		if !strings.Contains(*field, "$") {
			continue
		}
		if *field, err = expand(*field, getenv); err != nil {
			return plan{}, usage("read plan %s: %w", name, err).withHint("set the variable in the environment; a $ of its own is written \\$")
		}
	}
	for i := range p.Retrievers {
		if err := p.Retrievers[i].expandFields(getenv); err != nil {
			return plan{}, usage("read plan %s: %w", name, err).withHint("set the variable in the environment")
		}
	}
	if err := p.Tools.expand(getenv); err != nil {
		return plan{}, usage("read plan %s: tools: %w", name, err)
	}
	return p, nil
}

// plain is a variable without a default, which must be there: an empty key is never what was meant.
var plain = regexp.MustCompile(`\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))`)

// expand replaces variables as a shell does within double quotes.
func expand(s string, getenv func(string) string) (string, error) {
	for _, m := range plain.FindAllStringSubmatch(s, -1) {
		if name := m[1] + m[2]; getenv(name) == "" {
			return "", fmt.Errorf("%s: must be set", name)
		}
	}
	return shell.Expand(s, getenv)
}

// braced is a variable in braces, whatever a shell lets stand in them.
var braced = regexp.MustCompile(`\$\{[^{}]*\}`)

// expandBraces replaces ${VARIABLE} and leaves every other $ alone.
func expandBraces(s string, getenv func(string) string) (string, error) {
	var failed error
	s = braced.ReplaceAllStringFunc(s, func(variable string) string {
		text, err := expand(variable, getenv)
		if failed == nil {
			failed = err
		}
		return text
	})
	return s, failed
}

// knownFields reports the first key of a mapping that the struct does not have, with its place and the choices.
func knownFields(file string, n *yaml.Node, t reflect.Type) error {
	switch {
	case t == reflect.TypeFor[planRetriever]() && n.Kind == yaml.MappingNode:
		return retrieverFields(file, n)
	case t == reflect.TypeFor[planTools]():
		return knownFields(file, n, fieldsOfTools)
	case t.Kind() == reflect.Pointer:
		return knownFields(file, n, t.Elem())
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for _, c := range n.Content {
			if err := knownFields(file, c, t.Elem()); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		fields := map[string]reflect.Type{}
		var names []string
		for f := range t.Fields() {
			name := f.Tag.Get("yaml")
			if name == "" {
				continue
			}
			fields[name] = f.Type
			names = append(names, name)
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			field, ok := fields[key.Value]
			if !ok && len(names) == 0 {
				return usage("%s:%d:%d: unknown field %q", file, key.Line, key.Column, key.Value).withHint("there are none here")
			}
			if !ok {
				return usage("%s:%d:%d: unknown field %q", file, key.Line, key.Column, key.Value).withHint("choose from: %s", strings.Join(names, ", "))
			}
			if err := knownFields(file, n.Content[i+1], field); err != nil {
				return err
			}
		}
	}
	return nil
}

// retrieverFields is knownFields for a retriever, whose fields are those of its type beside its name and type.
func retrieverFields(file string, n *yaml.Node) error {
	rest := *n
	rest.Content = nil
	var config reflect.Type
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key, val := n.Content[i], n.Content[i+1]; key.Value {
		case "type":
			entry, err := retrieverType(val.Value)
			if err != nil {
				return usage("%s:%d:%d: %w", file, val.Line, val.Column, err).withHint("choose from: %s", retrieverTypes())
			}
			config = entry.config
		case "name":
		default:
			rest.Content = append(rest.Content, key, val)
		}
	}
	if config == nil {
		return usage("%s:%d:%d: a retriever needs a name and a type", file, n.Line, n.Column)
	}
	return knownFields(file, &rest, config)
}

// check refuses a plan that cannot be carried out, and fills in what follows from the rest.
func (p *plan) check() error {
	for _, n := range []struct {
		name               string
		value, least, most int
	}{{"k", p.K, 1, 1000}, {"repeats", p.Repeats, 1, 1000}, {"limit", p.Limit, 0, math.MaxInt}, {"max_tokens", p.MaxTokens, 0, math.MaxInt32},
		{"attempts", p.Attempts, 1, 100}, {"concurrency", p.Concurrency, 1, 16384}} {
		if n.value < n.least || n.value > n.most {
			return usage("%s is %d, must be between %d and %d", n.name, n.value, n.least, n.most)
		}
	}
	if !(p.Temperature >= 0 && p.Temperature <= 2) { // so that NaN is refused too
		return usage("temperature is %g, must be between 0 and 2", p.Temperature)
	}
	if p.Timeout < 0 {
		return usage("timeout is %s, must not be negative", time.Duration(p.Timeout)).withHint("0 means no deadline")
	}
	if len(p.Arms) == 0 {
		return usage("no arm is named").withHint("choose from: %s", strings.Join(armNames(), ", "))
	}
	for i, a := range p.Arms {
		spec, _, err := armNamed(a)
		if err != nil {
			return err
		}
		p.Arms[i] = spec.String()
		if slices.Contains(p.Arms[:i], p.Arms[i]) {
			return usage("arm %q is named twice", a)
		}
	}
	orderArms(p.Arms) // so that equal plans have one digest
	if err := p.checkRetrievers(); err != nil {
		return err
	}
	if err := p.checkTools(); err != nil {
		return err
	}
	if len(p.Scorers) == 0 {
		return usage("no scorer is named").withHint("choose from: %s", strings.Join(scorerNames(), ", "))
	}
	for _, name := range p.Scorers {
		if !slices.Contains(scorerNames(), name) {
			return usage("unknown scorer %q", name).withHint("choose from: %s", strings.Join(scorerNames(), ", "))
		}
	}
	if len(p.Targets) == 0 {
		p.Targets = []planTarget{{}}
	}
	named := map[string]string{} // by folder
	for i := range p.Targets {
		t := &p.Targets[i]
		if err := t.check(); err != nil {
			return err
		}
		folder := folderName(t.Name)
		if other, taken := named[folder]; taken {
			if other == t.Name {
				return usage("two targets are named %q", t.Name).withHint("give each target a name of its own")
			}
			return usage("the reports of %q and %q would share the folder %s", other, t.Name, folder).withHint("give each target a name of its own")
		}
		named[folder] = t.Name
	}
	return p.checkOut()
}

// checkOut makes sure before anything is asked that the report can be written afterwards.
func (p *plan) checkOut() error {
	if p.Out == "" {
		return nil
	}
	if info, err := os.Stat(p.Out); err == nil && !info.IsDir() {
		return usage("out: %s is a file", p.Out).withHint("name a folder with --out DIR, or none with --out ''")
	}
	return nil
}

func (t *planTarget) check() error {
	if t.BaseURL == "" {
		if t.Model != "" {
			return usage("target %q names a model but no base_url", t.Model).withHint("add --base-url http://HOST:PORT/v1; without one the built-in reader is examined")
		}
		if t.Name == "" {
			t.Name = builtInReader
		}
		return nil
	}
	u, err := url.Parse(t.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return usage("base_url %q is not an http address", redact(t.BaseURL)).withHint("write it as http://HOST:PORT/v1")
	}
	if t.Model == "" {
		return usage("no model is named for %s", u.Host).withHint("add --model NAME; viva doctor --base-url %s lists what the server has", u.Redacted())
	}
	if t.Name == "" {
		t.Name = t.Model + "@" + u.Host
	}
	if a := t.Accelerators; a.Count < 0 || (a.Count > 0 && !slices.Contains([]string{"card", "chip", "die"}, a.Unit)) {
		return usage("accelerators of %s: count %d, unit %q", t.Name, a.Count, a.Unit).withHint("declare a positive count and the unit card, chip or die")
	}
	return nil
}

// redact hides what stands before the host of an address, even of one that cannot be parsed.
func redact(address string) string {
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return "…" + address[i:]
	}
	return address
}

// digest names everything in the plan that could change an answer: not the keys, the targets, the pace or the places of files.
func (p *plan) digest(s *suites.Suite) string {
	raw, err := json.Marshal(struct {
		Suite, Prompt, Retriever string
		Arms                     []string
		K, Repeats, Limit        int
		Seed                     int64
		Temperature              float64
		MaxTokens                int
		Tools                    string `json:",omitempty"`
		Laboratory               string `json:",omitempty"`
	}{s.Digest(), prompt.Digest(), p.retrieversDigest(), p.Arms, p.K, p.Repeats, p.Limit, p.Seed, p.Temperature, p.MaxTokens, p.toolsDigest(), p.laboratoryDigest()})
	if err != nil {
		panic(err) // plain data
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])[:16]
}
