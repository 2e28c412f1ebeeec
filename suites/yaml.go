package suites

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A yamlField is one known key of a YAML mapping. Values are taken as they are written, never resolved: a version 1.10 stays
// 1.10, and no is no truth value.
type yamlField struct {
	name     string
	required bool
	list     bool
	set      func(values []string) error // one value unless list
}

// one makes the setter of a scalar field that must pass a check.
func one(target *string, check func(string) error) func([]string) error {
	return func(v []string) error {
		if err := check(v[0]); err != nil {
			return err
		}
		*target = v[0]
		return nil
	}
}

var yamlSyntax = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`)

// readYAML reads one mapping of known fields. Lines are counted from firstLine, so that front matter is reported where it stands
// in its file. Unlike a struct decoder it names the column, refuses aliases and nulls, and goes on after an error.
func readYAML(text, file string, firstLine int, fields []yamlField, ps *problems) {
	var doc, second yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	err := dec.Decode(&doc)
	if err == nil {
		if dec.Decode(&second) != io.EOF {
			ps.add(file, firstLine-1+max(second.Line, 1), 0, "a second YAML document begins: keep one")
			return
		}
	}
	if err != nil && err != io.EOF {
		line, message := firstLine, err.Error()
		if m := yamlSyntax.FindStringSubmatch(message); m != nil {
			if n, convErr := strconv.Atoi(m[1]); convErr == nil {
				line = firstLine - 1 + n
			}
			message = m[2]
		}
		ps.add(file, line, 0, "read YAML: %s: put values that hold a colon, # or quotes in double quotes", message)
		return
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	seen := map[string]int{}
	if err == nil {
		root := doc.Content[0]
		if root.Kind != yaml.MappingNode {
			ps.add(file, firstLine-1+root.Line, root.Column, "expected lines of the form field: value with the fields %s", choices(names))
			return
		}
		for i := 0; i+1 < len(root.Content); i += 2 {
			key, node := root.Content[i], root.Content[i+1]
			line := firstLine - 1 + key.Line
			at := slices.IndexFunc(fields, func(f yamlField) bool { return f.name == key.Value })
			switch {
			case at < 0:
				ps.add(file, line, key.Column, "unknown field %s: the fields are %s", quote(key.Value), choices(names))
				continue
			case seen[key.Value] > 0:
				ps.add(file, line, key.Column, "field %q stands twice, first on line %d: keep one", key.Value, seen[key.Value])
				continue
			}
			seen[key.Value] = line
			values, err := yamlValues(node, fields[at].list)
			if err == nil {
				err = fields[at].set(values)
			}
			if err != nil {
				ps.add(file, firstLine-1+node.Line, node.Column, "field %q: %s", key.Value, err)
			}
		}
	}
	for _, f := range fields {
		if f.required && seen[f.name] == 0 {
			ps.add(file, firstLine, 0, "field %q is missing: add a line %s: …", f.name, f.name)
		}
	}
}

func yamlValues(node *yaml.Node, list bool) ([]string, error) {
	if !list {
		s, err := yamlScalar(node)
		return []string{s}, err
	}
	if node.Kind != yaml.SequenceNode {
		return nil, errors.New("must be a list, such as [en, zh]")
	}
	if len(node.Content) == 0 {
		return nil, errors.New("is an empty list: name at least one member")
	}
	var values []string
	for i, n := range node.Content {
		s, err := yamlScalar(n)
		if err != nil {
			return nil, fmt.Errorf("member %d %w", i+1, err)
		}
		values = append(values, s)
	}
	return values, nil
}

func yamlScalar(node *yaml.Node) (string, error) {
	switch {
	case node.Kind == yaml.AliasNode || node.Anchor != "":
		return "", errors.New("uses a YAML anchor or alias: write the value itself")
	case node.Kind != yaml.ScalarNode:
		return "", errors.New("must be a single value, not a list or a mapping")
	case node.Tag == "!!null":
		return "", errors.New("is null: write a value, in quotes if it is the word, or leave the field out")
	}
	return node.Value, nil
}
