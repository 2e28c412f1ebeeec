package sqldb

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners/retrieval/conformance"
	"github.com/viva-eval/viva/suites"
)

var questions = []string{"How many days of leave does an employee have?", "When do stock counts happen?"}

func TestRetrieverConforms(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		stuck := l.config
		if stuck.Driver == SQLite {
			stuck.Query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id, '' AS title, '' AS body, NULL AS since FROM n WHERE :question <> ''"
		} else {
			stuck.DSN = silent(t, l.config.Driver)
		}
		waiting, err := newRetriever(stuck)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { waiting.Close() })
		conformance.Test(t, conformance.Case{Retriever: openTest(t, l.config), Stuck: waiting, Questions: append(questions, "一年有多少天年假？", "कर्मचारी की छुट्टी कितनी है?")})

		t.Run("full text", func(t *testing.T) {
			l.config.Query = l.fulltext
			conformance.Test(t, conformance.Case{Retriever: openTest(t, l.config), Questions: questions})
		})
	})
}

// silent is the address of a server that takes calls and says nothing.
func silent(t *testing.T, driver string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if driver == MySQL {
		return "nobody:@tcp(" + l.Addr().String() + ")/x"
	}
	return "postgres://nobody@" + l.Addr().String() + "/x?sslmode=disable"
}

func TestRowsBecomePassages(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		r := openTest(t, l.config)
		found, err := r.Retrieve(t.Context(), "days of annual leave of employees", 1)
		if err != nil || len(found) != 1 {
			t.Fatalf("got %d passages, %v", len(found), err)
		}
		want := suites.Passage{ID: "a1", Title: "Annual leave", Text: "Annual leave: Employees have 28 days of leave a year.",
			ValidFrom: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Origin: found[0].Origin}
		if found[0] != want {
			t.Errorf("got  %+v\nwant %+v", found[0], want)
		}
		if !strings.HasPrefix(want.Origin, "sql:") || len(want.Origin) < 6 {
			t.Errorf("origin %q does not name the database", want.Origin)
		}
	})
}

// The question is always a value: no spelling of it changes what the query does.
func TestQuestionCannotBecomeSQL(t *testing.T) {
	payloads := []string{
		"'; DROP TABLE articles; --", "' OR '1'='1", "') OR 1=1 --", "\\'; DELETE FROM notes; #", "' UNION SELECT id, note, note, NULL FROM notes --",
		"1; SELECT pg_sleep(60)", "'; COPY notes TO PROGRAM 'id'; --", "' || (SELECT note FROM notes) || '", "%' OR id LIKE '%", `" OR ""="`, "$1", "$$; DELETE FROM notes; $$",
		"?", ":k", ":question", "/* */ DELETE FROM notes /* */", "0x27 OR 1=1", "\xbf\x27 OR 1=1 --", "\x00'; DELETE FROM notes; --", "＇ OR １＝１", "ʼ; DELETE FROM notes", "{title}", "leave' AND SLEEP(60) AND '",
		`\`, `'`, `''`, `"`, "`", "--", "#", ";", "*/", "[", "]", "NEAR/0", "title:leave", "-leave", "leave*", "(((((", `"leave" OR "leave`,
	}
	onEach(t, func(t *testing.T, l live) {
		before := l.contents(t)
		// The query returns what was bound: it must be the question, character by character.
		echo := l.config
		echo.Query = "SELECT id, title, :question AS body, since FROM articles WHERE id = 'a1' AND length(:terms) >= 0 AND length(:any) >= 0 AND length(:words) >= 0"
		if echo.Driver == Postgres {
			echo.Query = strings.NewReplacer(":question", ":question::text").Replace(echo.Query)
		}
		echo.Columns.Text = "<{body}>"
		echoes := openTest(t, echo)
		exact := l.config
		exact.Query = "SELECT * FROM articles WHERE title = :question"
		exactly := openTest(t, exact)
		fulltext := l.config
		fulltext.Query = l.fulltext
		all := []*Retriever{openTest(t, l.config), openTest(t, fulltext)}
		for _, p := range payloads {
			got, err := echoes.Retrieve(t.Context(), p, 5)
			if want := "<" + newQuestion(p, 5).text + ">"; err != nil || len(got) != 1 || got[0].Text != want {
				t.Errorf("%q: came back as %v, %v, want %q", p, got, err, want)
			}
			if got, err := exactly.Retrieve(t.Context(), p, 5); err != nil || len(got) != 0 {
				t.Errorf("%q: found %v, %v, where no title is the same", p, got, err)
			}
			for _, r := range all {
				found, err := r.Retrieve(t.Context(), p, 3)
				if err != nil || len(found) > 3 {
					t.Errorf("%q: %d passages, %v", p, len(found), err)
				}
				for _, f := range found {
					if f.Text == "" || strings.Contains(f.Text, "kept") || f.ID[0] != 'a' {
						t.Errorf("%q: found %+v, which is no article", p, f)
					}
				}
			}
		}
		if after := l.contents(t); after != before {
			t.Errorf("the tables changed:\n%s\nwere:\n%s", after, before)
		}
	})
}

