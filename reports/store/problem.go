package store

import (
	"errors"
	"fmt"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Problem says what is wrong with a results file. The zero Problem is none of the known ones.
type Problem uint8

const (
	OtherProblem Problem = iota
	Missing              // there is no such file
	Empty                // the file holds nothing
	NotSQLite            // some other kind of file
	Foreign              // a SQLite file of another program
	Newer                // written by a newer viva
	Older                // written by an older viva, and opened for reading only
	Damaged              // a SQLite file that cannot be read rightly
	Busy                 // another process held the file for too long
	ReadOnly             // opened for reading, or not writable
	Full                 // the disk is full
	CannotOpen           // no permission, no folder, not a file
)

var problems = [...]string{"cannot be used", "there is no such file", "the file is empty", "not a SQLite database",
	"a database of another program", "written by a newer viva", "written by an older viva", "the file is damaged",
	"another process is writing to it", "the file is read-only", "the disk is full", "the file cannot be opened"}

func (p Problem) String() string {
	if int(p) < len(problems) {
		return problems[p]
	}
	return fmt.Sprintf("problem %d", uint8(p))
}

// FileError is the error of a file that cannot be used. The file has not been changed.
type FileError struct {
	Op      string // what was attempted: "open", "start run", …
	Path    string
	Problem Problem
	Err     error // the details; may be nil
}

func (e *FileError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s %s: %s", e.Op, e.Path, e.Problem)
	}
	return fmt.Sprintf("%s %s: %s: %v", e.Op, e.Path, e.Problem, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// Hint is a sentence that says what the user can do about it; empty where nothing general can be said.
func (e *FileError) Hint() string {
	switch e.Problem {
	case Missing, Empty:
		return "viva run writes one; name another file with --db"
	case NotSQLite, Foreign:
		return "the file was left as it is; name another one with --db"
	case Newer:
		return "the file was left as it is; update viva, or name another file with --db"
	case Older:
		return "open it once for writing, for instance with viva score, and it is brought up to date"
	case Damaged:
		return "the file was left as it is; restore a copy, or save what can be read with: sqlite3 FILE .recover"
	case Busy:
		return "wait for the other viva to end, or name another file with --db"
	case ReadOnly, CannotOpen:
		return "check the permissions of the file and its folder, or name another file with --db"
	case Full:
		return "free some space; all trials committed so far are safe, and running again resumes"
	}
	return ""
}

// problem reads a SQLite result code.
func problem(err error) Problem {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return OtherProblem
	}
	switch e.Code {
	case sqlite3.ErrNotADB:
		return NotSQLite
	case sqlite3.ErrCorrupt:
		return Damaged
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return Busy
	case sqlite3.ErrReadonly:
		return ReadOnly
	case sqlite3.ErrFull:
		return Full
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return CannotOpen
	}
	return OtherProblem
}

// sqliteError turns an error of the driver into a [*FileError] where its code says what is wrong with the file, and names the
// operation otherwise.
func sqliteError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	var already *FileError
	if errors.As(err, &already) {
		return err
	}
	if p := problem(err); p != OtherProblem {
		return &FileError{Op: op, Path: path, Problem: p, Err: err}
	}
	return fmt.Errorf("%s: %w", op, err)
}
