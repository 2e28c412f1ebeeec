package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", for the administrator
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// live is a database of its own for one test, filled with articles of a handbook.
type live struct {
	config Config  // what a plan would say, of a role that may only read
	admin  *sql.DB // may do everything in the database
	// everything is a DSN by which a careless plan would let the examinee be the administrator; empty in SQLite.
	everything string
	search     string // a query with :words
	fulltext   string // a query of the database's own full-text search
}

const reader, password = "viva_reader", "s3cret-'of \"viva"

// onEach runs a test on the three databases. Servers are named by VIVA_TEST_POSTGRES and VIVA_TEST_MYSQL.
func onEach(t *testing.T, test func(t *testing.T, l live)) {
	for _, d := range []struct {
		driver string
		start  func(t *testing.T) live
	}{{SQLite, liveSQLite}, {Postgres, livePostgres}, {MySQL, liveMySQL}} {
		t.Run(d.driver, func(t *testing.T) {
			l := d.start(t)
			l.config.Driver = d.driver
			l.config.Columns = Columns{ID: "id", Title: "title", Text: "{title}: {body}", Date: "since"}
			l.fulltext, l.search = documented(t, d.driver)
			l.config.Query = l.search
			test(t, l)
		})
	}
}

// documented are the two queries that docs/CONNECTORS.md shows for a database.
func documented(t *testing.T, driver string) (fulltext, words string) {
	t.Helper()
	raw, err := os.ReadFile("../../../docs/CONNECTORS.md")
	if err != nil {
		t.Fatal(err)
	}
	heading := map[string]string{Postgres: "#### PostgreSQL\n", MySQL: "#### MySQL and MariaDB\n", SQLite: "#### SQLite\n"}[driver]
	_, section, _ := strings.Cut(string(raw), heading)
	blocks := strings.SplitN(section, "```sql\n", 4)
	if len(blocks) < 3 {
		t.Fatalf("docs/CONNECTORS.md has no two queries under %q", heading)
	}
	fulltext, _, _ = strings.Cut(blocks[1], "```")
	words, _, _ = strings.Cut(blocks[2], "```")
	return fulltext, words
}

func (l live) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := l.admin.Exec(s); err != nil {
			t.Fatalf("%.200s: %v", s, err)
		}
	}
}

var articles = [][4]string{
	{"a1", "Annual leave", "Employees have 28 days of leave a year.", "2026-01-01"},
	{"a2", "Travel", "Employees book trains. Leave the receipt with finance.", "2025-07-01"},
	{"a3", "年假规定", "全职员工每年享有二十八天年假。", "2026-02-01"},
	{"a4", "छुट्टी नीति", "हर कर्मचारी को साल में अट्ठाईस दिन की छुट्टी मिलती है।", "2026-03-01"},
	{"a5", "Copy", "Warehouse stock counts happen quarterly.", "2024-05-05"},
	{"a6", "Copy", "Warehouse stock counts happen quarterly.", "2024-05-05"},
	{"a7", "O'Brien's rule", "It's 100% \"quoted\" \\ and; -- dashed.", "2024-05-05"},
}

func (l live) fill(t *testing.T, text string) {
	t.Helper()
	l.exec(t, "CREATE TABLE articles (id "+text+" PRIMARY KEY, title "+text+", body "+text+" NOT NULL, since date)",
		"CREATE TABLE notes (id integer PRIMARY KEY, article "+text+" REFERENCES articles(id), note "+text+")")
	for _, a := range articles {
		l.exec(t, "INSERT INTO articles VALUES ('"+strings.Join([]string{a[0], double(a[1]), double(a[2]), a[3]}, "', '")+"')")
	}
	l.exec(t, "INSERT INTO notes VALUES (1, 'a1', 'kept')")
}

func double(s string) string { return strings.ReplaceAll(s, "'", "''") }

