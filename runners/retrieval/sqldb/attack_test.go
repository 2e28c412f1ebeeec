package sqldb

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
)

// attack is a statement that wants to do more than read.
type attack struct {
	sql string
	// harmless is part of what comes back where the statement runs and does no harm; empty: it must be refused.
	harmless string
}

var attacks = map[string][]attack{
	SQLite: {
		{"INSERT INTO notes VALUES (9, 'a1', 'x')", ""},
		{"UPDATE notes SET note = 'x'", ""},
		{"DELETE FROM notes", ""},
		{"DROP TABLE notes", ""},
		{"CREATE TABLE t (x)", ""},
		{"CREATE TEMP TABLE t (x)", ""},
		{"ATTACH 'DIR/new.db' AS other", ""},
		{"ATTACH 'file:DIR/new.db?mode=rwc' AS other", ""},
		{"DETACH main", ""},
		{"VACUUM", ""},
		{"VACUUM INTO 'DIR/copy.db'", ""},
		{"REINDEX", ""},
		{"ANALYZE", ""},
		{"PRAGMA writable_schema = 1", ""},
		{"PRAGMA query_only = 0", ""},
		{"PRAGMA journal_mode = DELETE", ""},
		{"PRAGMA user_version = 7", ""},
		{"PRAGMA temp_store_directory = 'DIR'", ""},
		{"SELECT * FROM pragma_journal_mode", ""},
		{"SELECT load_extension('DIR/x.so')", ""},
		{"SELECT fts3_tokenizer('simple', x'00')", ""},
		{"SELECT writefile('DIR/new', 'x')", ""},
		{"SELECT readfile('/etc/passwd')", ""},
		{"SELECT edit('x', 'touch DIR/new')", ""},
		{"WITH x AS (DELETE FROM notes RETURNING *) SELECT * FROM x", ""},
		{"SELECT 1; DELETE FROM notes", ""},
		{"SELECT 1 /* */; /* */ DELETE FROM notes --", ""},
		{"SELECT 1 --\n; DELETE FROM notes", ""},
		{"EXPLAIN SELECT 1; DELETE FROM notes", ""},
		{"SELECT 1) SELECT * FROM viva_result; DELETE FROM notes; --", ""},
		{"SELECT 1) LIMIT 1; DELETE FROM notes; --", ""},
		{"BEGIN IMMEDIATE", ""},
		{"BEGIN; DELETE FROM notes; COMMIT", ""},
		{"SAVEPOINT s", ""},
		{"INSERT INTO found(found) VALUES ('optimize')", ""},
		{"SELECT 1 /* DELETE FROM notes */ -- DROP TABLE notes", "| 1 |"},
		{"SELECT 'DELETE FROM notes; DROP TABLE notes' AS x", "DROP TABLE"},
		{"EXPLAIN DELETE FROM notes", ""},
	},
	Postgres: {
		{"INSERT INTO notes VALUES (9, 'a1', 'x')", ""},
		{"UPDATE notes SET note = 'x'", ""},
		{"DELETE FROM notes", ""},
		{"TRUNCATE notes", ""},
		{"DROP TABLE notes", ""},
		{"CREATE TABLE t (x int)", ""},
		{"SELECT 1 INTO t", ""},
		{"SELECT * INTO TEMP t FROM notes", ""},
		{"COPY notes TO PROGRAM 'touch DIR/new'", ""},
		{"COPY notes TO 'DIR/new'", ""},
		{"COPY notes FROM PROGRAM 'echo 1'", ""},
		{"COPY notes TO STDOUT", "COPY"}, // which reads
		{"COPY notes FROM STDIN", ""},
		{"SELECT pg_read_file('/etc/passwd')", ""},
		{"SELECT pg_read_binary_file('/etc/passwd')", ""},
		{"SELECT pg_ls_dir('/')", ""},
		{"SELECT lo_import('/etc/passwd')", ""},
		{"SELECT lo_export(1, 'DIR/new')", ""},
		{"SELECT pg_reload_conf()", ""},
		{"SET TRANSACTION READ WRITE", ""},
		{"SELECT set_config('transaction_read_only', 'off', false)", ""},
		{"WITH c AS (SELECT set_config('transaction_read_only', 'off', false)), d AS (DELETE FROM notes RETURNING 1) SELECT * FROM c, d", ""},
		{"BEGIN READ WRITE", ""},
		{"COMMIT; DELETE FROM notes", ""},
		{"ROLLBACK AND CHAIN; DELETE FROM notes", ""},
		{"SELECT 1; DELETE FROM notes", ""},
		{"SELECT 1 /* /* nested */ */; DELETE FROM notes", ""},
		{"SELECT $$;$$; DELETE FROM notes", ""},
		{"DO $$ BEGIN DELETE FROM notes; END $$", ""},
		{"CALL erase()", ""},
		{"SELECT erase()", ""},
		{"EXPLAIN ANALYZE DELETE FROM notes", ""},
		{"WITH x AS (DELETE FROM notes RETURNING *) SELECT * FROM x", ""},
		{"WITH x AS (INSERT INTO notes VALUES (9, 'a1', 'x') RETURNING *) SELECT * FROM x", ""},
		{"SELECT * FROM notes FOR UPDATE", ""},
		{"LOCK TABLE notes", "LOCK"}, // until it is rolled back
		{"SELECT nextval('numbers')", ""},
		{"SELECT setval('numbers', 7)", ""},
		{"SELECT dblink_exec('dbname=' || current_database() || ' host=127.0.0.1', 'DELETE FROM notes')", ""},
		{"SELECT query_to_xml('DELETE FROM notes', true, true, '')", ""},
		{"SELECT query_to_xml('COPY notes TO PROGRAM ''touch DIR/new''', true, true, '')", ""},
		{"SET ROLE postgres", ""},
		{"SET SESSION AUTHORIZATION DEFAULT", "SESSION"},
		{"SELECT set_config('role', 'postgres', false)", ""},
		{"SELECT set_config('default_transaction_read_only', 'off', false)", "off"}, // ends with its session
		{"SELECT pg_notify('x', 'y')", "pg_notify"},                                 // rolled back
		{"SELECT lo_create(0) > 0 AS made", "made|cannot execute"},                  // rolled back; refused from version 16 on
		{"PREPARE p AS DELETE FROM notes", "PREPARE"},                               // ends with its session
		{"LISTEN x", "LISTEN"},
		{"SELECT 1 /* DELETE FROM notes */ AS x -- DROP TABLE notes", "| 1 |"},
		{"SELECT 'DELETE; FROM notes', $a$;$a$, E'\\';' AS x", "DELETE"},
	},
	MySQL: {
		{"INSERT INTO notes VALUES (9, 'a1', 'x')", ""},
		{"UPDATE notes SET note = 'x'", ""},
		{"DELETE FROM notes", ""},
		{"TRUNCATE notes", ""},
		{"DROP TABLE notes", ""},
		{"CREATE TABLE t (x int)", ""},
		{"ALTER TABLE notes ADD x int", ""},
		{"RENAME TABLE notes TO t", ""},
		{"SELECT 1 INTO OUTFILE 'DIR/new'", ""},
		{"SELECT * FROM notes INTO DUMPFILE 'DIR/new'", ""},
		{"SELECT LOAD_FILE('/etc/passwd') IS NULL AS nothing", "| 1 |"},
		{"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE notes", ""},
		{"LOAD DATA INFILE '/etc/passwd' INTO TABLE notes", ""},
		{"SET TRANSACTION READ WRITE", ""},
		{"START TRANSACTION READ WRITE; DELETE FROM notes", ""},
		{"COMMIT; DELETE FROM notes", ""},
		{"SELECT 1; DELETE FROM notes", ""},
		{"SELECT 1 /*! ; DELETE FROM notes */", ""},
		{"/*! DELETE FROM notes */", ""},
		{"/*M! DELETE FROM notes */", ""},
		{"SELECT 1 # ;\n; DELETE FROM notes", ""},
		{"EXECUTE IMMEDIATE 'DELETE FROM notes'", ""},
		{"PREPARE p FROM 'DELETE FROM notes'", "PREPARE"},
		{"DO erase()", ""},
		{"SELECT erase()", ""},
		{"CALL erase()", ""},
		{"WITH x AS (SELECT 1) DELETE FROM notes", ""},
		{"EXPLAIN DELETE FROM notes", "notes"}, // a plan, nothing more, or not even that
		{"ANALYZE DELETE FROM notes", ""},
		{"GRANT ALL ON *.* TO CURRENT_USER()", ""},
		{"SET GLOBAL max_connections = 1", ""},
		{"SELECT @@version_comment INTO @x", "INTO"}, // a variable of the session, which ends
		{"HANDLER notes OPEN", "HANDLER"},
		{"SELECT 1 /* DELETE FROM notes */ AS x -- DROP TABLE notes", "| 1 |"},
		{`SELECT 'DELETE; \'; FROM notes' AS x`, "DELETE"},
	},
}

