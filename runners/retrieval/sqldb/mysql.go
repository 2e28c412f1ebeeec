package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

var mysqlDialect = dialect{name: "MySQL/MariaDB", hash: true, backslash: true, spacedDashes: true, backtick: true, quote: "`"}

// Errors of https://mariadb.com/kb/en/mariadb-error-codes/ and https://dev.mysql.com/doc/mysql-errors/8.4/en/ that are told apart.
const (
	mysqlNoSuchVariable = 1193
	mysqlAccessDenied   = 1045
	mysqlLacksPrivilege = 1227
	mariadbTimeout      = 1969
	mysqlTimeout        = 3024
)

// mysqlInfrastructure are errors that no statement of an examinee can be blamed for: too many sessions, out of memory or disk, a
// server that shuts down, a session killed by somebody else.
var mysqlInfrastructure = []uint16{1021, 1037, 1038, 1040, 1041, 1053, 1203, 1226, 1317, 1927}

type mysqlServer struct {
	db    *sql.DB
	limit time.Duration
	only  []string
}

func (s *source) openMySQL(fresh bool) error {
	c, err := mysql.ParseDSN(s.config.DSN)
	if err != nil { // its text may hold parts of the DSN
		return errors.New("dsn: not a MySQL address; write it as user:password@tcp(host:3306)/database")
	}
	s.name = c.DBName
	s.secrets = append(s.secrets, c.Passwd)
	// Whatever the DSN says: one statement at a time, values bound by the server, no file of this machine sent to it, dates as they are.
	c.MultiStatements, c.InterpolateParams, c.AllowAllFiles, c.ParseTime = false, false, false, false
	c.RejectReadOnly = false // else a refused write would look like a lost connection
	c.Logger = &mysql.NopLogger{}
	if c.Timeout == 0 || c.Timeout > connectTimeout {
		c.Timeout = connectTimeout
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(limited{connector, s.config.Timeout})
	db.SetMaxIdleConns(idle(fresh))
	s.database = mysqlServer{db, s.config.Timeout, s.config.Tables}
	return nil
}

// idle is how many sessions are kept for the next statement.
func idle(fresh bool) int {
	if fresh {
		return -1
	}
	return sessions
}

// limited makes sessions that are read-only and have a time limit from the start.
type limited struct {
	driver.Connector
	limit time.Duration
}

// Connect takes no longer than connectTimeout. MariaDB and MySQL name the time limit differently.
func (l limited) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c, err := l.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	set := func(assignment string) error {
		_, err := c.(driver.ExecerContext).ExecContext(ctx, "SET SESSION "+assignment, nil)
		return err
	}
	err = set(fmt.Sprintf("max_statement_time = %.3f", l.limit.Seconds()))
	var e *mysql.MySQLError
	if errors.As(err, &e) && e.Number == mysqlNoSuchVariable {
		err = set(fmt.Sprintf("max_execution_time = %d", l.limit.Milliseconds()))
	}
	if err == nil {
		err = set("TRANSACTION READ ONLY")
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (m mysqlServer) close() { m.db.Close() }

func (m mysqlServer) read(ctx context.Context, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	c, err := m.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer c.Close()
	limited, cancel := context.WithTimeout(ctx, m.limit+grace)
	defer cancel()
	columns, err := readOnly(limited, cancel, c, &sql.TxOptions{ReadOnly: true}, statement, args, row)
	return columns, m.refused(err)
}

// readOnly runs a statement in a transaction and rolls it back. When row has enough, cancel ends the statement, and with MySQL the
// session too, so that the rest is not waited for.
func readOnly(ctx context.Context, cancel func(), c *sql.Conn, options *sql.TxOptions, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	tx, err := c.BeginTx(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	rows, err := tx.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]string, len(types))
	for i, t := range types {
		columns[i] = t.Name()
	}
	values, cells := make([]any, len(types)), make([]cell, len(types))
	into := make([]any, len(types))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, v := range values {
			cells[i] = cellOf(v, types[i].DatabaseTypeName())
		}
		if !row(columns, cells) {
			cancel()
			return columns, nil
		}
	}
	return columns, rows.Err()
}

// refused makes a refusal of what the server has against the statement.
func (m mysqlServer) refused(err error) error {
	var e *mysql.MySQLError
	switch {
	case !errors.As(err, &e), slices.Contains(mysqlInfrastructure, e.Number):
		return err
	case e.Number == mariadbTimeout, e.Number == mysqlTimeout:
		return stopped(m.limit)
	}
	return &refusal{e.Message}
}

// trust refuses users with the right FILE, whose SELECT can write files on the server (INTO OUTFILE) and read them (LOAD_FILE),
// which no read-only transaction prevents. The server is asked by trying to write where there can be no file: of grants we would see
// only a part, as roles hide others.
func (m mysqlServer) trust(ctx context.Context) error {
	_, err := m.raw(ctx, "SELECT 1 INTO OUTFILE '/dev/null/viva'")
	var e *mysql.MySQLError
	switch {
	case errors.As(err, &e) && (e.Number == mysqlAccessDenied || e.Number == mysqlLacksPrivilege):
		return nil
	case err != nil && e == nil:
		return err
	}
	return &ConfigError{errors.New("the user has the right FILE, by which SELECT can write and read files of the server; give the examinee a user of its own: " +
		"CREATE USER viva IDENTIFIED BY '...'; GRANT SELECT ON database.* TO viva")}
}

// raw is read without rows and with the server's own error.
func (m mysqlServer) raw(ctx context.Context, statement string) ([]string, error) {
	c, err := m.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, m.limit+grace)
	defer cancel()
	return readOnly(ctx, cancel, c, &sql.TxOptions{ReadOnly: true}, statement, nil, func([]string, []cell) bool { return true })
}

// tables lists what information_schema shows the user; without a database in the DSN, of all databases.
func (m mysqlServer) tables(ctx context.Context) ([]table, error) {
	var list tableList
	_, err := m.read(ctx, `SELECT c.table_schema, c.table_name, c.table_schema = coalesce(database(), ''), t.table_type = 'BASE TABLE',
			c.column_name, c.column_type, c.column_key = 'PRI',
			(SELECT min(concat(k.referenced_table_name, '.', k.referenced_column_name)) FROM information_schema.key_column_usage k
				WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
				AND k.referenced_table_name IS NOT NULL)
		FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = database() OR (database() IS NULL AND c.table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys'))
		ORDER BY c.table_schema, c.table_name, c.ordinal_position`, nil,
		func(_ []string, v []cell) bool {
			name := mysqlDialect.ident(v[1].text)
			if v[2].text != "1" {
				name = mysqlDialect.ident(v[0].text) + "." + name
			}
			if chosen(m.only, v[1].text, v[0].text+"."+v[1].text, name) {
				list.add(name, v[3].text == "1", column{mysqlDialect.ident(v[4].text), strings.ToLower(v[5].text), v[6].text == "1", v[7].text})
			}
			return true
		})
	return list.tables, err
}