// contents is all that the tables hold, to see that nothing was changed.
func (l live) contents(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, q := range []string{"SELECT id, title, body FROM articles ORDER BY id", "SELECT id, article, note FROM notes ORDER BY id"} {
		rows, err := l.admin.Query(q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		for rows.Next() {
			var a, b, c string
			if err := rows.Scan(&a, &b, &c); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, a, b, c)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return all.String()
}

func liveSQLite(t *testing.T) live {
	path := filepath.Join(t.TempDir(), "hand book?.db") // a name that a URI must escape
	l := live{admin: admin(t, "sqlite3", "file:"+strings.ReplaceAll(path, "?", "%3f"))}
	l.fill(t, "text")
	l.exec(t, "CREATE VIRTUAL TABLE found USING fts4(title, body)", "INSERT INTO found(rowid, title, body) SELECT rowid, title, body FROM articles")
	l.config.DSN = path
	return l
}

func livePostgres(t *testing.T) live {
	dsn := os.Getenv("VIVA_TEST_POSTGRES")
	if dsn == "" {
		t.Skip("set VIVA_TEST_POSTGRES to a PostgreSQL server's address, as .ci/databases does")
	}
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name, role := unique(t, "viva_test"), unique(t, reader)
	server := admin(t, "pgx", dsn)
	mustExec(t, server, "CREATE DATABASE "+name, "CREATE ROLE "+role+" LOGIN PASSWORD '"+double(password)+"'")
	t.Cleanup(func() {
		mustExec(t, server, "DROP DATABASE "+name+" WITH (FORCE)", "DROP ROLE "+role)
	})
	at := func(user, password string) string {
		return fmt.Sprintf("host=%s port=%d dbname=%s user=%s password='%s' sslmode=disable", c.Host, c.Port, name, user,
			strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(password))
	}
	l := live{everything: at(c.User, c.Password)}
	l.admin = admin(t, "pgx", l.everything)
	l.fill(t, "text")
	l.exec(t, "CREATE SEQUENCE numbers", "GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO "+role, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role,
		"CREATE FUNCTION erase() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM notes RETURNING 1'",
		// even with the right to write, nothing is written
		"GRANT INSERT, UPDATE, DELETE ON notes TO "+role)
	if _, err := l.admin.Exec("CREATE EXTENSION dblink"); err != nil {
		t.Logf("dblink is not installed on this server: %v", err)
	}
	l.config.DSN = at(role, password)
	return l
}

func liveMySQL(t *testing.T) live {
	dsn := os.Getenv("VIVA_TEST_MYSQL")
	if dsn == "" {
		t.Skip("set VIVA_TEST_MYSQL to a MariaDB or MySQL server's address, as .ci/databases does")
	}
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name, user := unique(t, "viva_test"), unique(t, "viva_r")
	server := admin(t, "mysql", dsn)
	mustExec(t, server, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4", "CREATE USER "+user+" IDENTIFIED BY '"+double(password)+"'")
	t.Cleanup(func() { mustExec(t, server, "DROP DATABASE "+name, "DROP USER "+user) })
	c.DBName = name
	l := live{everything: c.FormatDSN()}
	l.admin = admin(t, "mysql", l.everything)
	l.fill(t, "varchar(200)")
	l.exec(t, "ALTER TABLE articles ADD FULLTEXT (title, body)",
		"CREATE FUNCTION erase() RETURNS int DETERMINISTIC BEGIN DELETE FROM notes; RETURN 1; END",
		"GRANT SELECT, EXECUTE ON "+name+".* TO "+user, "GRANT INSERT, UPDATE, DELETE, CREATE, DROP ON "+name+".* TO "+user)
	c.User, c.Passwd = user, password
	l.config.DSN = c.FormatDSN()
	return l
}

func admin(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func mustExec(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// unique is a name that no other test of any process uses now.
func unique(t *testing.T, prefix string) string {
	return fmt.Sprintf("%s_%d_%x", prefix, os.Getpid(), fnv32(t.Name()))
}

func fnv32(s string) (h uint32) {
	h = 2166136261
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func newTestTool(t *testing.T, c Config) *Tool {
	t.Helper()
	tool, err := NewTool(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tool.Close() })
	return tool
}

func openTest(t *testing.T, c Config) *Retriever {
	t.Helper()
	r, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}
