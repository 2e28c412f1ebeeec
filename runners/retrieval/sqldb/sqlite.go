package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

var sqliteDialect = dialect{name: "SQLite", backtick: true, bracket: true, quote: `"`}

type sqliteFile struct {
	db    *sql.DB
	limit time.Duration
	only  []string
	all   func() *sql.DB // opens the file once more, without regard to only
}

// openSQLite opens the file so that it cannot be written: the handle is read-only, query_only is on, and an authorizer lets pass what
// reading takes and nothing else.
func (s *source) openSQLite(fresh bool) error {
	s.secrets = nil // a path is none
	path, query, err := sqlitePath(s.config.DSN)
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err != nil {
		return fmt.Errorf("dsn: %w", err)
	} else if info.IsDir() {
		return fmt.Errorf("dsn: %s is a folder", path)
	}
	s.name = filepath.Base(path)
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=ro&_query_only=1&_busy_timeout=5000" + query
	with := func(only []string) *sql.DB {
		d := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
			c.SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, largestRow)
			c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
			if _, err := c.Exec("PRAGMA trusted_schema = 0", nil); err != nil { // views and triggers of the file call no odd functions
				return err
			}
			may, err := accessOf(c, only)
			if err != nil {
				return err
			}
			c.RegisterAuthorizer(authorizer(may))
			return nil
		}}
		db := sql.OpenDB(sqliteConnector{d, dsn})
		db.SetMaxIdleConns(idle(fresh))
		return db
	}
	s.database = sqliteFile{with(s.config.Tables), s.config.Timeout, s.config.Tables, func() *sql.DB { return with(nil) }}
	return nil
}

// sqlitePath reads a DSN: a path, or file:path, which may end in ?immutable=1 for files on media that nobody writes.
func sqlitePath(dsn string) (path, query string, err error) {
	rest, isURI := strings.CutPrefix(dsn, "file:")
	if !isURI {
		return dsn, "", nil
	}
	path, options, _ := strings.Cut(rest, "?")
	switch options {
	case "", "mode=ro":
	case "immutable=1", "mode=ro&immutable=1", "immutable=1&mode=ro":
		query = "&immutable=1"
	default:
		return "", "", fmt.Errorf("dsn: %q: the one option of a SQLite file is immutable=1; it is always opened read-only", options)
	}
	if path, err = url.PathUnescape(strings.TrimPrefix(path, "//")); err != nil {
		return "", "", fmt.Errorf("dsn: %w", err)
	}
	return path, query, nil
}

type sqliteConnector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
}

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c sqliteConnector) Driver() driver.Driver                        { return c.driver }

// sqliteRecursive is SQLITE_RECURSIVE, which the driver does not name.
const sqliteRecursive = 33

// shadows are what SQLite adds to the name of a full-text or R-tree table for the tables in which it keeps that one's contents.
var shadows = []string{"_content", "_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config", "_node", "_parent", "_rowid"}

// access says which tables of a file may be read. The zero access is to all of them.
type access struct {
	only   []string        // as the plan names them
	hidden map[string]bool // the file's other tables, in lower case, less those in which a named one keeps its contents
}

// accessOf asks the file for the tables that are not named. It must be asked before the authorizer is on, and in each session, as a file
// may get new tables.
func accessOf(c *sqlite3.SQLiteConn, only []string) (access, error) {
	a := access{only: only, hidden: map[string]bool{}}
	if len(only) == 0 {
		return a, nil
	}
	rows, err := c.Query(`SELECT lower(name), sql LIKE 'CREATE VIRTUAL TABLE%' FROM sqlite_schema WHERE type IN ('table', 'view')`, nil)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	keeps := map[string]bool{}
	for row := make([]driver.Value, 2); ; {
		switch err := rows.Next(row); {
		case errors.Is(err, io.EOF):
			maps.DeleteFunc(a.hidden, func(name string, _ bool) bool { return keeps[name] })
			return a, nil
		case err != nil:
			return a, err
		}
		name := fmt.Sprint(row[0])
		switch {
		case !a.named(name):
			a.hidden[name] = true
		case row[1] == int64(1):
			for _, end := range shadows {
				keeps[name+end] = true
			}
		}
	}
}

func (a access) named(table string) bool {
	return slices.ContainsFunc(a.only, func(name string) bool { return strings.EqualFold(name, table) })
}

// reads reports whether what goes by the name may be read. A name that the file does not know is one that the statement itself gives, in
// WITH or to a subquery.
func (a access) reads(name string) bool {
	name = strings.ToLower(name)
	return len(a.only) == 0 || !a.hidden[name] && !strings.HasPrefix(name, "sqlite_")
}