// A query that forgets :k, or writes, or takes for ever, is held to the limits all the same.
func TestQueryIsHeldToItsLimits(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		c := l.config
		c.Query = "SELECT a.id AS first, a.id || '' AS id, a.title, a.body, a.since FROM articles a WHERE :question <> '' ORDER BY a.id"
		if c.Driver == MySQL {
			c.Query = strings.ReplaceAll(c.Query, "a.id || ''", "concat(a.id, '')")
		}
		found, err := openTest(t, c).Retrieve(t.Context(), "leave", 2)
		if err != nil || len(found) != 2 || found[1].ID != "a2" {
			t.Errorf("k: got %v, %v", found, err)
		}
		c.MaxRows = 3
		if found, err := openTest(t, c).Retrieve(t.Context(), "leave", 5); err != nil || len(found) != 3 {
			t.Errorf("max_rows: got %d, %v", len(found), err)
		}
		c.MaxRows, c.MaxBytes = 0, 256
		c.Columns.Text = "{body} {body} {body} {body}"
		found, err = openTest(t, c).Retrieve(t.Context(), "leave", 5)
		if total := len(found); err != nil || total != 1 || len(found[0].Text) > 256 {
			t.Errorf("max_bytes: got %d, %v", total, err)
		}
		write := l.config
		write.Query = "WITH gone AS (DELETE FROM notes RETURNING id) SELECT id, id AS title, id AS body, NULL AS since FROM gone WHERE :question <> ''"
		if r, err := Open(t.Context(), write); err == nil {
			r.Close()
			t.Error("a query that writes was opened")
		}
		slow := l.config
		slow.Timeout = 200 * time.Millisecond
		slow.Query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id, '' AS title, '' AS body, NULL AS since FROM n WHERE :question <> ''"
		if slow.Driver == MySQL { // which ends recursion by itself
			slow.Query = "SELECT count(*) AS id, '' AS title, '' AS body, NULL AS since FROM " +
				crossJoin("articles", 15) + " WHERE :question <> ''"
		}
		if r, err := Open(t.Context(), slow); err == nil || !strings.Contains(err.Error(), "time limit") {
			if err == nil {
				r.Close()
			}
			t.Errorf("a query without end: got error %v, want one of the time limit", err)
		}
	})
}

