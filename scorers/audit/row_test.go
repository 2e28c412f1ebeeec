package audit_test

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers/audit"
)

func TestRowIsRead(t *testing.T) {
	const file = "\xef\xbb\xbf" + `{"id":"a","dataset":"x","task":"qa","model":"m","lang":"zh","group":"g","question":"q?","context":["one"," ","two"],"gold":"7","answer":"答案 b","label":1.0,"spans":[{"start":1,"end":4,"type":"t"}],"meta":{"refusal":1,"source":"NQ","list":[1]}}
` + "\r\n" + `{"id":"b","question":"क्या?","answer":"","label":null,"context":null,"gold":null,"spans":null,"meta":null,"group":null}`
	var got []*audit.Row
	for r, err := range audit.Rows("f", iotest.OneByteReader(strings.NewReader(file))) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if len(got) != 2 {
		t.Fatalf("%d rows", len(got))
	}
	a, b := got[0], got[1]
	if a.ID != "a" || a.Task != "qa" || a.Model != "m" || a.Lang != "zh" || a.Group != "g" || a.Asked != "q?" || a.Answer != "答案 b" || *a.Label != 1 ||
		!reflect.DeepEqual(a.Context, []string{"one", "two"}) || !reflect.DeepEqual(a.Gold, []string{"7"}) ||
		!a.HasSpans || !reflect.DeepEqual(a.Spans, []text.Span{{Start: 3, End: 8}}) {
		t.Errorf("got %+v", a)
	}
	if s, ok := a.Field("meta.source"); !ok || s != "NQ" {
		t.Errorf("meta.source is %q, %v", s, ok)
	}
	if s, ok := a.Field("meta.refusal"); !ok || s != "1" {
		t.Errorf("meta.refusal is %q, %v", s, ok)
	}
	if s, ok := a.Field("meta.list"); ok {
		t.Errorf("a list is no scalar: %q", s)
	}
	if b.Label != nil || b.Lang != "hi" || b.HasSpans || b.Context != nil || b.Gold != nil {
		t.Errorf("got %+v", b)
	}
	q := a.Question()
	if q.Item.ID != "a" || q.Item.Source != "g" || q.Trial.Response.Text != "答案 b" || !q.Trial.Status.Answered() || len(q.Trial.Shown.Passages) != 2 || q.Item.Answer.Text != "7" {
		t.Errorf("got %+v", q)
	}
	if b.Question().Item.Answerable() {
		t.Error("there is no gold, so there is no answer")
	}
}

// Each bad row is told by its line and field, and what is wrong with it.
func TestBadRows(t *testing.T) {
	const good = `{"id":"a","question":"q","answer":"x","label":0}` + "\n"
	for _, c := range []struct{ row, want string }{
		{`{"id":"b","question":"q","answer":"x"}`, `f:2: field "label": is missing`},
		{`{"question":"q","answer":"x","label":0}`, `f:2: field "id": is missing`},
		{`{"id":"","question":"q","answer":"x","label":0}`, `f:2: field "id": is empty`},
		{`{"id":"b","question":"q","answer":7,"label":0}`, `f:2: field "answer": want a text, got 7`},
		{`{"id":"b","question":null,"answer":"x","label":0}`, `f:2: field "question": want a text, got null`},
		{`{"id":"b","question":"q","answer":"x","label":2}`, `f:2: field "label": want 1 (wrong), 0 (right) or null, got 2`},
		{`{"id":"b","question":"q","answer":"x","label":"refute"}`, `f:2: field "label": want 1`},
		{`{"id":"b","question":"q","answer":"x","label":true}`, `f:2: field "label": want 1`},
		{`{"id":"b","question":"q","answer":"x","label":0,"gold":[1]}`, `f:2: field "gold": member 1: want a text, got 1`},
		{`{"id":"b","question":"q","answer":"x","label":0,"context":{}}`, `f:2: field "context": want null, a text or a list of texts`},
		{`{"id":"b","question":"q","answer":"x","label":0,"meta":[]}`, `f:2: field "meta": want an object or null`},
		{`{"id":"b","question":"q","answer":"x","label":0,"spans":[{"start":0,"end":2}]}`, `f:2: field "spans": member 1: from 0 to 2 is no part of an answer of 1 characters`},
		{`{"id":"b","question":"q","answer":"x","label":0,"spans":[{"start":0}]}`, `f:2: field "spans": member 1 has no start or no end`},
		{`{"id":"b","question":"q","answer":"x","label":0,"spans":7}`, `f:2: field "spans": want null or a list`},
		{`{"id":"a","question":"q","answer":"x","label":0}`, `f:2: field "id": "a" stands in line 1 already`},
		{`[1]`, `f:2: read JSON`},
		{`null`, `f:2: want an object`},
		{`{"id":"b"`, `f:2: read JSON`},
		{"{\"id\":\"\xff\"}", `f:2: the line is not UTF-8`},
	} {
		var err error
		n := 0
		for _, e := range audit.Rows("f", strings.NewReader(good+c.row+"\n"+good)) {
			n++
			err = e
		}
		var at *audit.RowError
		if n != 2 || !errors.As(err, &at) || at.Line != 2 || !strings.HasPrefix(err.Error(), c.want) && !strings.Contains(err.Error(), strings.TrimPrefix(c.want, "f:2: ")) {
			t.Errorf("%s\ngot  %v after %d rows\nwant %s", c.row, err, n, c.want)
		}
	}
}

func TestReadErrorsAreNoRowErrors(t *testing.T) {
	for _, err := range audit.Rows("f", iotest.ErrReader(io.ErrClosedPipe)) {
		var at *audit.RowError
		if !errors.Is(err, io.ErrClosedPipe) || errors.As(err, &at) {
			t.Errorf("got %v", err)
		}
	}
}

// Whatever the bytes, a row is either refused with its line or whole: its spans lie within the answer, and it makes a question.
func FuzzRows(f *testing.F) {
	f.Add([]byte(`{"id":"a","question":"when","answer":"in 1999","label":0,"gold":["1999","in 1999"],"spans":[{"start":0,"end":2}]}`))
	f.Add([]byte(`{"id":"a","question":"how many","answer":"七","label":null,"gold":"seven","context":["x"],"meta":{"refusal":"1"}}` + "\n{}"))
	f.Add([]byte("\xef\xbb\xbf\n{\"id\":1}"))
	f.Add([]byte(`{"id":"a","question":"What was it in USD millions? Round to two decimals","answer":"","label":1,"gold":["$(1,616.00)"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for r, err := range audit.Rows("f", strings.NewReader(string(data))) {
			if err != nil {
				var at *audit.RowError
				if !errors.As(err, &at) || at.Line < 1 {
					t.Fatalf("%v has no line", err)
				}
				continue
			}
			for _, s := range r.Spans {
				if s.Start < 0 || s.End > len(r.Answer) || s.Start >= s.End || !utf8.ValidString(s.Of(r.Answer)) {
					t.Fatalf("span %v of %q", s, r.Answer)
				}
			}
			q := r.Question()
			if len(r.Gold) > 0 != q.Item.Answerable() {
				t.Fatalf("gold %q gives %+v", r.Gold, q.Item.Answer)
			}
			if k := q.Item.Answer.Kind; k != "" && k != "set" && k != "text" {
				if _, err := q.Item.Answer.Value(r.Lang); err != nil {
					t.Fatalf("gold %q is inferred as a %s that cannot be read: %v", r.Gold, k, err)
				}
			}
		}
	})
}