// authorizer lets pass reading, of the named tables only if any are named, and the pragmas that describe tables. ATTACH, VACUUM INTO,
// load_extension and all else that reaches beyond the file is denied when the statement is compiled.
func authorizer(may access) func(op int, a, b, c string) int {
	describing := []string{"table_info", "table_xinfo", "foreign_key_list", "table_list", "index_list", "index_info"}
	return func(op int, a, b, _ string) int {
		ok := false
		switch op {
		case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqliteRecursive:
			ok = true
		case sqlite3.SQLITE_READ:
			ok = may.reads(a)
		case sqlite3.SQLITE_FUNCTION:
			ok = !slices.Contains([]string{"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}, strings.ToLower(b))
		case sqlite3.SQLITE_PRAGMA:
			ok = slices.Contains(describing, strings.ToLower(a)) && (len(may.only) == 0 || may.named(b))
		}
		if ok {
			return sqlite3.SQLITE_OK
		}
		return sqlite3.SQLITE_DENY
	}
}

func (f sqliteFile) close() { f.db.Close() }

func (f sqliteFile) trust(context.Context) error { return nil }

func (f sqliteFile) read(ctx context.Context, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	return f.readFrom(ctx, f.db, statement, args, row)
}

func (f sqliteFile) readFrom(ctx context.Context, db *sql.DB, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	limited, cancel := context.WithTimeout(ctx, f.limit)
	defer cancel()
	c, err := db.Conn(limited)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	defer c.Close()
	columns, err := f.plain(limited, cancel, c, statement, args, row)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return nil, stopped(f.limit)
	}
	return columns, f.refused(err)
}

// plain runs the statement so that its values come as they are stored. The driver makes times of what stands in columns declared as
// dates, and year 1 of what it cannot read; an expression has no declared type, and +x is one whose value is that of x.
func (f sqliteFile) plain(ctx context.Context, cancel func(), c *sql.Conn, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	none := func([]string, []cell) bool { return true }
	if strings.EqualFold(firstWord(sqliteDialect, statement), "EXPLAIN") {
		return readOnly(ctx, cancel, c, nil, statement, args, row)
	}
	if _, err := readOnly(ctx, cancel, c, nil, "EXPLAIN "+statement, args, none); err != nil { // compiles it as it stands
		return nil, err
	}
	columns, err := readOnly(ctx, cancel, c, nil, "SELECT * FROM ("+statement+"\n) LIMIT 0", args, none)
	if err != nil {
		return nil, err
	}
	short := make([]string, len(columns))
	for i := range columns {
		short[i] = fmt.Sprintf("c%d", i+1)
	}
	wrapped := fmt.Sprintf("WITH viva_result(%s) AS (%s\n) SELECT +%s FROM viva_result", strings.Join(short, ", "), statement, strings.Join(short, ", +"))
	_, err = readOnly(ctx, cancel, c, nil, wrapped, args, func(_ []string, cells []cell) bool { return row(columns, cells) })
	return columns, err
}

// refused makes a refusal of what SQLite has against the statement. A file that is locked, broken or unreadable is not its fault.
func (f sqliteFile) refused(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case sqlite3.ErrError, sqlite3.ErrAuth, sqlite3.ErrReadonly, sqlite3.ErrMismatch, sqlite3.ErrRange:
		return &refusal{e.Error()}
	case sqlite3.ErrTooBig:
		return tooLarge()
	}
	return err
}

func (f sqliteFile) tables(ctx context.Context) ([]table, error) {
	db := f.all() // sqlite_schema itself is not among the tables that may be read
	defer db.Close()
	var list tableList
	_, err := f.readFrom(ctx, db, `SELECT m.name, m.type = 'table', p.name, p.type, p.pk > 0,
			(SELECT min(f."table" || coalesce('.' || f."to", '')) FROM pragma_foreign_key_list(m.name) f WHERE f."from" = p.name COLLATE NOCASE)
		FROM sqlite_schema m, pragma_table_info(m.name) p
		WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY m.name, p.cid`, nil,
		func(_ []string, v []cell) bool {
			if chosen(f.only, v[0].text) {
				list.add(sqliteDialect.ident(v[0].text), v[1].text == "1", column{sqliteDialect.ident(v[2].text), strings.ToLower(v[3].text), v[4].text == "1", v[5].text})
			}
			return true
		})
	return list.tables, err
}
