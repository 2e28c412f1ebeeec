package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fan"
)

func TestToolIsDescribed(t *testing.T) {
	schema := map[string]string{
		SQLite: "articles(id text primary key, title text, body text, since date) -- 7 rows\n" +
			"found(title, body) -- 7 rows\n" +
			"found_content(docid integer primary key, c0title, c1body) -- 7 rows\n",
		Postgres: "articles(id text primary key, title text, body text, since date) -- 7 rows\n" +
			"notes(id integer primary key, article text references articles.id, note text) -- 1 row\n",
		MySQL: "articles(id varchar(200) primary key, title varchar(200), body varchar(200), since date) -- 7 rows\n" +
			"notes(id int(11) primary key, article varchar(200) references articles.id, note varchar(200)) -- 1 row\n",
	}
	onEach(t, func(t *testing.T, l live) {
		spec := newTestTool(t, l.config).Spec()
		if spec.Name != "sql_query" || !json.Valid(spec.Parameters) {
			t.Errorf("name %q, parameters %s", spec.Name, spec.Parameters)
		}
		want := schema[l.config.Driver]
		if l.config.Driver == MySQL && !strings.Contains(spec.Description, "int(11)") { // MySQL no longer tells the width
			want = strings.ReplaceAll(want, "int(11)", "int")
		}
		if !strings.Contains(spec.Description, "Tables:\n"+want) {
			t.Errorf("the description is\n%s\nwant in it\n%s", spec.Description, want)
		}

		l.config.Tables = []string{"NOTES"}
		spec = newTestTool(t, l.config).Spec()
		if _, tables, _ := strings.Cut(spec.Description, "Tables:\n"); !strings.HasPrefix(tables, "notes(") || strings.Count(tables, "\n") != 1 {
			t.Errorf("of notes alone, the description says\n%s", tables)
		}
		l.config.Tables = []string{"nowhere"}
		if tool, err := NewTool(t.Context(), l.config); err == nil {
			tool.Close()
			t.Error("a tool was made that may read nothing")
		}
	})
}

// In PostgreSQL and MySQL grants say what may be read, and the description shows that. SQLite has none: there the list does.
func TestTablesAreRestricted(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		switch l.config.Driver {
		case Postgres:
			role := strings.TrimPrefix(strings.Fields(l.config.DSN)[3], "user=")
			l.exec(t, "REVOKE ALL ON articles FROM "+role, "GRANT SELECT (id, title) ON articles TO "+role)
			d := newTestTool(t, l.config).Spec().Description
			if !strings.Contains(d, "articles(id text primary key, title text) -- 7 rows\n") {
				t.Errorf("columns without a grant are shown:\n%s", d)
			}
		case SQLite:
			l.config.Tables = []string{"notes", "found"}
			tool := newTestTool(t, l.config)
			for _, sql := range []string{"SELECT * FROM articles", "SELECT count(*) FROM articles", "SELECT n.* FROM notes n WHERE EXISTS (SELECT 1 FROM articles)",
				"SELECT * FROM sqlite_schema", "SELECT sql FROM sqlite_master", "SELECT * FROM pragma_table_info('articles')", "SELECT * FROM pragma_table_list"} {
				if r := call(t, tool, sql); r.Problem == "" {
					t.Errorf("%s: got %q", sql, r.Text)
				}
			}
			for _, sql := range []string{"SELECT note FROM notes", "SELECT title FROM found WHERE found MATCH 'leave'", "SELECT * FROM pragma_table_info('notes')"} {
				if r := call(t, tool, sql); r.Problem != "" || r.Text == "" {
					t.Errorf("%s: got %+v", sql, r)
				}
			}
		}
	})
}

