// Package store keeps runs in one SQLite file: what was asked, what was shown, what came back and when, and how it was judged.
// The file explains itself: items and passages are copied in, columns are plain and carry their units, and docs/SCHEMA.md
// describes every one of them. Nothing here takes a key, so none can reach the file.
//
// One [Writer] commits trials in groups; readers stream and never wait for it (write-ahead log). Several processes may use one
// file at a time: their write transactions queue up.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// busyTimeout is how long a transaction waits for another process's before it gives up with [Busy].
const busyTimeout = 10 * time.Second

// checkedBytes is the size up to which a file's pages are all checked when it is opened. Larger files are checked as they are read.
const checkedBytes = 64 << 20

// File is an open results file. It is safe for concurrent use once its fields are set.
type File struct {
	Now func() time.Time // the clock for run ids and scored_at; nil: time.Now

	path  string
	write *sql.DB // one connection; nil when read-only
	read  *sql.DB // as many connections as there are readers
}

// Path is the file's absolute path.
func (f *File) Path() string { return f.path }

// Open opens the results file at path for reading and writing. A missing or empty file is created, an older schema is migrated
// in one transaction. A file that is not a results file, is damaged or was written by a newer viva is left byte for byte as it
// is, and the error is a [*FileError].
func Open(ctx context.Context, path string) (*File, error) {
	return open(ctx, path, schema)
}

func open(ctx context.Context, path string, steps []migration) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	found, err := probe(ctx, path, len(steps))
	if err != nil {
		return nil, err
	}
	if found < len(steps) {
		if err := migrate(ctx, path, steps); err != nil {
			return nil, sqliteError("open", path, err)
		}
	}
	f := &File{path: path}
	if f.write, err = connect(path, writeOptions); err != nil {
		return nil, sqliteError("open", path, err)
	}
	f.write.SetMaxOpenConns(1)
	if err := enterWAL(ctx, f.write); err != nil {
		return nil, errors.Join(sqliteError("open", path, err), f.write.Close())
	}
	if f.read, err = connect(path, readOptions); err != nil {
		return nil, errors.Join(sqliteError("open", path, err), f.write.Close())
	}
	return f, nil
}

// OpenReadOnly opens an existing results file for reading, on read-only media too. Methods that write return a [*FileError] with
// [ReadOnly]. What the file says never changes; closing may fold in the write-ahead log that a killed writer left behind.
func OpenReadOnly(ctx context.Context, path string) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, &FileError{Op: "open", Path: path, Problem: Missing}
	}
	found, err := probe(ctx, path, len(schema))
	switch {
	case err != nil:
		return nil, err
	case found == 0:
		return nil, &FileError{Op: "open", Path: path, Problem: Empty}
	case found < len(schema):
		return nil, &FileError{Op: "open", Path: path, Problem: Older, Err: fmt.Errorf("schema %d, this program reads %d", found, len(schema))}
	}
	f := &File{path: path}
	if f.read, err = connect(path, readable(ctx, path, aloneOptions)); err != nil {
		return nil, sqliteError("open", path, err)
	}
	return f, nil
}

// Close closes the file. Writers must have been closed before. The last process to close a file folds the write-ahead log into
// it, so that a single file remains.
func (f *File) Close() error {
	err := f.read.Close() // readers first: the last connection must be one that may fold the log
	if f.write != nil {
		err = errors.Join(err, f.write.Close())
	}
	return err
}

// writable returns the writing pool, or the error of a file opened read-only.
func (f *File) writable(op string) (*sql.DB, error) {
	if f.write == nil {
		return nil, &FileError{Op: op, Path: f.path, Problem: ReadOnly}
	}
	return f.write, nil
}

func (f *File) now() time.Time {
	if f.Now != nil {
		return f.Now()
	}
	return time.Now()
}

func (f *File) fail(op string, err error) error { return sqliteError(op, f.path, err) }

var (
	// Each connection that writes:
	writeOptions = url.Values{
		"mode": {"rw"}, // never create a file here: creating is migrate's
		// Take the write lock at BEGIN. A deferred transaction that reads first and writes later fails at once when another
		// process wrote in between; an immediate one waits its turn.
		"_txlock":       {"immediate"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())}, // wait for the lock instead of failing
		"_foreign_keys": {"on"},                                   // off by default in SQLite; replacing a trial relies on its cascades
		// Sync the log at every commit, so that a committed trial outlives a power cut too. Groups keep this to a few dozen
		// syncs a second at most.
		"_synchronous": {"FULL"},
	}
	// Each connection that reads beside a writer. It cannot change the file: once by how it is opened, once by query_only.
	readOptions = url.Values{
		"mode":          {"ro"},
		"_query_only":   {"1"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
	}
	// Each connection of a file opened for reading only. With mode=ro its close could not remove the side files it had to make.
	aloneOptions = url.Values{
		"mode":          {"rw"},
		"_query_only":   {"1"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
	}
	// A look at the main file alone: no locks, no side files, nothing of the log.
	glanceOptions = url.Values{"mode": {"ro"}, "_query_only": {"1"}, "immutable": {"1"}}
)

// connect makes a pool of connections. The path is escaped, so that any file name is taken literally.
func connect(path string, options url.Values) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: options.Encode()}
	if name.Path[0] != '/' {
		name.Path = "/" + name.Path // C:/… on Windows
	}
	return sql.Open("sqlite3", name.String())
}

