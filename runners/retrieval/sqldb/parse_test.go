package sqldb

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var dialects = map[string]dialect{Postgres: postgresDialect, MySQL: mysqlDialect, SQLite: sqliteDialect}

func TestPlaceholdersAreFound(t *testing.T) {
	for _, test := range []struct{ why, driver, query, want string }{
		{"in order, each with a number of its own", Postgres, "SELECT :terms, :k, :terms", "SELECT $1, $2, $3"},
		{"question marks elsewhere", MySQL, "SELECT :terms, :k, :terms", "SELECT ?, ?, ?"},
		{"a cast is none", Postgres, "SELECT :words::jsonb, 'x'::text", "SELECT $1::jsonb, 'x'::text"},
		{"nor a slice", Postgres, "SELECT a[1:2], :terms", "SELECT a[1:2], $1"},
		{"nor an assignment", MySQL, "SELECT @x := 1, :terms", "SELECT @x := 1, ?"},
		{"not in strings", SQLite, "SELECT ':k', ':question''s :k', :any", "SELECT ':k', ':question''s :k', ?"},
		{"not in names", SQLite, "SELECT \":k\", `:k`, [:k], :any", "SELECT \":k\", `:k`, [:k], ?"},
		{"not in comments", SQLite, "SELECT /* :k */ :any -- :k\n", "SELECT /* :k */ ? -- :k\n"},
		{"not in nested comments", Postgres, "SELECT /* /* */ :k */ :any", "SELECT /* /* */ :k */ $1"},
		{"comments do not nest elsewhere", SQLite, "SELECT /* /* */ :any", "SELECT /* /* */ ?"},
		{"not in dollar strings", Postgres, "SELECT $a$ :k $$ :k $a$, $$:k$$, :any", "SELECT $a$ :k $$ :k $a$, $$:k$$, $1"},
		{"a backslash ends no string of PostgreSQL", Postgres, `SELECT '\', :any`, `SELECT '\', $1`},
		{"but escapes in E strings", Postgres, `SELECT E'\':k', :any`, `SELECT E'\':k', $1`},
		{"and in MySQL", MySQL, `SELECT '\':k', :any`, `SELECT '\':k', ?`},
		{"hash comments", MySQL, "SELECT :any # :k", "SELECT ? # :k"},
		{"two minuses that are no comment", MySQL, "SELECT 1--1, :any", "SELECT 1--1, ?"},
		{"a semicolon at the end goes", MySQL, "SELECT :any; ", "SELECT ?"},
	} {
		s, err := parseSearch(dialects[test.driver], test.query)
		if err != nil || s.sql != test.want {
			t.Errorf("%s: %s: got %q, %v, want %q", test.why, test.query, s.sql, err, test.want)
		}
	}
}

func TestQuestionForms(t *testing.T) {
	for _, test := range []struct{ why, question, terms, any, words string }{
		{"stop words go, words come once", "How many Days of leave? The days!", "many days leave", `"many" OR "days" OR "leave"`, `["many","days","leave"]`},
		{"numbers and names", "Is INV-20417 over 1,250.50?", "inv 20417 1,250.50", "", ""},
		{"Chinese comes in pairs", "年假 was 28天？", "年假 28 天", "", ""},
		{"Chinese among Latin", "ERP系统的 price", "erp 系统 统的 price", "", ""},
		{"no words", "?!", "", "", "[]"},
		{"nothing", "", "", "", "[]"},
		{"operators are words", "leave AND NOT \"sick\" OR*", "leave sick", `"leave" OR "sick"`, `["leave","sick"]`},
	} {
		q := newQuestion(test.question, 1)
		terms := strings.Join(q.words, " ")
		if terms != test.terms || test.any != "" && q.any() != test.any || test.words != "" && q.json() != test.words {
			t.Errorf("%s: %q: got %q, %s, %s", test.why, test.question, terms, q.any(), q.json())
		}
	}
	if n := len(newQuestion(strings.Repeat("x", 10_000)+" leave", 1).words); n != 1 {
		t.Errorf("a word of 10,000 letters: %d words, want the other one", n)
	}
}

func TestTemplates(t *testing.T) {
	columns, cells := []string{"a", "b c", "n"}, []cell{{text: "1"}, {text: "x{a}"}, {null: true}}
	for _, test := range []struct{ template, want string }{
		{"a", "1"}, {"{a}", "1"}, {"{a}: {b c}!", "1: x{a}!"}, {"{n}|{a}{a}", "|11"}, {"b c", "x{a}"},
	} {
		if got := parseTemplate(test.template).render(columns, cells); got != test.want {
			t.Errorf("%q: got %q, want %q", test.template, got, test.want)
		}
	}
	p, err := newMapping(Columns{ID: "a"}, "sql:x").passage(columns, cells)
	if err != nil || p.Text != "a: 1\nb c: x{a}" || p.ID != "1" || p.Origin != "sql:x" {
		t.Errorf("all columns: got %+v, %v", p, err)
	}
	if _, err := newMapping(Columns{ID: "n"}, "").passage(columns, cells); err == nil {
		t.Error("a row without an ID became a passage")
	}
	if _, err := newMapping(Columns{ID: "a", Date: "b c"}, "").passage(columns, cells); err == nil {
		t.Error("a date that is none was taken")
	}
}