func TestCallAnswers(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		tool := newTestTool(t, l.config)
		for _, test := range []struct{ why, sql, text, problem string }{
			{why: "a table", sql: "SELECT id, note FROM notes", text: "| id | note |\n| --- | --- |\n| 1 | kept |\n\n1 row.\n"},
			{why: "a semicolon at the end", sql: " SELECT id FROM notes ; -- that is all\n", text: "| id |\n| --- |\n| 1 |\n\n1 row.\n"},
			{why: "no rows", sql: "SELECT id, note FROM notes WHERE id > 5", text: "| id | note |\n| --- | --- |\n\nNo rows.\n"},
			{why: "NULL", sql: "SELECT NULL AS x", text: "| x |\n| --- |\n| NULL |\n\n1 row.\n"},
			{why: "bars and lines in values", sql: "SELECT 'a|b\nc' AS x", text: "| x |\n| --- |\n| a\\|b c |\n\n1 row.\n"},
			{why: "a date as it is stored", sql: "SELECT since FROM articles WHERE id = 'a1'", text: "| since |\n| --- |\n| 2026-01-01 |\n\n1 row.\n"},
			{why: "Chinese", sql: "SELECT title FROM articles WHERE id = 'a3'", text: "| title |\n| --- |\n| 年假规定 |\n\n1 row.\n"},
			{why: "a number", sql: "SELECT 1234567.5 AS x, 10000000 AS y", text: "| x | y |\n| --- | --- |\n| 1234567.5 | 10000000 |\n\n1 row.\n"},
			{why: "WITH", sql: "WITH n AS (SELECT note FROM notes) SELECT * FROM n", text: "| note |\n| --- |\n| kept |\n\n1 row.\n"},
			{why: "an order", sql: "SELECT id FROM articles ORDER BY id DESC LIMIT 2", text: "| id |\n| --- |\n| a7 |\n| a6 |\n\n2 rows.\n"},
			{why: "an unknown column", sql: "SELECT price FROM notes", problem: "price"},
			{why: "an unknown table", sql: "SELECT * FROM prices", problem: "prices"},
			{why: "a slip of the pen", sql: "SELEC * FROM notes", problem: "must begin with"},
			{why: "bad syntax", sql: "SELECT FROM WHERE", problem: "syntax"},
			{why: "a string without end", sql: "SELECT 'x", problem: "'"},
			{why: "a parenthesis without end", sql: "SELECT (1", problem: " "},
			{why: "a parenthesis too many", sql: "SELECT 1) AS x FROM (SELECT 2", problem: ")"},
			{why: "nothing", sql: " ", problem: "must begin with"},
			{why: "only a comment", sql: "-- SELECT 1", problem: "must begin with"},
			{why: "two statements", sql: "SELECT 1; SELECT 2", problem: "only one statement"},
		} {
			r := call(t, tool, test.sql)
			if test.problem != "" && !strings.Contains(r.Problem, test.problem) || test.problem == "" && r.Text != test.text {
				t.Errorf("%s: %q: got text %q, problem %q", test.why, test.sql, r.Text, r.Problem)
			}
		}
		second := "x"
		if l.config.Driver == SQLite { // which has no parentheses around statements, and numbers equal names
			second = "x:1"
		} else if r := call(t, tool, "(SELECT 1 AS x) UNION (SELECT 2) ORDER BY x"); r.Text != "| x |\n| --- |\n| 1 |\n| 2 |\n\n2 rows.\n" {
			t.Errorf("parentheses first: got %+v", r)
		}
		if r := call(t, tool, "SELECT 1 AS x, 2 AS x"); r.Text != "| x | "+second+" |\n| --- | --- |\n| 1 | 2 |\n\n1 row.\n" {
			t.Errorf("two columns of one name: got %+v", r)
		}
		if r := call(t, tool, "EXPLAIN SELECT * FROM notes"); !strings.Contains(r.Text, "|") {
			t.Errorf("EXPLAIN: got %+v", r)
		}
	})
}

func TestMalformedArguments(t *testing.T) {
	l := liveSQLite(t)
	l.config.Driver = SQLite
	tool := newTestTool(t, l.config)
	for _, arguments := range []string{"", "null", "{}", "[]", `"SELECT 1"`, `{"sql":1}`, `{"sql":null}`, `{"sql":"SELECT 1"`, `{"query":"SELECT 1"}`, "\xff",
		`{"sql":"SELECT '\u0000'"}`, `{"sql":"SELECT '` + strings.Repeat("x", longestStatement) + `'"}`} {
		r, err := tool.Call(t.Context(), json.RawMessage(arguments))
		if err != nil || r.Problem == "" || r.Text != "" {
			t.Errorf("%.40s: got %+v, %v, want a problem", arguments, r, err)
		}
	}
}

func TestToolIsSharedByMany(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		tool := newTestTool(t, l.config)
		calls := func(yield func(int) bool) {
			for i := range 60 {
				if !yield(i) {
					return
				}
			}
		}
		for problem := range fan.Map(t.Context(), 20, calls, func(ctx context.Context, i int) string {
			r, err := tool.Call(ctx, json.RawMessage(fmt.Sprintf(`{"sql":"SELECT %d AS x"}`, i)))
			if err != nil || !strings.Contains(r.Text, fmt.Sprintf("| %d |", i)) {
				return fmt.Sprintf("%d: %+v, %v", i, r, err)
			}
			return ""
		}) {
			if problem != "" {
				t.Error(problem)
			}
		}
	})
}

// A server that is gone is a failure of the infrastructure, not of the examinee.
func TestLostServerIsAnError(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		if l.config.Driver == SQLite {
			t.Skip("SQLite has no server")
		}
		tool := newTestTool(t, l.config)
		c := l.config
		c.DSN = silent(t, c.Driver)
		gone, err := open(c.withDefaults(100, 1000), true)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { gone.Close() })
		lost := &Tool{source: gone, spec: tool.spec}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if r, err := lost.Call(ctx, json.RawMessage(`{"sql":"SELECT 1"}`)); err == nil || r.Text != "" || r.Problem != "" {
			t.Errorf("got %+v, %v, want an error", r, err)
		}
	})
}

func TestSchemaIsBounded(t *testing.T) {
	var tables []table
	for i := range 3000 {
		tb := table{name: fmt.Sprintf("table_%d", i)}
		for j := range 20 {
			tb.columns = append(tb.columns, column{name: fmt.Sprintf("column_%d", j), typ: "character varying(200)"})
		}
		tables = append(tables, tb)
	}
	for _, test := range []struct {
		tables int
		want   string
	}{{3, "column_19 character varying(200))"}, {50, "table_49(column_0, column_1,"}, {3000, "more tables\n"}} {
		got := describe(tables[:test.tables])
		if len(got) > mostSchema || !strings.Contains(got, test.want) {
			t.Errorf("%d tables: %d bytes, ending %q, want %q in them", test.tables, len(got), last(got, 60), test.want)
		}
	}
}
