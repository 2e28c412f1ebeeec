package rest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

func TestRestConfigErrors(t *testing.T) {
	for _, c := range []struct {
		config Config
		says   string
	}{
		{Config{}, "no address"},
		{Config{URL: "ftp://box/?q={question}"}, "must begin with http"},
		{Config{URL: "http://{question}/x"}, "behind the question mark"},
		{Config{URL: "http://box/{question}?q=1"}, "behind the question mark"},
		{Config{URL: "http://box/?q=FIND {question}"}, "write its fields under query"},
		{Config{URL: "http://box/"}, "neither {question} nor {terms}"},
		{Config{URL: "http://box/?n={k}"}, "neither {question} nor {terms}"},
		{Config{URL: "http://box/", Query: map[string]string{"q": "{nothing}"}}, "query: q: unknown place"},
		{Config{URL: "http://box/?q={question}", Headers: map[string]string{"X-Q": "{question}"}}, "no question can stand there"},
		{Config{URL: "http://box/?q={question}", Method: "DELETE"}, "choose from: GET, POST"},
		{Config{URL: "http://box/", Method: "get", Body: `{"q":"{question}"}`}, "a GET has none"},
		{Config{URL: "http://box/?q={question}", ContentType: "application/json"}, "no body"},
		{Config{URL: "http://box/", Body: `{"q":"{question}"`}, "body: is no JSON"},
		{Config{URL: "http://box/", Body: `{"q":"{question}"} {}`}, "body: is no JSON"},
		{Config{URL: "http://box/", Body: `<q>{question}</q>`, ContentType: "text/xml"}, "content_type: text/xml"},
		{Config{URL: "http://box/", Body: `{question}`, ContentType: ";"}, "is none"},
		{Config{URL: "http://box/?q={question}", Rank: -1}, "rank"},
		{Config{URL: "http://box/?q={question}", Bearer: "a", Basic: "b:c"}, "choose one"},
	} {
		if _, err := Open(t.Context(), "x", c.config, nil, nil); !errors.As(err, new(*remote.ConfigError)) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.config, err, c.says)
		}
	}
}

// What the server says decides whether the plan is to blame, and is never taken for "nothing found".
func TestReplies(t *testing.T) {
	for _, c := range []struct {
		why, reply string
		status     int
		errors     records.Paths
		says       string // empty: no error, one passage
		blamed     bool
	}{
		{"found", `{"hits":[{"text":"x"}],"error":null}`, 200, nil, "", false},
		{"created, as some services answer every POST", `{"hits":[{"text":"x"}]}`, 201, nil, "", false},
		{"no error said in a field of its name", `{"hits":[{"text":"x"}],"error":false}`, 200, nil, "", false},
		{"an error among what is no error here", `{"hits":[{"text":"x"}],"error":"slow"}`, 200, records.Paths{}, "", false},
		{"an error with status 200", `{"hits":[],"error":{"code":-32000,"message":"index is closed"}}`, 200, nil, "tells of an error: index is closed", true},
		{"an error elsewhere", `{"hits":[],"_shards":{"failures":[{"reason":{"reason":"too old"}}]}}`, 200, records.Paths{"error", "_shards.failures"}, "too old", true},
		{"a page for people", `<html>Sign in</html>`, 200, nil, "no JSON: <html>Sign in", true},
		{"another form", `{"items":[]}`, 200, nil, `no "hits": it has "items"`, true},
		{"a date that is none", `{"hits":[{"text":"x","at":"soon"}]}`, 200, nil, `"soon" is no date`, true},
		{"a wrong key", `{"message":"who are you, sesame-open?"}`, 403, nil, "who are you, [key]? (HTTP 403)", true},
		{"its weather", `overloaded`, 503, nil, "overloaded (HTTP 503)", false},
	} {
		client := reaching(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.reply)
		})
		cfg := Config{URL: "http://box/?q={question}", Bearer: "sesame-open", Attempts: 1, Error: c.errors,
			Records: records.Mapping{Results: "hits", Text: records.Paths{"text"}, Date: "at"}}
		r, err := Open(t.Context(), "x", cfg, nil, client)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", c.why, err)
		case c.says == "":
			if found, err := r.Retrieve(t.Context(), "x", 5); err != nil || len(found) != 1 {
				t.Errorf("%s: %v %v", c.why, found, err)
			}
		case err == nil || !strings.Contains(err.Error(), c.says) || errors.As(err, new(*remote.ConfigError)) != c.blamed:
			t.Errorf("%s: %v, want %q", c.why, err, c.says)
		}
	}
}

// A form is sent as forms are, and a method without a body too.
func TestForms(t *testing.T) {
	client := reaching(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, `[{"text":%q}]`, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Content-Type")+" "+string(body))
	})
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{URL: "http://box/s", Body: "q={question}&n={k}", ContentType: formType}, "POST /s application/x-www-form-urlencoded q=a%20%26b%3D%22%22&n=2"},
		{Config{URL: "http://box/s/?v=1", Method: "post", Query: map[string]string{"q": "{question}", "a&b": "c d"}}, "POST /s/?v=1&a%26b=c%20d&q=a%20%26b%3D%22%22"},
	} {
		r, err := Open(t.Context(), "x", c.config, nil, client)
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.Retrieve(t.Context(), `a &b=""`, 2)
		if err != nil || len(found) != 1 || strings.TrimSpace(found[0].Text) != "text: "+c.want {
			t.Errorf("%v: %v, want %s", found, err, c.want)
		}
	}
}

// Ranked here, the best of many comes first, and what shares no word with the question comes last.
func TestRank(t *testing.T) {
	var asked string
	client := reaching(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("n")
		fmt.Fprint(w, `[{"id":"z","text":"of no use"},{"id":"a","text":"leave of absence for staff and days without pay"},{"id":"b","text":"leave days: 29"},{"id":"y","text":"nothing"}]`)
	})
	cfg := Config{URL: "http://box/?q={question}&n={k}", Records: records.Mapping{ID: "id", Text: records.Paths{"text"}}, Rank: 50}
	r, err := Open(t.Context(), "x", cfg, nil, client)
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.Retrieve(t.Context(), "leave days", 3)
	if err != nil || len(found) != 3 || found[0].ID != "b" || found[1].ID != "a" || found[2].ID != "z" || asked != "50" {
		t.Errorf("%v: asked for %s: %v", found, asked, err)
	}
}