func call(t *testing.T, tool *Tool, sql string) runners.ToolResult {
	t.Helper()
	arguments, err := json.Marshal(map[string]string{"sql": sql})
	if err != nil {
		t.Fatal(err)
	}
	result, err := tool.Call(t.Context(), arguments)
	if err != nil {
		t.Fatalf("%.200s: the tool broke: %v", sql, err)
	}
	if (result.Text == "") == (result.Problem == "") {
		t.Errorf("%.200s: text %q and problem %q: one of them must be there", sql, result.Text, result.Problem)
	}
	return result
}

// Each attack is made twice: as the examinee would, and past the tool's own look at the statement, so that it is the database that
// withstands. The role may even write to notes: granted too much, it still cannot.
func TestNothingIsWritten(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		before := l.contents(t)
		tool := newTestTool(t, l.config)
		for _, a := range attacks[l.config.Driver] {
			sql := strings.ReplaceAll(a.sql, "DIR", dir)
			if r := call(t, tool, sql); r.Problem == "" && a.harmless == "" {
				t.Errorf("%s: the tool answers %q", sql, r.Text)
			}

			g := &grid{rows: 10, bytes: 10_000}
			columns, err := tool.source.read(t.Context(), sql, nil, g.row)
			g.head(columns)
			var refused *refusal
			switch {
			case errors.As(err, &refused):
				if a.harmless != "" && !strings.Contains(a.harmless, "|cannot") && strings.HasPrefix(a.harmless, "|") {
					t.Errorf("%s: the database refuses: %s", sql, refused.text)
				}
			case err != nil:
				// Statements that end the transaction or change the protocol may end the session: it is the last one's anyway.
				t.Logf("%s: the session ends: %v", sql, err)
			case a.harmless == "":
				t.Errorf("%s: the database answers %q", sql, g.text())
			}
			if after := l.contents(t); after != before {
				t.Fatalf("%s: the tables changed:\n%s\nwere:\n%s", sql, after, before)
			}
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("files were written: %v, %v", left, err)
		}
		if r := call(t, tool, "SELECT count(*) AS n FROM articles"); !strings.Contains(r.Text, "| 7 |") {
			t.Errorf("afterwards the tool answers %+v, want 7 articles", r)
		}
		if l.config.Driver == SQLite {
			if extra, _ := filepath.Glob(filepath.Join(filepath.Dir(l.config.DSN), "*")); len(extra) != 1 {
				t.Errorf("beside the database lie %v", extra)
			}
		}
	})
}

