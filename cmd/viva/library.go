package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/lab"
	"github.com/viva-eval/viva/runners/retrieval/files"
	"github.com/viva-eval/viva/suites"
)

// library is what the books of an examination are made from: the suite, and the plan's retrievers, each opened once and shared by all
// arms and targets.
type library struct {
	suite   *suites.Suite
	plan    *plan
	file    *store.File                      // where embeddings are cached; nil: nowhere
	say     func(format string, args ...any) // tells the user on the way
	opened  map[string]runners.Retriever
	folders map[files.Config][]suites.Passage // read already
	closers []io.Closer
	bench   *lab.Lab // made when the first arm needs it
	tools   []runners.Tool
}

func newLibrary(s *suites.Suite, p *plan, f *store.File) *library {
	return &library{suite: s, plan: p, file: f, say: func(string, ...any) {}, opened: map[string]runners.Retriever{}, folders: map[files.Config][]suites.Passage{}}
}

// holds notes what a retriever's corpus is, so that a run is never taken up over another one.
func (l *library) holds(r planRetriever, corpus [32]byte) {
	if l.plan.corpora == nil {
		l.plan.corpora = map[string]string{}
	}
	l.plan.corpora[r.Name] = hex.EncodeToString(corpus[:])
}

// Close closes what the retrievers hold.
func (l *library) Close() error {
	var errs []error
	for _, c := range slices.Backward(l.closers) {
		errs = append(errs, c.Close())
	}
	l.closers = nil
	return errors.Join(errs...)
}

// retriever opens the plan's retriever of that name; "" is the one that the plan prefers.
func (l *library) retriever(ctx context.Context, name string) (runners.Retriever, error) {
	if name == "" {
		name = l.plan.preferred()
	}
	if r, ok := l.opened[name]; ok {
		return r, nil
	}
	config, err := l.plan.retrieverNamed(name)
	if err != nil {
		return nil, err
	}
	entry, err := retrieverType(config.Type)
	if err != nil {
		return nil, err
	}
	l.opened[name] = nil // a retriever that is made of itself is never opened
	r, err := entry.open(ctx, l, config)
	if err != nil {
		delete(l.opened, name)
		var e *exit
		if errors.As(err, &e) {
			return nil, err
		}
		return nil, infrastructure("open retriever %s: %w", name, err)
	}
	if c, ok := r.(io.Closer); ok {
		l.closers = append(l.closers, c)
	}
	l.opened[name] = r
	return r, nil
}

// arms makes the named arms. What is wrong with an arm's parameters, and a retriever that cannot be opened, shows here, before anything
// is asked.
func (l *library) arms(ctx context.Context, names []string) ([]runners.Arm, error) {
	var built []runners.Arm
	for _, name := range names {
		spec, entry, err := armNamed(name)
		if err != nil {
			return nil, err
		}
		k, err := wholeParam(spec, "k", 1, 1000, l.plan.K)
		if err != nil {
			return nil, err
		}
		book, err := entry.book(ctx, l, spec)
		if err != nil {
			return nil, err
		}
		arm := runners.Arm{Name: spec.String(), Book: book, K: k}
		if spec.Name == runners.Tools {
			if err := l.withTools(ctx, &arm, spec); err != nil {
				return nil, err
			}
		}
		built = append(built, arm)
	}
	return built, nil
}

// armNamed parses an arm and finds its entry, and refuses parameters that the entry does not know.
func armNamed(name string) (runners.ArmSpec, armEntry, error) {
	spec, err := runners.ParseArm(name)
	if err != nil {
		return spec, armEntry{}, usage("%w", err).withHint("an arm is a name, or name:key=value, such as retrieved:k=10; choose from: %s", strings.Join(armNames(), ", "))
	}
	i := slices.IndexFunc(arms, func(e armEntry) bool { return e.name == spec.Name })
	if i < 0 {
		return spec, armEntry{}, usage("unknown arm %q", name).withHint("choose from: %s", strings.Join(armNames(), ", "))
	}
	for _, p := range spec.Params {
		if !slices.Contains(arms[i].params, p.Key) {
			hint := "it takes none"
			if len(arms[i].params) > 0 {
				hint = "it takes: " + strings.Join(arms[i].params, ", ")
			}
			return spec, armEntry{}, usage("arm %s has no parameter %q", spec.Name, p.Key).withHint("%s", hint)
		}
	}
	return spec, arms[i], nil
}

// wholeParam reads an arm's whole number between least and most; without the parameter it is otherwise.
func wholeParam(spec runners.ArmSpec, key string, least, most, otherwise int) (int, error) {
	text := spec.Get(key)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, usage("arm %s: %s is %q, must be between %d and %d", spec, key, text, least, most)
	}
	return n, nil
}