// readable returns the options to read path with, by default the given ones. A file in WAL mode cannot be read without its side
// files; where they do not exist and cannot be made, nobody else is writing and the file is read as immutable.
func readable(ctx context.Context, path string, options url.Values) url.Values {
	db, err := connect(path, options)
	if err != nil {
		return options
	}
	defer db.Close()
	var n int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n)
	if p := problem(err); p != CannotOpen && p != ReadOnly {
		return options
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return options // its log holds data that an immutable reading would miss
	}
	return glanceOptions
}

// probe looks at the file without changing it and returns its schema version, 0 for a missing or empty one.
//
// It reads through SQLite and not through os.Open: closing a second descriptor of the file would drop the locks that this
// process may already hold on it. A first glance takes no locks and makes no side files, so that another program's file, even one
// with a write-ahead log, is left as it was, its folder too. The glance decides only what later writes cannot unsay.
func probe(ctx context.Context, path string, newest int) (version int, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return 0, &FileError{Op: "open", Path: path, Problem: CannotOpen, Err: fmt.Errorf("no folder %s", filepath.Dir(path))}
		}
		return 0, nil
	case err != nil:
		return 0, &FileError{Op: "open", Path: path, Problem: CannotOpen, Err: err}
	case info.IsDir():
		return 0, &FileError{Op: "open", Path: path, Problem: CannotOpen, Err: errors.New("it is a folder")}
	case info.Size() == 0:
		return 0, nil
	case info.Size() < 512: // the smallest page; SQLite takes a file of one byte for an empty one
		return 0, &FileError{Op: "open", Path: path, Problem: NotSQLite}
	}
	var fe *FileError
	if _, err := look(ctx, path, glanceOptions, newest, false); errors.As(err, &fe) && (fe.Problem == Foreign || fe.Problem == Newer) {
		return 0, err
	}
	return look(ctx, path, readable(ctx, path, readOptions), newest, true)
}

// look reads the header and counts the tables; when thorough, it checks the pages of a file that is not too large.
func look(ctx context.Context, path string, options url.Values, newest int, thorough bool) (version int, err error) {
	db, err := connect(path, options)
	if err != nil {
		return 0, sqliteError("open", path, err)
	}
	defer db.Close()
	var id, objects, ours, pages, pageSize int64
	err = db.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema),
		(SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('runs', 'items', 'passages', 'corpora', 'trials', 'shown', 'scores')),
		(SELECT page_count FROM pragma_page_count), (SELECT page_size FROM pragma_page_size)`).
		Scan(&id, &version, &objects, &ours, &pages, &pageSize)
	switch {
	case err != nil:
		return 0, sqliteError("open", path, err)
	case id == 0 && objects == 0 && version == 0:
		return 0, nil // an empty database
	case id != applicationID:
		return 0, &FileError{Op: "open", Path: path, Problem: Foreign, Err: fmt.Errorf("application id %d, tables and views: %d", id, objects)}
	case version > newest:
		return 0, &FileError{Op: "open", Path: path, Problem: Newer, Err: fmt.Errorf("schema %d, this program knows up to %d", version, newest)}
	case version < 1 || ours < 7:
		return 0, &FileError{Op: "open", Path: path, Problem: Damaged, Err: errors.New("tables are missing")}
	}
	if thorough && pages*pageSize <= checkedBytes {
		var verdict string
		if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
			return 0, sqliteError("open", path, err)
		}
		if verdict != "ok" {
			return 0, &FileError{Op: "open", Path: path, Problem: Damaged, Err: errors.New(verdict)}
		}
	}
	return version, nil
}

// enterWAL turns the write-ahead log on, which is a lasting property of the file: readers then never block the writer nor the
// writer them, and a killed process loses nothing it committed. The switch needs the file for itself for a moment and does not
// wait for that by busy_timeout, hence the loop.
func enterWAL(ctx context.Context, db *sql.DB) error {
	for start := time.Now(); ; {
		var mode string
		err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		switch {
		case err == nil && mode == "wal":
			return nil
		case err == nil:
			return fmt.Errorf("the file system allows no write-ahead log (journal mode %q)", mode)
		case problem(err) != Busy || time.Since(start) > busyTimeout:
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
