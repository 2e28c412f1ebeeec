package sqldb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// database is a server or file of one kind.
type database interface {
	// read runs one statement in a read-only transaction, hands over rows until there are no more or row says false, and rolls back. It
	// returns the names of the columns. What is wrong with the statement is a *refusal.
	read(ctx context.Context, statement string, args []any, row func(columns []string, cells []cell) bool) ([]string, error)
	// tables describes what may be read, in a fixed order; of all tables, or of those named.
	tables(ctx context.Context) ([]table, error)
	// trust returns an error when the session could do harm that a read-only transaction does not prevent.
	trust(ctx context.Context) error
	close()
}

// cell is one value of a row as text.
type cell struct {
	text string
	null bool
}

// ConfigError says that a configuration cannot work as it is written: the database could be asked, or need not be.
type ConfigError struct{ Err error }

func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// refusal is what a database says when the statement itself is at fault, or was stopped at a limit.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

// source is a database with the limits of its configuration.
type source struct {
	database
	dialect dialect
	name    string // of the database, for the origin of passages
	config  Config
	secrets []string      // what no error may show
	free    chan struct{} // holds a token for each statement that runs
}

// open makes a source without speaking to it. With fresh, every statement gets a session of its own, so that nothing a statement
// leaves behind in its session (settings, locks, temporary objects) meets the next one.
func open(c Config, fresh bool) (*source, error) {
	if err := c.check(); err != nil {
		return nil, &ConfigError{err}
	}
	s := &source{config: c, free: make(chan struct{}, sessions), secrets: []string{c.DSN}}
	var err error
	switch c.Driver {
	case Postgres:
		s.dialect = postgresDialect
		err = s.openPostgres(fresh)
	case MySQL:
		s.dialect = mysqlDialect
		err = s.openMySQL(fresh)
	case SQLite:
		s.dialect = sqliteDialect
		err = s.openSQLite(fresh)
	default:
		err = fmt.Errorf("driver: %q, choose from: %s, %s, %s", c.Driver, Postgres, MySQL, SQLite)
	}
	if err != nil {
		return nil, &ConfigError{s.scrub(err)}
	}
	return s, nil
}

// Close ends the sessions.
func (s *source) Close() error {
	s.close()
	return nil
}

// read is that of the database, one of few at a time and within the time limit. The end of ctx comes back as ctx's own error.
func (s *source) read(ctx context.Context, statement string, args []any, row func([]string, []cell) bool) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.free <- struct{}{}:
		defer func() { <-s.free }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	columns, err := s.database.read(ctx, statement, args, row)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return columns, s.scrub(err)
}

// scrub takes the credentials out of an error. A refusal speaks of the statement alone.
func (s *source) scrub(err error) error {
	var r *refusal
	if err == nil || errors.As(err, &r) {
		return err
	}
	text := err.Error()
	clean := text
	for _, secret := range s.secrets {
		if secret != "" {
			clean = strings.ReplaceAll(clean, secret, "…")
		}
	}
	if clean == text {
		return err
	}
	return errors.New(clean)
}

// stopped is the refusal of a statement that ran into the time limit.
func stopped(limit time.Duration) *refusal {
	return &refusal{fmt.Sprintf("stopped after %s, the time limit of a statement", limit)}
}

// tooLarge is the refusal of a row that is not taken into memory.
func tooLarge() *refusal {
	return &refusal{fmt.Sprintf("a row is larger than %d MiB; choose fewer columns", largestRow>>20)}
}