// orderArms brings arms into one order, so that equal plans have equal digests: the catalogue's, and small parameters before large ones.
func orderArms(names []string) {
	place := func(name string) int { return slices.Index(armNames(), runners.BaseArm(name)) }
	slices.SortFunc(names, func(a, b string) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		if d := len(a) - len(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
}

// planRetriever is one connector of the plan file. Its fields beside name and type are those of its type's configuration.
type planRetriever struct {
	Name, Type string
	Written    string    // the fields as they stand in the file, before variables are expanded: what a digest may hold
	fields     yaml.Node // with variables expanded
	variables  []string  // what the variables in the fields held
}

// UnmarshalYAML keeps the fields for the type to read.
func (r *planRetriever) UnmarshalYAML(n *yaml.Node) error {
	var head struct {
		Name string `yaml:"name"`
		Type string `yaml:"type"`
	}
	if err := n.Decode(&head); err != nil {
		return err
	}
	if head.Name == "" || head.Type == "" {
		return fmt.Errorf("line %d: a retriever needs a name and a type", n.Line)
	}
	if _, err := runners.ParseArm(runners.Retrieved + ":with=" + head.Name); err != nil {
		return fmt.Errorf("line %d: the name %q of a retriever must be made of letters, digits and -._", n.Line, head.Name)
	}
	written, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	*r = planRetriever{Name: head.Name, Type: head.Type, Written: string(written), fields: *n}
	return nil
}

// expandFields replaces ${VARIABLE} in every string of the fields.
func (r *planRetriever) expandFields(getenv func(string) string) error {
	return expandNode(&r.fields, func(name string) string {
		v := getenv(name)
		r.variables = append(r.variables, v)
		return v
	})
}

// secrets are the variables' contents that no error may show. Short ones are numbers and names that stand in messages by chance.
func (r planRetriever) secrets() []string {
	return slices.DeleteFunc(slices.Clone(r.variables), func(v string) bool { return len(v) < 6 })
}

// expandNode replaces ${VARIABLE} in the scalars below n. A $ without braces stays: queries have those.
func expandNode(n *yaml.Node, getenv func(string) string) (err error) {
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "${") {
		if n.Value, err = expandBraces(n.Value, getenv); err != nil {
			return fmt.Errorf("line %d: %w", n.Line, err)
		}
	}
	for _, c := range n.Content {
		if err := expandNode(c, getenv); err != nil {
			return err
		}
	}
	return nil
}

// retrieverEntry is one type of retriever: the fields of its configuration, and how one is opened.
type retrieverEntry struct {
	name   string
	config reflect.Type
	open   func(ctx context.Context, l *library, r planRetriever) (runners.Retriever, error)
}

// retrieverOf makes an entry of a configuration struct with yaml tags, whose defaults are given, and what opens it.
func retrieverOf[C any](name string, defaults C, open func(ctx context.Context, l *library, r planRetriever, config C) (runners.Retriever, error)) retrieverEntry {
	return retrieverEntry{name, reflect.TypeFor[C](), func(ctx context.Context, l *library, r planRetriever) (runners.Retriever, error) {
		config := defaults
		if !r.fields.IsZero() {
			if err := r.fields.Decode(&config); err != nil {
				return nil, usage("retriever %s: %w", r.Name, err)
			}
		}
		return open(ctx, l, r, config)
	}}
}

// connector makes an entry of what asks a system of the company's.
func connector[C any, R runners.Retriever](name string, open func(ctx context.Context, r planRetriever, config C) (R, error)) retrieverEntry {
	var defaults C
	return retrieverOf(name, defaults, func(ctx context.Context, _ *library, r planRetriever, config C) (runners.Retriever, error) {
		found, err := open(ctx, r, config)
		if err != nil {
			return nil, slip(r, err) // and not found, lest a nil pointer pass for a retriever
		}
		return found, nil
	})
}

func retrieverType(name string) (retrieverEntry, error) {
	for _, e := range retrieverCatalogue() {
		if e.name == name {
			return e, nil
		}
	}
	return retrieverEntry{}, usage("unknown type of retriever %q", name).withHint("choose from: %s", retrieverTypes())
}

func retrieverTypes() string {
	var names []string
	for _, e := range retrieverCatalogue() {
		names = append(names, e.name)
	}
	return strings.Join(names, ", ")
}

// preferred is the name of the retriever behind the arm "retrieved".
func (p *plan) preferred() string {
	if p.Retriever != "" {
		return p.Retriever
	}
	return suiteRetriever
}

// retrieverNamed finds a retriever of the plan; one named like a type that needs no fields is there without being listed.
func (p *plan) retrieverNamed(name string) (planRetriever, error) {
	names := []string{suiteRetriever}
	for _, r := range p.Retrievers {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	if name == suiteRetriever {
		return planRetriever{Name: name, Type: name}, nil
	}
	return planRetriever{}, usage("no retriever is named %q", name).withHint("choose from: %s; others are listed under retrievers: in the plan file", strings.Join(names, ", "))
}

// checkRetrievers refuses retrievers that cannot be told apart or have no type.
func (p *plan) checkRetrievers() error {
	for i, r := range p.Retrievers {
		if slices.ContainsFunc(p.Retrievers[:i], func(o planRetriever) bool { return o.Name == r.Name }) {
			return usage("two retrievers are named %q", r.Name)
		}
		if _, err := retrieverType(r.Type); err != nil {
			return err
		}
	}
	_, err := p.retrieverNamed(p.preferred())
	return err
}

// retrieversDigest stands for the plan's retrievers in its digest: the fields as written, never what a variable holds, and what the folders and
// snapshots hold that were opened. What a system elsewhere holds is not known.
func (p *plan) retrieversDigest() string {
	text := p.preferred()
	for _, r := range p.Retrievers {
		text += "\n" + r.Written
	}
	for _, name := range slices.Sorted(maps.Keys(p.corpora)) {
		text += "\n" + name + " " + p.corpora[name]
	}
	return text
}
