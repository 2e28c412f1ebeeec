package rest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/runners/retrieval/remote"
)

// template is a text with places for a question:
//
//	{question}  the question, on one line
//	{terms}     its words without stop words, in lower case
//	{k}         how many records are wanted
//
// Filters make it fit for a query language, word by word: {question|lucene}, {terms|sosl}, {question|odata}, {terms|quote}. {terms|or} puts OR between
// the words, {terms|domain:name,body} makes a condition of Odoo. What a question holds never changes the text around it: its signs are
// escaped for where they stand.
type template struct {
	form  form
	parts []part
}

// form is what a template writes, which decides how signs are escaped.
type form int

const (
	plain      form = iota // a value that is escaped as a whole afterwards
	inURL                  // an address after its question mark, or a form's body
	inJSON                 // JSON; texts stand in its strings, {k} anywhere
	inFilter               // OData's $filter; texts stand between single quotes
	inSearches             // OData's $search; each word becomes a phrase
)

// part is a piece of fixed text, or a place.
type part struct {
	fixed  string
	name   string // question, terms or k; empty: fixed text
	escape func(string) string
	or     bool
	fields []string // of a domain
}

// marks are the places of a template. A brace that is followed by anything but a small letter is a brace.
var marks = regexp.MustCompile(`\{([a-z_]+)((?:\|[^{}|"]*)*)\}`)

// parse reads a template. what says in errors which one it is.
func parse(what string, f form, text string) (template, error) {
	t := template{form: f}
	var inside, escaped bool // in a string of JSON, or between an OData filter's quotes
	at := 0
	fixed := func(s string) {
		t.parts = append(t.parts, part{fixed: s})
		for _, c := range []byte(s) {
			switch {
			case escaped:
				escaped = false
			case f == inJSON && inside && c == '\\':
				escaped = true
			case f == inJSON && c == '"', f == inSearches && c == '"', f == inFilter && c == '\'':
				inside = !inside
			}
		}
	}
	for _, m := range marks.FindAllStringSubmatchIndex(text, -1) {
		fixed(text[at:m[0]])
		at = m[1]
		mark := text[m[0]:m[1]]
		p, err := place(what, mark, text[m[2]:m[3]], text[m[4]:m[5]])
		if err != nil {
			return t, err
		}
		switch {
		case escaped:
			return t, remote.Misconfigured("%s: %s stands behind a backslash", what, mark)
		case p.fields != nil && (f != inJSON || inside):
			return t, remote.Misconfigured("%s: %s is a JSON list and must stand outside of double quotes, in a body of JSON", what, mark)
		case p.name == "k", p.fields != nil:
		case f == inJSON && !inside:
			return t, remote.Misconfigured("%s: %s must stand within double quotes", what, mark)
		case f == inFilter && !inside:
			return t, remote.Misconfigured("%s: %s must stand within single quotes", what, mark)
		case f == inFilter:
			p.escape = odataText
		case f == inSearches && inside:
			return t, remote.Misconfigured("%s: %s stands within double quotes: leave them away, each word gets its own", what, mark)
		case f == inSearches && p.escape == nil:
			p.escape = quote
		}
		t.parts = append(t.parts, p)
	}
	fixed(text[at:])
	if inside && f != inJSON {
		return t, remote.Misconfigured("%s: a quote is not closed", what)
	}
	return t, nil
}

// place reads a mark.
func place(what, mark, name, filters string) (part, error) {
	p := part{name: name}
	if !slices.Contains([]string{"question", "terms", "k"}, name) {
		return p, remote.Misconfigured("%s: unknown place %s: there are {question}, {terms} and {k}; a space after it makes a brace a brace", what, mark)
	}
	if filters == "" {
		return p, nil
	}
	escaped := false
	for _, filter := range strings.Split(filters[1:], "|") {
		filter, fields, _ := strings.Cut(strings.TrimSpace(filter), ":")
		escape, known := escapes[filter]
		switch {
		case name == "k":
			return p, remote.Misconfigured("%s: %s takes no filters", what, mark)
		case known && escaped:
			return p, remote.Misconfigured("%s: %s is escaped twice", what, mark)
		case known:
			p.escape, escaped = escape, true
		case (filter == "or" || filter == "domain") && name != "terms":
			return p, remote.Misconfigured("%s: %s: %s goes with {terms}", what, mark, filter)
		case filter == "or":
			p.or = true
		case filter == "domain":
			for f := range strings.SplitSeq(fields, ",") {
				if f = strings.TrimSpace(f); f != "" {
					p.fields = append(p.fields, f)
				}
			}
			if len(p.fields) == 0 {
				return p, remote.Misconfigured("%s: %s names no fields, as in {terms|domain:name,description}", what, mark)
			}
		default:
			return p, remote.Misconfigured("%s: %s: unknown filter %q: there are or, sosl, lucene, odata, quote, domain", what, mark, filter)
		}
	}
	if p.fields != nil && (escaped || p.or) {
		return p, remote.Misconfigured("%s: %s: domain goes alone", what, mark)
	}
	return p, nil
}

// asks reports whether the question, or a part of it, has a place.
func (t template) asks() bool {
	return slices.ContainsFunc(t.parts, func(p part) bool { return p.name == "question" || p.name == "terms" })
}

// fill writes the template for a question; false when nothing is left of the question at one of its places.
func (t template) fill(q question) (string, bool) {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.name == "":
			b.WriteString(p.fixed)
			continue
		case p.name == "k":
			b.WriteString(strconv.Itoa(q.k))
			continue
		case p.fields != nil && len(q.words) > 0:
			b.WriteString(domain(q.words, p.fields))
			continue
		}
		s := p.text(q)
		if s == "" {
			return "", false
		}
		b.WriteString(t.escape(s))
	}
	return b.String(), true
}

// text is what stands at a place, before it is escaped for the form.
func (p part) text(q question) string {
	words := q.words
	if p.name == "question" {
		if p.escape == nil {
			return q.text
		}
		words = strings.Fields(q.text)
	}
	var kept []string
	for _, w := range words {
		if p.escape != nil {
			w = p.escape(w)
		}
		if w != "" {
			kept = append(kept, w)
		}
	}
	if p.or {
		return strings.Join(kept, " OR ")
	}
	return strings.Join(kept, " ")
}

func (t template) escape(s string) string {
	switch t.form {
	case inURL:
		return encode(s)
	case inJSON:
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(s) // a text: it cannot fail
		return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
	}
	return s
}

// encode escapes a text for an address, with spaces as %20, which every server reads.
func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
