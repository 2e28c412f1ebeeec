package rest

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

func TestODataConfigErrors(t *testing.T) {
	good := ODataConfig{URL: "http://box/odata", Entity: "Articles", Match: []string{"Title"}}
	for _, c := range []struct {
		edit func(*ODataConfig)
		says string
	}{
		{func(c *ODataConfig) { c.URL = "" }, "no address"},
		{func(c *ODataConfig) { c.URL = "http://box/odata?x=1" }, "query"},
		{func(c *ODataConfig) { c.Entity = "" }, "entity"},
		{func(c *ODataConfig) { c.Entity = "../admin" }, "entity"},
		{func(c *ODataConfig) { c.Version = 3 }, "choose from: 2, 4"},
		{func(c *ODataConfig) { c.Match = nil }, "say one of"},
		{func(c *ODataConfig) { c.Search = "{terms}" }, "say one of"},
		{func(c *ODataConfig) { c.Match, c.Search, c.Version = nil, "{terms}", 2 }, "no $search"},
		{func(c *ODataConfig) { c.Match, c.Filter = nil, "Open eq true" }, "neither {question} nor {terms}"},
		{func(c *ODataConfig) { c.Match, c.Filter = nil, "contains(Name,{question})" }, "filter: {question} must stand within single quotes"},
		{func(c *ODataConfig) { c.Match = []string{"Name) or (1 eq 1"} }, "is no field"},
		{func(c *ODataConfig) { c.PageSize = -1 }, "negative"},
		{func(c *ODataConfig) { c.Parameters = map[string]string{"search": "{x}"} }, "search: unknown place"},
	} {
		cfg := good
		c.edit(&cfg)
		if _, err := OpenOData(t.Context(), "x", cfg, nil, nil); !errors.As(err, new(*remote.ConfigError)) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", cfg, err, c.says)
		}
	}
}

// The requests that a configuration makes, as they stand on the wire.
func TestODataRequests(t *testing.T) {
	for _, c := range []struct {
		config ODataConfig
		want   string
	}{
		{ODataConfig{Match: []string{"Name", "Note"}}, `$top=100&$filter=contains(tolower(Name),'o''brien') or contains(tolower(Note),'o''brien') or contains(tolower(Name),'limit') or contains(tolower(Note),'limit')`},
		{ODataConfig{Match: []string{"Name"}, PlainContains: true, Rank: -1}, `$top=3&$filter=contains(Name,'o''brien') or contains(Name,'limit')`},
		{ODataConfig{Match: []string{"Name"}, Version: 2, Rank: 5}, `$top=5&$filter=substringof('o''brien',tolower(Name)) or substringof('limit',tolower(Name))&$format=json`},
		{ODataConfig{Search: "{terms|or}", Select: []string{"A", "B"}, OrderBy: "A desc", Expand: "Lines($top=3)"}, `$top=3&$search="o'brien" OR "limit"&$select=A,B&$orderby=A desc&$expand=Lines($top=3)`},
		{ODataConfig{Filter: "Open eq true and contains(Name,'{question}')", Parameters: map[string]string{"sap-client": "100", "search": "{terms}"}},
			`$top=3&$filter=Open eq true and contains(Name,'O''Brien''s limit')&sap-client=100&search=o'brien limit`},
	} {
		c.config.URL, c.config.Entity = "http://box/odata/", "Articles"
		var asked atomic.Value
		client := reaching(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Store(r.URL.RawQuery)
			fmt.Fprint(w, map[bool]string{true: `{"d":[]}`, false: `{"value":[]}`}[c.config.Version == 2])
		})
		r, err := OpenOData(t.Context(), "x", c.config, nil, client)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := r.Retrieve(t.Context(), "O'Brien's limit", 3); err != nil || len(found) > 0 {
			t.Errorf("%v: %v", found, err)
		}
		var parts []string
		for part := range strings.SplitSeq(asked.Load().(string), "&") {
			name, value, _ := strings.Cut(part, "=")
			parts = append(parts, name+"="+decoded(t, value))
		}
		if diff := cmp.Diff(c.want, strings.Join(parts, "&")); diff != "" {
			t.Error(diff)
		}
	}
}

func decoded(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String()
}

