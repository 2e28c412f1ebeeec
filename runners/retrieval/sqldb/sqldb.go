// Package sqldb lets an examinee's book, or the examinee itself, read from a SQL database: PostgreSQL, MySQL or MariaDB, SQLite.
//
// A [Retriever] asks a query that the plan gives; a [Tool] asks what the examinee writes. Either way
//
//  1. values are bound and never become part of the SQL;
//  2. the statement runs in a transaction that the database itself holds to be read-only, that has a time limit, and that is always
//     rolled back;
//  3. rows are streamed and no more of them are read than are wanted.
package sqldb

import (
	"errors"
	"fmt"
	"time"
)

// Names of the databases that a [Config] may choose.
const (
	Postgres = "postgres"
	MySQL    = "mysql" // and MariaDB
	SQLite   = "sqlite"
)

// Config is a database and how to search it. Driver and DSN are needed, and Query for a [Retriever].
type Config struct {
	Driver string `yaml:"driver"` // postgres, mysql, sqlite
	// DSN says where the database is: postgres://user:password@host:5432/name, user:password@tcp(host:3306)/name, or a file's path.
	DSN string `yaml:"dsn"`
	// Query is the search, with the placeholders :question, :terms, :any, :words and :k; see [Retriever].
	Query   string  `yaml:"query"`
	Columns Columns `yaml:"columns"`
	// Tables are those that the tool tells the examinee about; none: all that the role may read. In SQLite, which knows no grants, the
	// tool can read no others.
	Tables   []string      `yaml:"tables"`
	Timeout  time.Duration `yaml:"timeout"`   // of a statement; 0: 10 s
	MaxRows  int           `yaml:"max_rows"`  // of a result; 0: 1,000 passages, 100 rows of a tool's table
	MaxBytes int           `yaml:"max_bytes"` // of a result's text; 0: 1 MiB of passages, 32 KiB of a tool's table
}

// Columns says how a row becomes a passage. Each field is the name of a column, or a text with names of columns in braces:
// "Order {order_id}, {customer}".
type Columns struct {
	ID    string `yaml:"id"`    // must tell the rows apart; empty: the column id
	Title string `yaml:"title"` // empty: no title
	Text  string `yaml:"text"`  // empty: all columns, a line each, as "name: value"
	Date  string `yaml:"date"`  // since when the row holds, as 2026-03-31 or with a time behind it; empty: not stated
}

const (
	defaultTimeout = 10 * time.Second
	// connectTimeout is how long a new session may take.
	connectTimeout = 10 * time.Second
	// grace is how much longer than the server's own time limit we wait for it to speak.
	grace = 2 * time.Second
	// sessions is how many statements run at once; more wait. Databases allow about a hundred sessions, for everybody.
	sessions = 8
	// largestRow is how many bytes of one row, or of one value in SQLite, are taken into memory at most.
	largestRow = 16 << 20
)

// withDefaults fills in what is not said.
func (c Config) withDefaults(rows, bytes int) Config {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.MaxRows == 0 {
		c.MaxRows = rows
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = bytes
	}
	return c
}

// check refuses limits that cannot be meant.
func (c Config) check() error {
	switch {
	case c.DSN == "":
		return errors.New("dsn: empty; it says where the database is")
	case c.Timeout < 10*time.Millisecond || c.Timeout > time.Hour:
		return fmt.Errorf("timeout: %s, must be between 10ms and 1h", c.Timeout)
	case c.MaxRows < 1 || c.MaxRows > 1_000_000:
		return fmt.Errorf("max_rows: %d, must be between 1 and 1000000", c.MaxRows)
	case c.MaxBytes < 256 || c.MaxBytes > 1<<30:
		return fmt.Errorf("max_bytes: %d, must be between 256 and %d", c.MaxBytes, 1<<30)
	}
	return nil
}
