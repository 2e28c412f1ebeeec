package records

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/suites"
)

func mapping(t *testing.T, s string) Mapping {
	t.Helper()
	var m Mapping
	if err := yaml.Unmarshal([]byte(s), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPassages(t *testing.T) {
	for _, c := range []struct{ why, mapping, reply, want string }{
		{"a search engine's hits", "{results: hits.hits, id: _id, title: _source.title, text: _source.body, date: _source.updated}",
			`{"took":3,"hits":{"total":{"value":1},"hits":[{"_id":"7","_score":1.2,"_source":{"title":"Leave","body":"29 days","updated":"2026-03-01T08:00:00Z"}}]}}`,
			"rest:x#7|7|Leave|29 days|2026-03-01"},
		{"all fields in their own order, what is about the record left out", "{results: value, id: ID}",
			`{"@odata.context":"c","value":[{"@odata.etag":"e","ID":4,"Name":"Lind AG","Credit":1250.50,"Open":true,"Note":null}]}`,
			"rest:x#4|4||Name: Lind AG\nCredit: 1250.50\nOpen: true|"},
		{"several fields, one of them a list of records", "{id: Id, title: [First, Last], text: [City, Orders.No]}",
			`[{"Id":"a","First":"Ada","Last":"Lind","City":"Graz","Orders":[{"No":1},{"No":2}]}]`,
			"rest:x#a|a|Ada Lind|City: Graz\nOrders.No: 1, 2|"},
		{"texts without records around them", "{results: contexts}", `{"contexts":["one","two","one"]}`,
			"rest:x#d0d7360ab79f|d0d7360ab79f||one|\nrest:x#ab1ab7f07c7c|ab1ab7f07c7c||two|"},
		{"HTML", "{text: Body, html: true}", `{"Body":"<p>Leave: <b>29</b>&nbsp;days</p><script>x</script>&lt;b&gt;"}`,
			"rest:x#-|-||Leave: 29 days\n<b>|"},
		{"seconds, milliseconds, OData v2", "{id: i, text: t, date: d}", `[{"i":1,"t":"x","d":1772323200},{"i":2,"t":"x","d":1772323200000},{"i":3,"t":"x","d":"/Date(1772323200000+0060)/"}]`,
			"rest:x#1|1||x|2026-03-01\nrest:x#2|2||x|2026-03-01\nrest:x#3|3||x|2026-03-01"},
		{"a record without text is left out, an ID comes once", "{id: i, text: t}", `[{"i":1,"t":""},{"i":2,"t":"a"},{"i":2,"t":"b"}]`, "rest:x#2|2||a|"},
		{"a single record", "{results: result, id: id, text: t}", `{"result":{"id":9,"t":"x"}}`, "rest:x#9|9||x|"},
	} {
		m := mapping(t, c.mapping)
		reply, err := Parse([]byte(c.reply))
		if err != nil {
			t.Fatal(err)
		}
		found, err := m.Records(reply)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		passages, err := m.Passages(found, 10, "rest:x")
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		var got []string
		for _, p := range passages {
			day := ""
			if !p.ValidFrom.IsZero() {
				day = p.ValidFrom.Format("2006-01-02")
			}
			if strings.Contains(c.want, "#-|") {
				p.Origin, p.ID = "rest:x#-", "-"
			}
			got = append(got, strings.Join([]string{p.Origin, p.ID, p.Title, p.Text, day}, "|"))
		}
		if d := cmp.Diff(c.want, strings.Join(got, "\n")); d != "" {
			t.Errorf("%s:\n%s", c.why, d)
		}
	}
}

func TestRecordsErrors(t *testing.T) {
	for _, c := range []struct{ mapping, reply, want string }{
		{"{results: hits}", `{"error":"no"}`, `no "hits": it has "error"`},
		{"{results: hits}", `{"hits":3}`, "is no list"},
		{"{}", `{"a":[],"b":[]}`, "several lists"},
		{"{}", `3`, "no records"},
		{"{date: d, text: t}", `[{"t":"x","d":"soon"}]`, `field d: "soon" is no date`},
	} {
		m := mapping(t, c.mapping)
		reply, err := Parse([]byte(c.reply))
		if err != nil {
			t.Fatal(err)
		}
		found, err := m.Records(reply)
		if err == nil {
			_, err = m.Passages(found, 3, "rest:x")
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %s: %v, want %q", c.mapping, c.reply, err, c.want)
		}
	}
	for _, broken := range []string{"", "{", `{"a":}`, `{} {}`, strings.Repeat("[", 300) + strings.Repeat("]", 300)} {
		if _, err := Parse([]byte(broken)); err == nil {
			t.Errorf("%.20q: no error", broken)
		}
	}
}

// FuzzPassages: no reply breaks the mapping, and what comes of it has provenance.
func FuzzPassages(f *testing.F) {
	f.Add([]byte(`{"hits":[{"id":1,"text":"<p>a"}]}`), "hits", "id", "text")
	f.Add([]byte(`[{"a.b":{"c":[1,{"d":null}]}}]`), "", "a.b", "a.b.c.1.d")
	f.Add([]byte(`[["x"],3,"y",null]`), "", "", "0")
	f.Fuzz(func(t *testing.T, data []byte, results, id, text string) {
		reply, err := Parse(data)
		if err != nil {
			return
		}
		m := Mapping{Results: results, ID: id, Text: Paths{text}, HTML: true}
		found, err := m.Records(reply)
		if err != nil {
			return
		}
		var passages []suites.Passage
		if passages, err = m.Passages(found, 5, "rest:x"); err != nil {
			return
		}
		for _, p := range passages {
			if p.ID == "" || p.Text == "" || p.Origin == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}