// crossJoin is n copies of a table beside each other.
func crossJoin(table string, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = table + " x" + string(rune('a'+i))
	}
	return strings.Join(parts, ", ")
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	good := liveSQLite(t)
	good.config.Driver = SQLite
	_, good.config.Query = documented(t, SQLite)
	for _, test := range []struct {
		why    string
		change func(*Config)
		want   string
	}{
		{"no driver", func(c *Config) { c.Driver = "" }, "choose from"},
		{"a driver that is none", func(c *Config) { c.Driver = "oracle" }, "choose from"},
		{"no address", func(c *Config) { c.DSN = "" }, "dsn: empty"},
		{"no such file", func(c *Config) { c.DSN += ".gone" }, "no such file"},
		{"an option that would write", func(c *Config) { c.DSN = "file:" + c.DSN + "?mode=rwc" }, "immutable"},
		{"no query", func(c *Config) { c.Query = "" }, "must begin with"},
		{"a query that writes", func(c *Config) { c.Query = "DELETE FROM notes" }, "must begin with"},
		{"two statements", func(c *Config) { c.Query += "; SELECT 1" }, "only one"},
		{"an unknown placeholder", func(c *Config) { c.Query = "SELECT * FROM articles WHERE title = :titel" }, "unknown placeholder :titel"},
		{"the question is not used", func(c *Config) { c.Query = "SELECT * FROM articles LIMIT :k" }, "every question would find the same"},
		{"a column that is not there", func(c *Config) { c.Columns.Text = "{body} {price}" }, `columns.text: the query has no column "price"; it has: id, title`},
		{"a table that is not there", func(c *Config) { c.Query = "SELECT * FROM article WHERE id = :question" }, "no such table"},
		{"a limit below zero", func(c *Config) { c.MaxRows = -1 }, "max_rows"},
		{"a timeout that cannot be meant", func(c *Config) { c.Timeout = time.Nanosecond }, "timeout"},
	} {
		c := good.config
		test.change(&c)
		r, err := Open(t.Context(), c)
		if err == nil {
			r.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want one with %q", test.why, err, test.want)
		}
	}
}

// Whatever goes wrong, the password stands in no error.
func TestErrorsKeepSecrets(t *testing.T) {
	const secret = "hunter2-geheim"
	closed := strings.TrimSuffix(strings.TrimPrefix(silent(t, MySQL), "nobody:@tcp("), ")/x")
	for _, c := range []Config{
		{Driver: Postgres, DSN: "postgres://viva:" + secret + "@" + closed + "/x?sslmode=disable&connect_timeout=1"},
		{Driver: Postgres, DSN: "postgres://viva:" + secret + "@127.0.0.1:1/x?sslmode=disable"},
		{Driver: Postgres, DSN: "postgres://viva:" + secret + "@127.0.0.1:port/x"},
		{Driver: Postgres, DSN: "host=127.0.0.1 port=1 user=viva password=" + secret + " sslmode=disable dbname=x"},
		{Driver: Postgres, DSN: "password=" + secret + " =="},
		{Driver: Postgres, DSN: "postgres//viva:" + secret + "@127.0.0.1:1/x?sslmode=disable"},
		{Driver: Postgres, DSN: "viva:" + secret + "@127.0.0.1:1/x?sslmode=disable"},
		{Driver: Postgres, DSN: "host=viva:" + secret + "@127.0.0.1 port=1"},
		{Driver: Postgres, DSN: "host=127.0.0.1 port=1 dbname=viva:" + secret + "@127.0.0.1"},
		{Driver: MySQL, DSN: "mysql://viva:" + secret + "@127.0.0.1:1/x"},
		{Driver: MySQL, DSN: "viva:" + secret + "@tcp(127.0.0.1:1)/x"},
		{Driver: MySQL, DSN: "viva:" + secret + "@127.0.0.1:1"},
		{Driver: MySQL, DSN: "viva:" + secret + "@tcp(127.0.0.1:1)/x?tls=" + secret},
		{Driver: "postgresql", DSN: "postgres://viva:" + secret + "@127.0.0.1:1/x"},
	} {
		c.Query = "SELECT 1 AS id WHERE :question <> ''"
		_, err := Open(t.Context(), c)
		_, toolErr := NewTool(t.Context(), c)
		for _, err := range []error{err, toolErr} {
			if err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("%s: error %v, want one without the password", c.Driver, err)
			}
		}
	}
}
