package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

var postgresDialect = dialect{name: "PostgreSQL", dollar: true, nested: true, escapeStrings: true, numbered: true, quote: `"`}

type postgres struct {
	pool  *pgxpool.Pool
	limit time.Duration
	only  []string
}

func (s *source) openPostgres(fresh bool) error {
	c, err := pgxpool.ParseConfig(s.config.DSN)
	if err == nil && mistaken(c.ConnConfig) {
		err = errors.New("mistaken")
	}
	if err != nil { // its text may hold parts of the DSN
		return errors.New("dsn: not a PostgreSQL address; write it as postgres://user:password@host:5432/database")
	}
	s.name = c.ConnConfig.Database
	s.secrets = append(s.secrets, c.ConnConfig.Password)
	c.MaxConns, c.MinConns, c.MinIdleConns = sessions, 0, 0
	if c.ConnConfig.ConnectTimeout == 0 || c.ConnConfig.ConnectTimeout > connectTimeout {
		c.ConnConfig.ConnectTimeout = connectTimeout
	}
	c.ConnConfig.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	c.ConnConfig.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		f := pgproto3.NewFrontend(r, w)
		f.SetMaxBodyLen(largestRow)
		return f
	}
	if fresh {
		c.AfterRelease = func(*pgx.Conn) bool { return false }
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), c)
	if err != nil {
		return err
	}
	s.database = postgres{pool, s.config.Timeout, s.config.Tables}
	return nil
}

// mistaken reports whether an address with a slip in it was read as something else, such as "postgres//user:password@host/name?a=b" as
// the setting of a parameter: errors would then show the password as a name.
func mistaken(c *pgx.ConnConfig) bool {
	for name := range c.RuntimeParams {
		if !plainName.MatchString(strings.ReplaceAll(name, ".", "_")) {
			return true
		}
	}
	return strings.ContainsAny(c.Host, "@?") || strings.ContainsAny(c.Database, "@") && c.Password == ""
}

func (p postgres) close() { p.pool.Close() }

// read speaks the extended protocol, which takes one statement only and binds every value, and lets the server write all values as
// text, so that they are shown as the database itself would show them.
func (p postgres) read(ctx context.Context, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	pooled, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer pooled.Release()
	c := pooled.Conn().PgConn()
	ctx, cancel := context.WithTimeout(ctx, p.limit+grace)
	defer cancel() // before Release: a session that is still sending is closed and not given to the next caller

	// A transaction that has read something can no longer be made one that writes (SET TRANSACTION).
	begin := fmt.Sprintf("BEGIN READ ONLY; SET LOCAL statement_timeout = %d; SELECT 1", p.limit.Milliseconds())
	if err := c.Exec(ctx, begin).Close(); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	columns, err := p.rows(ctx, cancel, c, statement, args, row)
	if !c.IsClosed() && !c.IsBusy() {
		if end := c.Exec(ctx, "ROLLBACK").Close(); end != nil && err == nil && ctx.Err() == nil {
			err = fmt.Errorf("roll back: %w", end)
		}
	}
	return columns, err
}

func (p postgres) rows(ctx context.Context, cancel func(), c *pgconn.PgConn, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	values := make([][]byte, len(args))
	for i, a := range args {
		values[i] = []byte(fmt.Sprint(a)) // never nil, which would be NULL
	}
	result := c.ExecParams(ctx, statement, values, nil, nil, nil)
	var columns []string
	var cells []cell
	done := false
	for !done && result.NextRow() {
		fields := result.FieldDescriptions()
		if columns == nil {
			columns, cells = names(fields), make([]cell, len(fields))
		}
		for i, v := range result.Values() {
			cells[i] = cell{text: string(v), null: v == nil}
			if fields[i].DataTypeOID == pgtype.ByteaOID && v != nil {
				cells[i].text = bytesText((len(v) - len(`\x`)) / 2)
			}
		}
		done = !row(columns, cells)
	}
	if done { // what the server still has to say is not waited for
		cancel()
		result.Close()
		return columns, nil
	}
	if columns == nil {
		columns = names(result.FieldDescriptions())
	}
	if _, err := result.Close(); err != nil {
		return nil, p.refused(err)
	}
	return columns, nil
}

func names(fields []pgconn.FieldDescription) []string {
	columns := make([]string, len(fields))
	for i, f := range fields {
		columns[i] = f.Name
	}
	return columns
}

// refused makes a refusal of what the server has against the statement. Lost connections, a server that shuts down or lacks memory,
// and internal errors are not the statement's fault. Classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
func (p postgres) refused(err error) error {
	var large *pgproto3.ExceededMaxBodyLenErr
	if errors.As(err, &large) {
		return tooLarge()
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case e.Code == "57014": // query_canceled
		return stopped(p.limit)
	case e.Code == "53400", e.Code == "54000": // a limit set for the role; a statement too complex
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "58"), strings.HasPrefix(e.Code, "XX"):
		return err
	}
	text := e.Message
	if e.Position > 0 {
		text += fmt.Sprintf(" (at character %d)", e.Position)
	}
	if e.Hint != "" {
		text += "; hint: " + e.Hint
	}
	return &refusal{text}
}

// trust refuses roles that can reach the server's files and programs from within a SELECT, which no read-only transaction prevents.
// The session's user counts, not the current role: a statement can go back to it.
func (p postgres) trust(ctx context.Context) error {
	var user string
	var powers []string
	_, err := p.read(ctx, `SELECT session_user, power FROM (
		SELECT 'superuser' AS power FROM pg_roles WHERE rolname = session_user AND rolsuper
		UNION ALL
		SELECT rolname FROM pg_roles WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
			AND pg_has_role(session_user, oid, 'MEMBER')) AS p ORDER BY power = 'superuser' DESC, power`, nil,
		func(_ []string, cells []cell) bool {
			user, powers = cells[0].text, append(powers, cells[1].text)
			return cells[1].text != "superuser"
		})
	if err != nil || len(powers) == 0 {
		return err
	}
	return &ConfigError{fmt.Errorf("the role %s is %s, whose SELECT can read and write files of the server; give the examinee a role of its own: "+
		"CREATE ROLE viva LOGIN PASSWORD '...'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO viva", user, strings.Join(powers, ", "))}
}

// tables lists those that the role may select from, and of them the columns that it may.
func (p postgres) tables(ctx context.Context) ([]table, error) {
	var list tableList
	_, err := p.read(ctx, `SELECT n.nspname, c.relname,
			CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
			c.relkind IN ('r', 'p'), quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
			EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
			(SELECT quote_ident(t.relname) || '.' || quote_ident(ta.attname) FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid
				JOIN pg_attribute ta ON ta.attrelid = f.confrelid AND ta.attnum = f.confkey[array_position(f.conkey, a.attnum)]
				WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey) ORDER BY f.conname LIMIT 1)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
			AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
			AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
		ORDER BY n.nspname <> coalesce(current_schema(), ''), n.nspname, c.relname, a.attnum`, nil,
		func(_ []string, v []cell) bool {
			if chosen(p.only, v[1].text, v[0].text+"."+v[1].text, v[2].text) {
				list.add(v[2].text, v[3].text == "t", column{v[4].text, v[5].text, v[6].text == "t", v[7].text})
			}
			return true
		})
	return list.tables, err
}