// Pages are read until there are enough records; a chain without end, or one that leads to another host, is an error.
func TestODataPages(t *testing.T) {
	for _, c := range []struct {
		why, next, says string
		k, asked        int
	}{
		{"until k", "/odata/Articles?page=%d", "", 5, 3},
		{"relative to the request", "Articles?page=%d", "", 4, 2},
		{"http said of https", "http://box/odata/Articles?page=%d", "", 4, 2},
		{"the same page again", "/odata/Articles?page=1", "no end", 9, 2},
		{"another host", "https://evil/odata/Articles?page=%d", "another host", 4, 1},
		{"another host without a scheme", "//evil/Articles?page=%d", "another host", 4, 1},
		{"no address", "http://%%zz%d", "another host", 4, 1},
		{"not needed", "https://evil/%d", "", 2, 1},
	} {
		var asked atomic.Int64
		client := reaching(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Host != "box" || r.Header.Get("Authorization") != "Bearer sesame" {
				t.Errorf("%s: asked at %s", c.why, r.Host)
			}
			n := asked.Add(1)
			next := c.next
			if strings.Contains(next, "%d") {
				next = fmt.Sprintf(next, n)
			}
			fmt.Fprintf(w, `{"value":[{"ID":%d,"T":"a"},{"ID":%d,"T":"b"}],"@odata.nextLink":%q}`, 2*n, 2*n+1, next)
		})
		cfg := ODataConfig{URL: "https://box/odata", Entity: "Articles", Search: "{terms}", Bearer: "sesame", Records: records.Mapping{ID: "ID"}}
		r, err := prepareOData("x", cfg, nil, client)
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.Retrieve(t.Context(), "leave", c.k)
		if c.says == "" && (err != nil || len(found) != c.k) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) || int(asked.Load()) != c.asked {
			t.Errorf("%s: %d passages after %d pages: %v", c.why, len(found), asked.Load(), err)
		}
	}
}

func TestTidy(t *testing.T) {
	for _, c := range []struct{ why, record, want string }{
		{"what version 4 says about a record", `{"@odata.etag":"x","Lines@odata.context":"y","Name":"a"}`, "Name: a"},
		{"what people see", `{"statuscode":7,"statuscode@OData.Community.Display.V1.FormattedValue":"Published"}`, "statuscode: Published"},
		{"what version 2 says about a record", `{"__metadata":{"uri":"u"},"Name":"a","to_Lines":{"__deferred":{"uri":"v"}}}`, "Name: a"},
		{"what was expanded in version 2", `{"to_Lines":{"results":[{"__metadata":{"uri":"u"},"No":1},{"No":2}]}}`, "to_Lines: No: 1, No: 2"},
	} {
		doc, err := records.Parse([]byte(c.record))
		if err != nil {
			t.Fatal(err)
		}
		if got := records.Text(tidy(doc, nil)); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	doc, err := records.Parse([]byte(`{"__metadata":{"uri":"u"},"x@y":"z"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := records.Text(tidy(doc, []string{"__metadata.uri"})); got != "__metadata: uri: u" {
		t.Errorf("what the mapping asks for is gone: %q", got)
	}
}

// No reply breaks the reading of pages, and no address that one names leads to another host.
func FuzzPages(f *testing.F) {
	for _, s := range []string{`{"value":[{"ID":1}],"@odata.nextLink":"x?$skiptoken=1"}`, `{"d":{"results":[],"__next":"//evil/"}}`, `{"d":[{"__metadata":{}}]}`,
		`{"d":{"ID":1}}`, `{"error":{"code":"1","message":{"lang":"en","value":"x"}}}`, `[]`, `{"value":{"results":[1]},"@nextLink":"http:evil"}`} {
		f.Add([]byte(s))
	}
	e, err := remote.New(remote.Access{Op: "x", Address: "https://box/odata"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := reply(e, body, records.Paths{"error"})
		if err != nil {
			return
		}
		page, next, err := readPage(doc, records.Mapping{})
		if err != nil {
			return
		}
		for _, r := range page {
			tidy(r, []string{"__metadata.uri"})
		}
		if at, ok := sameAddress(e, "https://box/odata/A?$top=3", next); ok && !strings.HasPrefix(strings.ToLower(at), "https://box/") && at != "https://box" && !strings.HasPrefix(strings.ToLower(at), "https://box?") {
			t.Errorf("%q leads to %q", next, at)
		}
	})
}
