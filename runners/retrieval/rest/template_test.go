package rest

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/viva-eval/viva/runners/retrieval/conformance"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

func TestTemplates(t *testing.T) {
	for _, c := range []struct {
		why      string
		form     form
		template string
		question string
		want     string
	}{
		{"an address", inURL, "q={question}&n={k}", "What's 1+1 & more?", "q=What%27s%201%2B1%20%26%20more%3F&n=7"},
		{"words without stop words", inURL, "q={terms}", "What is O'Brien's limit?", "q=o%27brien%20limit"},
		{"braces of SOSL around a place", plain, "FIND {{terms|or|sosl}} IN ALL FIELDS", "a full-text {limit}?", "FIND {full OR text OR limit} IN ALL FIELDS"},
		{"signs and operators of SOSL", plain, "{{question|sosl}}", `Joe's "AND" NOT x} y*`, `{Joe\'s \"AND\" "NOT" x\} y\*}`},
		{"Lucene", plain, "{question|lucene}", `a AND (b) <c> path/to "d"`, `a and \(b\) c path\/to \"d\"`},
		{"OData's texts", plain, "f eq '{question|odata}'", "' or 1 eq 1 or '", "f eq ''' or 1 eq 1 or '''"},
		{"OData's filter without being told", inFilter, "contains(f,'{question}')", "o'brien", "contains(f,'o''brien')"},
		{"OData's search without being told", inSearches, "{terms|or}", "AND o'brien", `"o'brien"`},
		{"JSON", inJSON, `{"q": "{question}", "k": {k}, "s": "{k}"}`, "a \"b\" \\ c <d>\n", `{"q": "a \"b\" \\ c <d>", "k": 7, "s": "7"}`},
		{"a brace with a space is a brace", inJSON, `{"query": "query($q: String) { search(q: $q) { id } }", "variables": {"q": "{question}"}}`, "a b",
			`{"query": "query($q: String) { search(q: $q) { id } }", "variables": {"q": "a b"}}`},
		{"Odoo's domain", inJSON, `[{terms|domain:name,body}]`, `100% "limit"`, `[["|","|","|",["name","ilike","100"],["body","ilike","100"],["name","ilike","limit"],["body","ilike","limit"]]]`},
		{"a word alone in one field", inJSON, `[{terms|domain:name}]`, `x_y`, `[[["name","ilike","x\\_y"]]]`},
		{"nothing to look for", plain, "{terms}", "is it the?", "-"},
		{"only signs", plain, "{question}", "?!… '\"", "-"},
		{"a letter alone in SOSL", plain, "{question|sosl}", "x", "-"},
		{"control characters", plain, "{question}", "a\r\nHost: evil\x00\u0085b", "a Host: evil b"},
	} {
		tpl, err := parse("x", c.form, c.template)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		got, ok := tpl.fill(newQuestion(c.question, 7))
		if !ok {
			got = "-"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
	if q := newQuestion(strings.Repeat("年假 ", 3000), 1); len([]rune(q.text)) > longest || len(q.words) > mostWords {
		t.Errorf("%d characters, %d words", len([]rune(q.text)), len(q.words))
	}
}

func TestTemplateErrors(t *testing.T) {
	for _, c := range []struct {
		form           form
		template, says string
	}{
		{plain, "{qestion}", "unknown place {qestion}"},
		{plain, "{question|upper}", `unknown filter "upper"`},
		{plain, "{question|or}", "goes with {terms}"},
		{plain, "{k|or}", "takes no filters"},
		{plain, "{terms|sosl|lucene}", "escaped twice"},
		{plain, "{terms|domain:name}", "body of JSON"},
		{inJSON, `"{terms|domain:name}"`, "outside of double quotes"},
		{inJSON, `[{terms|domain: ,}]`, "names no fields"},
		{inJSON, `[{terms|domain:name|or}]`, "goes alone"},
		{inJSON, `{"q": {question}}`, "within double quotes"},
		{inJSON, `{"q\"": {terms}}`, "within double quotes"},
		{inJSON, `{"q": "\{question}"}`, "behind a backslash"},
		{inFilter, "contains(Name,{question})", "within single quotes"},
		{inFilter, "contains(Name,'{question})", "not closed"},
		{inSearches, `"{terms}"`, "leave them away"},
	} {
		if _, err := parse("x", c.form, c.template); !errors.As(err, new(*remote.ConfigError)) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.template, err, c.says)
		}
	}
}