// What one statement leaves in its session does not meet the next. The server lets go of a session a moment after we have.
func TestSessionsAreFresh(t *testing.T) {
	leave := map[string]string{
		Postgres: "SELECT set_config('viva.x', 'left', false), pg_advisory_lock(7)",
		MySQL:    "SELECT @x := 'left', GET_LOCK('viva', 1)",
	}
	look := map[string]string{
		Postgres: "SELECT nullif(current_setting('viva.x', true), '') AS x, CASE WHEN pg_try_advisory_lock(7) THEN 1 ELSE 0 END AS free",
		MySQL:    "SELECT @x AS x, IS_FREE_LOCK('viva') AS free",
	}
	onEach(t, func(t *testing.T, l live) {
		if l.config.Driver == SQLite {
			t.Skip("nothing can be left in a session of SQLite")
		}
		tool := newTestTool(t, l.config)
		call(t, tool, leave[l.config.Driver])
		var r runners.ToolResult
		for range 200 {
			if r = call(t, tool, look[l.config.Driver]); strings.Contains(r.Text, "| NULL | 1 |") {
				return
			}
		}
		t.Errorf("the setting or the lock stayed: %+v", r)
	})
}

// A role that reaches the server's files from within a SELECT is not accepted, whatever the transaction.
func TestTooMightyRolesAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		if l.everything == "" {
			t.Skip("SQLite has no roles")
		}
		c := l.config
		c.DSN = l.everything
		tool, err := NewTool(t.Context(), c)
		if err == nil {
			tool.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "GRANT SELECT") {
			t.Errorf("got error %v, want one that says how to make a role", err)
		}
		if l.config.Driver == Postgres {
			role := strings.TrimPrefix(strings.Fields(l.config.DSN)[3], "user=")
			for _, power := range []string{"pg_read_server_files", "pg_execute_server_program"} {
				l.exec(t, "GRANT "+power+" TO "+role)
				if tool, err = NewTool(t.Context(), l.config); err == nil {
					tool.Close()
				}
				if err == nil || !strings.Contains(err.Error(), power) {
					t.Errorf("%s: got error %v", power, err)
				}
				l.exec(t, "REVOKE "+power+" FROM "+role)
			}
		}
	})
}

