package mcp

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// schema is what is looked at of a tool's input schema.
type schema struct {
	Properties map[string]property `json:"properties"`
	Required   []string            `json:"required"`
}

type property struct {
	Type any `json:"type"` // a name, or a list of names
}

func (p property) is(name string) bool {
	switch t := p.Type.(type) {
	case string:
		return t == name
	case []any:
		return slices.Contains(t, any(name))
	}
	return false
}

func readSchema(input any) schema {
	var s schema
	if raw, err := json.Marshal(input); err == nil {
		_ = json.Unmarshal(raw, &s) // one of another form has no properties that could be guessed
	}
	return s
}

// The usual names of what a search takes, those that say it best first.
var (
	questionNames = []string{"query", "question", "q", "search", "search_query", "text", "input", "prompt", "keywords"}
	numberNames   = []string{"k", "top_k", "topk", "limit", "max_results", "n", "num_results", "count", "size", "n_results"}
)

// guess finds the arguments that take the question and the number of passages. Any other argument that the tool requires means that they must be
// written down.
func (s schema) guess() (map[string]string, error) {
	arguments := map[string]string{}
	for _, name := range questionNames {
		if p, ok := s.Properties[name]; ok && (p.is("string") || p.Type == nil) {
			arguments[name] = "{question}"
			break
		}
	}
	if len(arguments) == 0 {
		var texts []string
		for name, p := range s.Properties {
			if p.is("string") {
				texts = append(texts, name)
			}
		}
		if len(texts) != 1 {
			return nil, wrong("it cannot be told which argument of the tool takes the question: write arguments, as in {query: \"{question}\"}; it has: %s", s.names())
		}
		arguments[texts[0]] = "{question}"
	}
	for _, name := range numberNames {
		if p, ok := s.Properties[name]; ok && (p.is("integer") || p.is("number")) {
			arguments[name] = "{k}"
			break
		}
	}
	return arguments, s.check(arguments)
}

// check refuses arguments that the tool does not know, and a lack of those that it requires.
func (s schema) check(arguments map[string]string) error {
	asks := false
	for name, v := range arguments {
		if _, ok := s.Properties[name]; !ok && len(s.Properties) > 0 {
			return wrong("the tool takes no argument %q; it takes: %s", name, s.names())
		}
		asks = asks || strings.Contains(v, "{question}")
	}
	if !asks {
		return wrong("no argument holds {question}")
	}
	for _, name := range s.Required {
		if _, ok := arguments[name]; !ok {
			return wrong("the tool requires the argument %q: write it under arguments", name)
		}
	}
	return nil
}

func (s schema) names() string {
	var all []string
	for name := range s.Properties {
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// fill puts the question and k into the arguments, each in the type that the tool asks for.
func (s schema) fill(arguments map[string]string, question string, k int) json.RawMessage {
	filled := map[string]any{}
	for name, v := range arguments {
		text := strings.NewReplacer("{question}", question, "{k}", strconv.Itoa(k)).Replace(v)
		filled[name] = text
		p := s.Properties[name]
		n, err := strconv.ParseFloat(text, 64)
		switch {
		case p.is("string") || p.Type == nil && !strings.Contains(v, "{k}"):
		case err == nil && (p.is("integer") || p.is("number") || p.Type == nil):
			filled[name] = n
		case p.is("boolean"):
			filled[name] = text == "true"
		case p.is("array"):
			filled[name] = []string{text}
		}
	}
	raw, err := json.Marshal(filled)
	if err != nil {
		panic(err) // texts, numbers and truth values
	}
	return raw
}