func TestDates(t *testing.T) {
	day := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"2026-03-31": day, "2026-03-31 00:00:00": day, "2026-03-31T00:00:00Z": day, "2026-03-31 02:00:00+02": day, "2026-03-31 05:30:00.000+05:30": day,
		"2026-03-31 00:00": day, "2026-03-31T00:00:00.000": day, "": {},
	} {
		if got, ok := parseDate(s); !ok || !got.Equal(want) {
			t.Errorf("%q: got %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"31.03.2026", "03/31/2026", "2026", "yesterday", "2026-02-30", "1774915200"} {
		if got, ok := parseDate(s); ok {
			t.Errorf("%q: taken for %v", s, got)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, driver := range []string{Postgres, MySQL, SQLite} {
		for _, a := range attacks[driver] {
			f.Add(a.sql)
		}
	}
	f.Add("SELECT E'\\'', $tag$ x $tag$, `a`, [b], \"c\"\"d\" /* /* */ */ -- :k\n# x")
	f.Fuzz(func(t *testing.T, sql string) {
		for _, d := range dialects {
			at := 0
			for _, tok := range d.tokens(sql) {
				if tok.start != at || tok.end <= tok.start {
					t.Fatalf("%q: token %+v after %d", sql, tok, at)
				}
				at = tok.end
			}
			if at != len(sql) {
				t.Fatalf("%q: tokens end at %d of %d", sql, at, len(sql))
			}
			one, err := single(d, sql)
			var refused *refusal
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%q: %v", sql, err)
			}
			if again, err2 := single(d, one); err == nil && (err2 != nil || again != one) {
				t.Fatalf("%q: once %q, twice %q, %v", sql, one, again, err2)
			}
			if s, err := parseSearch(d, sql); err == nil && len(s.args(newQuestion("x", 1))) != len(s.values) {
				t.Fatalf("%q: values", sql)
			}
		}
	})
}

func FuzzQuestion(f *testing.F) {
	for _, s := range []string{"How many days?", "年假 a 天", "' OR 1=1 --", "a\x00\xff", "कर्मचारी", "don't 3.14"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := newQuestion(s, 1)
		if !utf8.ValidString(q.text) || strings.Contains(q.text, "\x00") {
			t.Fatalf("%q: text %q", s, q.text)
		}
		var words []string
		if err := json.Unmarshal([]byte(q.json()), &words); err != nil || len(words) != len(q.words) || len(words) > mostWords {
			t.Fatalf("%q: %s: %v", s, q.json(), err)
		}
		if n := strings.Count(q.any(), `"`); n != 2*len(words) {
			t.Fatalf("%q: %s has %d quotes", s, q.any(), n)
		}
	})
}

func FuzzGrid(f *testing.F) {
	f.Add("a|b", "x\r\ny\x00", 300)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		limit = 256 + limit&0xfff
		g := &grid{rows: 3, bytes: limit}
		for range 5 {
			if !g.row([]string{"a", "b"}, []cell{{text: a}, {text: b}}) {
				break
			}
		}
		got := g.text()
		table, _, _ := strings.Cut(got, "\n\n")
		if len(table) > limit+1 || g.count > 3 {
			t.Fatalf("%d bytes in %d rows, limit %d", len(table), g.count, limit)
		}
		if n := strings.Count(table, "\n"); n != g.count+1 {
			t.Fatalf("%d lines for %d rows: %q", n+1, g.count, table)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	f.Add("{a} and {b}", "x")
	f.Fuzz(func(t *testing.T, s, v string) {
		p := parseTemplate(s)
		cells := make([]cell, len(p.columns))
		for i := range cells {
			cells[i].text = v
		}
		if len(p.literals) != len(p.columns)+1 {
			t.Fatalf("%q: %d literals, %d columns", s, len(p.literals), len(p.columns))
		}
		p.render(p.columns, cells)
		newMapping(Columns{ID: s, Date: s}, "").passage(p.columns, cells)
	})
}

func FuzzArguments(f *testing.F) {
	for _, s := range []string{`{"sql":"SELECT 1"}`, `{"sql":1}`, `[]`, "", `{"sql":"\ud800"}`} {
		f.Add([]byte(s))
	}
	tool := &Tool{source: &source{dialect: postgresDialect}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		sql, err := tool.statement(raw)
		var refused *refusal
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("%q: %v", raw, err)
		}
		if err == nil && (strings.Contains(sql, "\x00") || !utf8.ValidString(sql) || len(sql) > longestStatement) {
			t.Fatalf("%q: %q", raw, sql)
		}
	})
}
