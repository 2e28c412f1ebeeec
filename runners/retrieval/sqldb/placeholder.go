package sqldb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// placeholder is a name that a query may use, and what is bound to it.
type placeholder struct {
	name  string
	value func(question) any
}

var placeholders = []placeholder{
	{":question", func(q question) any { return q.text }},
	{":terms", func(q question) any { return strings.Join(q.words, " ") }},
	{":any", func(q question) any { return q.any() }},
	{":words", func(q question) any { return q.json() }},
	{":k", func(q question) any { return int64(q.k) }},
}

// search is a query with its placeholders taken out.
type search struct {
	sql    string
	values []func(question) any // one for each place, in order
}

// parseSearch rewrites the placeholders as the database binds values. What stands in strings, quoted names and comments is left alone.
func parseSearch(d dialect, query string) (search, error) {
	query, err := single(d, query)
	if err != nil {
		return search{}, err
	}
	var s search
	var b strings.Builder
	searched := false
	for _, t := range d.tokens(query) {
		part := query[t.start:t.end]
		if t.kind != bound {
			b.WriteString(part)
			continue
		}
		i := slices.IndexFunc(placeholders, func(p placeholder) bool { return p.name == part })
		if i < 0 {
			return search{}, fmt.Errorf("unknown placeholder %s; there are :question, :terms, :any, :words, :k", part)
		}
		s.values = append(s.values, placeholders[i].value)
		searched = searched || part != ":k"
		if d.numbered {
			fmt.Fprintf(&b, "$%d", len(s.values))
		} else {
			b.WriteByte('?')
		}
	}
	if !searched {
		return search{}, errors.New("none of :question, :terms, :any, :words is used: every question would find the same rows")
	}
	s.sql = b.String()
	return s, nil
}

// args are the values to bind for a question.
func (s search) args(q question) []any {
	args := make([]any, len(s.values))
	for i, value := range s.values {
		args[i] = value(q)
	}
	return args
}

// question is what is asked, in the forms that a query may need.
type question struct {
	text  string
	words []string // what is worth looking for, in lower case, each once; Chinese as pairs of characters
	k     int
}

const (
	mostWords   = 64
	longestWord = 100 // bytes

	mostQuestion = 64 << 10 // bytes
)

// newQuestion takes out of a question what no database stores: NUL and broken UTF-8.
func newQuestion(s string, k int) question {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", " "), "\uFFFD")
	q := question{text: s, k: k}
	for _, w := range text.Keywords(head(s)) {
		if len(w) <= longestWord && len(q.words) < mostWords {
			q.words = append(q.words, w)
		}
	}
	return q
}

// head is what words are taken from: the beginning of a question that is longer than any person asks.
func head(s string) string {
	if len(s) <= mostQuestion {
		return s
	}
	return strings.ToValidUTF8(s[:mostQuestion], "")
}

// any joins the words by OR, each in double quotes, which full-text search takes for the word and never for an operator.
func (q question) any() string {
	var b strings.Builder
	for i, w := range q.words {
		if i > 0 {
			b.WriteString(" OR ")
		}
		b.WriteString(`"` + strings.ReplaceAll(w, `"`, "") + `"`)
	}
	return b.String()
}

// json lists the words as a JSON array, for LIKE.
func (q question) json() string {
	if len(q.words) == 0 {
		return "[]"
	}
	raw, _ := json.Marshal(q.words) // strings: it cannot fail
	return string(raw)
}