// Whatever is asked, the text around it stays what it is: an address has the same fields, JSON the same form, a filter the same clauses.
func inPlace(t *testing.T, text string) {
	t.Helper()
	q := newQuestion(text, 3)
	fill := func(f form, template string) (string, bool) {
		tpl, err := parse("x", f, template)
		if err != nil {
			t.Fatal(err)
		}
		return tpl.fill(q)
	}
	if s, ok := fill(inURL, "q={question}&w={terms|lucene}&n={k}"); ok {
		u, err := url.Parse("http://box/search?" + s)
		if err != nil || u.Host != "box" || u.Path != "/search" || u.Fragment != "" {
			t.Fatalf("%q: %s: %v", text, s, err)
		}
		v, err := url.ParseQuery(s)
		if err != nil || len(v) != 3 || v.Get("q") != q.text || v.Get("n") != "3" {
			t.Errorf("%q: fields %v, %v", text, v, err)
		}
	}
	for _, filter := range []string{"", "|sosl", "|lucene", "|odata", "|quote"} {
		s, ok := fill(inJSON, `{"a": "{question`+filter+`}", "b": [{k}, "x {terms} y"]}`)
		if !ok {
			continue
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(s), &doc); err != nil || len(doc) != 2 || len(doc["b"].([]any)) != 2 {
			t.Errorf("%q: %s: %v", text, s, err)
		}
		if filter == "" && doc["a"] != q.text {
			t.Errorf("%q arrives as %q", q.text, doc["a"])
		}
	}
	if s, ok := fill(inJSON, `[{terms|domain:name,body}]`); ok {
		var doc []any
		if err := json.Unmarshal([]byte(s), &doc); err != nil || len(doc) != 1 {
			t.Errorf("%q: %s: %v", text, s, err)
		} else if words, left, ok := readDomain(doc[0].([]any)); !ok || len(left) > 0 || len(words) != 2*len(q.words) {
			t.Errorf("%q: no condition: %s", text, s)
		}
	}
	if s, ok := fill(plain, "FIND {{question|sosl}} RETURNING A"); ok {
		if _, rest, ok := readSOSL(s); !ok || rest != " RETURNING A" {
			t.Errorf("%q: %s: not closed by its own brace", text, s)
		}
	}
	if s, ok := fill(inFilter, "contains(Name,'{question}')"); ok {
		if words, ok := readFilter(s, regexp.MustCompile(`^contains\(Name,'((?:[^']|'')*)'\)`)); !ok || len(words) != 1 {
			t.Errorf("%q: %s: more than one text", text, s)
		}
	}
	if s, ok := fill(inSearches, "{question}"); ok && !regexp.MustCompile(`^"(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")*$`).MatchString(s) {
		t.Errorf("%q: %s: not phrases alone", text, s)
	}
}

func TestHostileQuestions(t *testing.T) {
	hostile := []string{`"}`, `"}]}, "size": 10000, "x": {"y": "`, "' or 1 eq 1", "x') or contains(Name,'", "} IN ALL FIELDS RETURNING User(Password) ",
		"\r\nX-Evil: 1\r\n\r\nGET /admin HTTP/1.1", "&admin=true#", "%22%7d", "\\", `\"`, "\x00", "{question}{k}{{terms}}", "${SECRET}", "a\u2028b\u0000c", "]]>", "' '' '''"}
	for _, h := range conformance.Hostile {
		hostile = append(hostile, h.Question)
	}
	for _, h := range hostile {
		inPlace(t, h)
	}
}

func FuzzQuestion(f *testing.F) {
	for _, s := range []string{`"}`, "' or 1 eq 1", "} x \\", "a AND \"b\"", "年假 {k}", "\r\n\x00\xff", "x < y > z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { inPlace(t, text) })
}

// No template brings the parser down, and what passes for JSON is JSON for every question.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{`{"q": "{question}", "k": {k}}`, `[{terms|domain:a,b}, "{terms|or|sosl}"]`, `{"a\\": "\"{terms|quote}"}`, `{ q }`, `{{k}}`, `"\u00{k}0"`} {
		f.Add(s, `x" \ y`)
	}
	f.Fuzz(func(t *testing.T, template, text string) {
		s := search{}
		if s.setBody(Config{Body: template}) != nil {
			return
		}
		for _, form := range []form{plain, inURL, inFilter, inSearches} {
			if tpl, err := parse("x", form, template); err == nil {
				tpl.fill(newQuestion(text, 3))
			}
		}
		if body, ok := s.body.fill(newQuestion(text, 3)); ok && !json.Valid([]byte(body)) && body != "" {
			t.Errorf("%q with %q gives %q", template, text, body)
		}
	})
}
