package rest

import (
	"encoding/json"
	"slices"
	"strings"
)

// escapes are the filters that make a word harmless in a query language. A word that comes out empty is left out.
var escapes = map[string]func(word string) string{
	"sosl":   sosl,
	"lucene": lucene,
	"odata":  odataText,
	"quote":  quote,
}

// sosl writes a word for the search text of Salesforce's SOSL, between the braces of FIND {…}. A search text of one letter is refused there; one Chinese character is not.
func sosl(w string) string {
	if len(w) < 2 {
		return ""
	}
	if slices.Contains([]string{"and", "or", "not"}, strings.ToLower(w)) {
		return `"` + w + `"`
	}
	return behind(w, `?&|!{}[]()^~*:\"'+-`)
}

// lucene writes a word for query_string of Elasticsearch and OpenSearch, for Solr and for whatever else reads Lucene's syntax.
func lucene(w string) string {
	switch w {
	case "AND", "OR", "NOT", "TO":
		return strings.ToLower(w)
	}
	return behind(strings.NewReplacer("<", "", ">", "").Replace(w), `+-=&|!(){}[]^"~*?:\/`) // < and > cannot be escaped
}

// behind puts a backslash before each of the signs.
func behind(w, signs string) string {
	var b strings.Builder
	for _, r := range w {
		if strings.ContainsRune(signs, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// odataText doubles quotes, as within a text in single quotes.
func odataText(w string) string { return strings.ReplaceAll(w, "'", "''") }

// quote puts a word in double quotes, which makes it a phrase.
func quote(w string) string { return `"` + behind(w, `"\`) + `"` }

// domain is a search condition of Odoo, a list in Polish notation: any of the words stands in any of the fields.
func domain(words, fields []string) string {
	terms := []any{}
	for range len(words)*len(fields) - 1 {
		terms = append(terms, "|")
	}
	for _, w := range words {
		like := behind(w, `%_\`) // which stand for something in LIKE
		for _, f := range fields {
			terms = append(terms, []string{f, "ilike", like})
		}
	}
	raw, _ := json.Marshal(terms) // texts: it cannot fail
	return string(raw)
}