// Statements without end are stopped, by the database or by us, and what they bring is bounded.
func TestNothingTakesForEver(t *testing.T) {
	endless := map[string][]string{
		SQLite: {
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
			"SELECT count(*) FROM " + crossJoin("articles", 15),
			"SELECT x1.body FROM " + crossJoin("articles", 9) + ", articles x1 ORDER BY x1.body, random()",
			"SELECT group_concat(xa.body) FROM " + crossJoin("articles", 15),
			"SELECT 1 WHERE (SELECT count(*) FROM " + crossJoin("articles", 15) + ") = 0",
		},
		Postgres: {
			"SELECT pg_sleep(3600)",
			"SELECT set_config('statement_timeout', '0', false), pg_sleep(3600)",
			"WITH RECURSIVE n(i) AS (SELECT 1::bigint UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
			"SELECT count(*) FROM " + crossJoin("articles", 15),
			"EXPLAIN ANALYZE SELECT pg_sleep(3600)",
			"SELECT pg_advisory_lock(1), pg_sleep(3600)",
		},
		MySQL: {
			"SELECT count(*) FROM " + crossJoin("articles", 15),
			"SELECT xa.id FROM " + crossJoin("articles", 9) + " ORDER BY rand()",
		},
	}
	onEach(t, func(t *testing.T, l live) {
		l.config.Timeout = 300 * time.Millisecond
		impatient, err := open(l.config.withDefaults(100, 32<<10), true)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { impatient.Close() })
		tool := &Tool{source: impatient} // without a schema, which a busy machine may not read so soon
		for _, sql := range endless[l.config.Driver] {
			if r := call(t, tool, sql); !strings.Contains(r.Problem, "time limit") {
				t.Errorf("%s: got %+v, want the time limit", sql, r)
			}
		}
		if l.config.Driver == MySQL { // these are woken, and say so by their value or by an error
			for _, sql := range []string{"SELECT SLEEP(3600) AS woken", "SELECT BENCHMARK(1000000000000, SHA2('x', 512)) AS woken"} {
				if r := call(t, tool, sql); !strings.Contains(r.Problem, "time limit") && !strings.Contains(r.Text, "woken") {
					t.Errorf("%s: got %+v", sql, r)
				}
			}
		}
	})
}

// Rows without end are read no further than shown.
func TestHugeResults(t *testing.T) {
	onEach(t, func(t *testing.T, l live) {
		tool := newTestTool(t, l.config)
		var m0, m1 runtime.MemStats
		runtime.ReadMemStats(&m0)
		r := call(t, tool, "SELECT xa.body FROM "+crossJoin("articles", 10))
		runtime.ReadMemStats(&m1)
		if !strings.Contains(r.Text, "Only the first 100 rows are shown") || len(r.Text) > 32<<10+200 {
			t.Errorf("a huge cross join: got %d bytes ending %q, problem %q", len(r.Text), last(r.Text, 100), r.Problem)
		}
		if used := m1.TotalAlloc - m0.TotalAlloc; used > 50<<20 {
			t.Errorf("a huge cross join took %d MB", used>>20)
		}
	})
}

// One value can be no larger than what we are ready to hold.
func TestHugeValues(t *testing.T) {
	huge := map[string]string{
		SQLite:   "SELECT hex(zeroblob(100000000)) AS x",
		Postgres: "SELECT repeat('x', 100000000) AS x",
		MySQL:    "SELECT repeat('x', 100000000) AS x", // NULL: beyond the server's max_allowed_packet
	}
	long := map[string]string{
		SQLite:   "SELECT replace(hex(zeroblob(500000)), '00', 'x|') AS x",
		Postgres: "SELECT repeat('x|', 500000) AS x",
		MySQL:    "SELECT repeat('x|', 500000) AS x",
	}
	onEach(t, func(t *testing.T, l live) {
		tool := newTestTool(t, l.config)
		if r := call(t, tool, huge[l.config.Driver]); !strings.Contains(r.Problem, "larger than") && !strings.Contains(r.Text, "| NULL |") {
			t.Errorf("100 MB: got %.200s, problem %q", r.Text, r.Problem)
		}
		if r := call(t, tool, long[l.config.Driver]); !strings.Contains(r.Text, "(1000000 bytes)") || !strings.Contains(r.Text, "1 long value was cut") || len(r.Text) > 5000 {
			t.Errorf("1 MB: got %d bytes: %.200s, problem %q", len(r.Text), r.Text, r.Problem)
		}
	})
}

func last(s string, n int) string { return s[max(0, len(s)-n):] }
