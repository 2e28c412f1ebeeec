package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
)

// applicationID marks a results file in the header of the file: "Viva" in ASCII.
const applicationID = 'V'<<24 | 'i'<<16 | 'v'<<8 | 'a'

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step from a schema version to the next.
type migration struct{ name, sql string }

// schema holds the steps in order: step n brings version n to n+1, so the newest version is their number.
var schema = mustMigrations(migrationFiles)

// mustMigrations reads the embedded steps. They are compiled in, so an error here is one of the program, found by any test.
func mustMigrations(fsys fs.FS) []migration {
	names, err := fs.Glob(fsys, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		panic("store: no migrations are embedded")
	}
	var out []migration
	for i, name := range names { // Glob sorts
		base := path.Base(name)
		if !strings.HasPrefix(base, fmt.Sprintf("%04d_", i+1)) {
			panic("store: migration " + base + " is out of order")
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			panic(err)
		}
		out = append(out, migration{base, string(text)})
	}
	return out
}

// migrate creates the file or brings it to the newest schema, in one transaction. It works on a connection of its own, before
// the write-ahead log is entered, so that a new file's header names its owner from the first byte on.
func migrate(ctx context.Context, path string, steps []migration) (err error) {
	db, err := connect(path, url.Values{"mode": {"rwc"}, "_txlock": {"immediate"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())}, "_synchronous": {"FULL"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have migrated while this one waited for the lock.
	var version, id, objects int
	err = tx.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&version, &id, &objects)
	if err != nil {
		return err
	}
	if objects > 0 && id != applicationID {
		return &FileError{Op: "open", Path: path, Problem: Foreign}
	}
	if version >= len(steps) {
		return nil
	}
	for _, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step.sql); err != nil {
			return fmt.Errorf("migrate %s: %w", step.name, err)
		}
	}
	// Both pragmas live in the header page and take part in the transaction.
	for _, pragma := range []string{fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", len(steps))} {
		if _, err := tx.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	return tx.Commit()
}
