package sqldb

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// Only the tables that the plan names can be read: those of like names cannot, and neither can what holds on to them. What a full-text table
// keeps elsewhere can, and so can the names that a statement gives itself.
func TestTablesOfLikeNamesStayClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY, city TEXT);
		INSERT INTO customers VALUES (1, 'Leipzig'), (2, 'Pune');
		CREATE TABLE customers_config (v TEXT); INSERT INTO customers_config VALUES ('secret');
		CREATE TABLE found_data (v TEXT); INSERT INTO found_data VALUES ('secret');
		CREATE TABLE salaries (v TEXT); INSERT INTO salaries VALUES ('secret');
		CREATE VIEW open AS SELECT * FROM salaries;
		CREATE VIRTUAL TABLE found USING fts4(body); INSERT INTO found VALUES ('leave days')`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	tool := newTestTool(t, Config{Driver: SQLite, DSN: path, Tables: []string{"Customers", "found"}})
	for _, test := range []struct{ sql, want string }{
		{"SELECT v FROM customers_config", ""},
		{"SELECT v FROM CUSTOMERS_CONFIG", ""},
		{"SELECT (SELECT v FROM customers_config)", ""},
		{"SELECT v FROM salaries", ""},
		{"SELECT count(*) FROM salaries", ""},
		{"SELECT v FROM open", ""},
		{"WITH x AS (SELECT v FROM salaries) SELECT v FROM x", ""},
		{"SELECT sql FROM sqlite_schema", ""},
		{"SELECT * FROM sqlite_master", ""},
		{"SELECT * FROM pragma_table_info('salaries')", ""},
		{"SELECT * FROM pragma_table_list", ""},
		{"SELECT city FROM customers WHERE id = 2", "| Pune |"},
		{"SELECT body FROM found WHERE found MATCH 'leave'", "| leave days |"},
		{"WITH x AS (SELECT id FROM customers) SELECT count(*) FROM x", "| 2 |"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT count(*) FROM r", "| 5 |"},
		{"SELECT count(*) FROM (SELECT city FROM customers) AS c", "| 2 |"},
		{"SELECT value FROM json_each('[7]')", "| 7 |"},
		{"SELECT name FROM pragma_table_info('customers') WHERE pk", "| id |"},
	} {
		arguments, _ := json.Marshal(map[string]string{"sql": test.sql})
		r, err := tool.Call(t.Context(), arguments)
		switch {
		case err != nil:
			t.Errorf("%s: %v", test.sql, err)
		case strings.Contains(r.Text+r.Problem, "secret"), test.want == "" && r.Problem == "":
			t.Errorf("%s reads what it must not:\n%s%s", test.sql, r.Text, r.Problem)
		case !strings.Contains(r.Text, test.want):
			t.Errorf("%s: %q %q, want %q", test.sql, r.Text, r.Problem, test.want)
		}
	}
}

// A file that is not there is named.
func TestMissingFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere.db")
	if _, err := NewTool(t.Context(), Config{Driver: SQLite, DSN: path}); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
}
