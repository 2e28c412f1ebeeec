package rest

import (
	"slices"
	"strings"

	"github.com/viva-eval/viva/runners/retrieval/records"
)

// readPage finds the records of an OData reply and the address of its next page: {"value":[…],"@odata.nextLink":…} of version 4,
// {"d":{"results":[…],"__next":…}} and {"d":[…]} of version 2.
func readPage(doc records.Node, m records.Mapping) (page []records.Node, next string, err error) {
	for _, path := range []string{"@odata.nextLink", "@nextLink", "d.__next"} {
		if s, ok := records.Get(doc, path).(string); ok {
			next = s
			break
		}
	}
	if m.Results == "" {
		m.Results = "value"
		if records.Get(doc, "d") != nil {
			m.Results = "d"
		}
		if _, ok := records.Get(doc, "d.results").([]records.Node); ok {
			m.Results = "d.results"
		}
	}
	page, err = m.Records(doc)
	return page, next, err
}

// formatted is the annotation that says how Dynamics shows a value: the name of a customer beside its number.
const formatted = "@OData.Community.Display.V1.FormattedValue"

// tidy takes from a record what OData says about it rather than in it. A value that comes with the text that people see is that text, and what
// was expanded stands where its wrapping stood.
func tidy(n records.Node, kept []string) records.Node {
	switch n := n.(type) {
	case []records.Node:
		list := make([]records.Node, len(n))
		for i, m := range n {
			list[i] = tidy(m, nil)
		}
		return list
	case records.Object:
		if len(n) == 1 && n[0].Name == "results" { // an expanded list of version 2
			return tidy(n[0].Value, nil)
		}
		shown := map[string]records.Node{}
		for _, m := range n {
			if name, ok := strings.CutSuffix(m.Name, formatted); ok {
				shown[name] = m.Value
			}
		}
		out := records.Object{}
		for _, m := range n {
			about := strings.Contains(m.Name, "@") || strings.HasPrefix(m.Name, "__")
			if about && !slices.ContainsFunc(kept, func(path string) bool { return strings.HasPrefix(path, m.Name) }) {
				continue
			}
			v := tidy(m.Value, nil)
			if o, ok := v.(records.Object); ok && len(o) == 0 { // what was not expanded
				continue
			}
			if s, ok := shown[m.Name]; ok {
				v = s
			}
			out = append(out, records.Member{Name: m.Name, Value: v})
		}
		return out
	}
	return n
}
