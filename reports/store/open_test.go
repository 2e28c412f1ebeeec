package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/scorers"
)

// raw makes a SQLite file by plain SQL.
func raw(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(s, err)
		}
	}
}

// ours makes a results file with a run of n trials, closed.
func ours(t *testing.T, path string, n int) {
	t.Helper()
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	s := sample(20)
	run := start(t, f, s)
	w := f.Writer(t.Context(), run.ID, nil)
	for i := range n {
		if err := w.Put(sampleTrial(s, i, "oracle", 5)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// rewrite changes a file's bytes.
func rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(b), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestBadFilesAreLeftAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, path string)
		want Problem
	}{
		{"a text", func(t *testing.T, p string) { os.WriteFile(p, []byte("run,verdict\n1,correct\n"), 0o600) }, NotSQLite},
		{"one byte", func(t *testing.T, p string) { os.WriteFile(p, []byte{0}, 0o600) }, NotSQLite},
		{"a page of zeros", func(t *testing.T, p string) { os.WriteFile(p, make([]byte, 8192), 0o600) }, NotSQLite},
		{"a picture", func(t *testing.T, p string) {
			os.WriteFile(p, append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, 9000)...), 0o600)
		}, NotSQLite},
		{"another program's tables", func(t *testing.T, p string) { raw(t, p, `CREATE TABLE runs (a)`, `INSERT INTO runs VALUES (1)`) }, Foreign},
		{"another program's id", func(t *testing.T, p string) { raw(t, p, `PRAGMA application_id = 252006675`, `CREATE TABLE a (b)`) }, Foreign},
		{"another program's log", func(t *testing.T, p string) {
			raw(t, p, `PRAGMA journal_mode = WAL`, `CREATE TABLE a (b)`, `INSERT INTO a VALUES (1)`)
		}, Foreign},
		{"a newer schema", func(t *testing.T, p string) { ours(t, p, 1); raw(t, p, `PRAGMA user_version = 99`) }, Newer},
		{"cut short", func(t *testing.T, p string) {
			ours(t, p, 200)
			rewrite(t, p, func(b []byte) []byte { return b[:len(b)/2] })
		}, Damaged},
		{"cut inside the first page", func(t *testing.T, p string) {
			ours(t, p, 1)
			rewrite(t, p, func(b []byte) []byte { return b[:700] })
		}, Damaged},
		{"scratched", func(t *testing.T, p string) {
			ours(t, p, 200)
			rewrite(t, p, func(b []byte) []byte { copy(b[len(b)/2:], bytes.Repeat([]byte{0xa5}, 4096)); return b })
		}, Damaged},
		{"scratched schema", func(t *testing.T, p string) {
			ours(t, p, 1)
			rewrite(t, p, func(b []byte) []byte { copy(b[100:], bytes.Repeat([]byte{0xa5}, 400)); return b })
		}, Damaged},
		{"a table dropped", func(t *testing.T, p string) {
			ours(t, p, 1)
			raw(t, p, `PRAGMA foreign_keys = off`, `DROP TABLE scores`)
		}, Damaged},
		{"a folder", func(t *testing.T, p string) { os.Mkdir(p, 0o700) }, CannotOpen},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "results.db")
			c.make(t, path)
			before, _ := os.ReadFile(path)
			for how, open := range map[string]func(context.Context, string) (*File, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
				f, err := open(t.Context(), path)
				var fe *FileError
				if !errors.As(err, &fe) || fe.Problem != c.want {
					t.Errorf("%s: %v, want %q", how, err, c.want)
				}
				if f != nil {
					f.Close()
				}
				if err != nil && !strings.Contains(err.Error(), path) {
					t.Errorf("%s: %v does not name the file", how, err)
				}
				if fe != nil && fe.Hint() == "" {
					t.Errorf("%s: no hint for %v", how, err)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file has changed")
			}
			// a damaged file is one of ours, and looking at it thoroughly takes the usual side files
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 && c.want != Damaged {
				t.Errorf("files were left beside it: %v (%v)", left, err)
			}
		})
	}
}

func TestOpenCreates(t *testing.T) {
	dir := t.TempDir()
	for name, prepare := range map[string]func(string){
		"missing.db":                func(string) {},
		"empty.db":                  func(p string) { os.WriteFile(p, nil, 0o600) },
		"empty database.db":         func(p string) { raw(t, p, `CREATE TABLE a (b)`, `DROP TABLE a`, `VACUUM`) },
		"odd ?name=1&#%20 年假 'x.db": func(string) {},
	} {
		path := filepath.Join(dir, name)
		prepare(path)
		f, err := Open(t.Context(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		start(t, f, sample(1))
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		head, err := os.ReadFile(path)
		if err != nil || len(head) < 100 || string(head[68:72]) != "Viva" {
			t.Errorf("%s: no results file there (%v)", name, err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 4 {
		t.Errorf("%d files are left, want the 4 asked for: %v", len(left), left)
	}
	var fe *FileError
	if _, err := Open(t.Context(), filepath.Join(dir, "none", "viva.db")); !errors.As(err, &fe) || fe.Problem != CannotOpen || !strings.Contains(err.Error(), "no folder") {
		t.Error("a folder that does not exist:", err)
	}
	if _, err := OpenReadOnly(t.Context(), filepath.Join(dir, "none.db")); !errors.As(err, &fe) || fe.Problem != Missing {
		t.Error("reading a file that does not exist:", err)
	}
	os.WriteFile(filepath.Join(dir, "void.db"), nil, 0o600)
	if _, err := OpenReadOnly(t.Context(), filepath.Join(dir, "void.db")); !errors.As(err, &fe) || fe.Problem != Empty {
		t.Error("reading an empty file:", err)
	}
}

func TestMigrations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viva.db")
	ours(t, path, 3)
	next := append(schema[:len(schema):len(schema)], migration{"0002_test.sql", `ALTER TABLE runs ADD COLUMN note TEXT; UPDATE runs SET note = 'kept'`})
	broken := append(schema[:len(schema):len(schema)], migration{"0002_test.sql", `ALTER TABLE runs ADD COLUMN note TEXT; UPDATE nothing SET a = 1`})

	if f, err := open(t.Context(), path, broken); err == nil || !strings.Contains(err.Error(), "0002_test.sql") {
		t.Fatal("a broken migration:", f, err)
	}
	raw(t, path, `UPDATE runs SET run_id = run_id`) // still whole, at schema 1
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal("a failed migration left something behind:", err)
	}
	f.Close()
	if f, err = open(t.Context(), path, next); err != nil {
		t.Fatal(err)
	}
	var note string
	var trials int
	if err := f.read.QueryRow(`SELECT note, (SELECT count(*) FROM trials) FROM runs`).Scan(&note, &trials); err != nil || note != "kept" || trials != 3 {
		t.Error(note, trials, err)
	}
	f.Close()
	var fe *FileError
	if _, err := Open(t.Context(), path); !errors.As(err, &fe) || fe.Problem != Newer {
		t.Error("an older program opens a newer file:", err)
	}
	raw(t, path, `PRAGMA user_version = 0`)
	if _, err := OpenReadOnly(t.Context(), path); err == nil {
		t.Error("a file of schema 0 is read")
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viva.db")
	ours(t, path, 40)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	run, err := f.Run(t.Context(), Latest)
	if err != nil || len(collect(t, f.Questions(t.Context(), run.ID))) != 40 {
		t.Error("reading:", run, err)
	}
	w := f.Writer(t.Context(), run.ID, nil)
	_, startErr := f.StartRun(t.Context(), sampleRun(), sample(1))
	none := func(func(scorers.Graded, error) bool) {}
	for what, err := range map[string]error{"start": startErr, "finish": f.FinishRun(t.Context(), run.ID, time.Now(), 0),
		"scores": f.PutScores(t.Context(), run.ID, none), "write": w.Close()} {
		var fe *FileError
		if !errors.As(err, &fe) || fe.Problem != ReadOnly {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("reading changed the file")
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("files were left beside it: %v (%v)", left, err)
	}

	// a file on a medium that allows no side files
	if os.Getuid() == 0 {
		t.Skip("permissions do not bind root")
	}
	os.Remove(path + "-wal")
	os.Remove(path + "-shm")
	if err := os.Chmod(filepath.Dir(path), 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(path), 0o700)
	if f, err = OpenReadOnly(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Run(t.Context(), Latest); err != nil {
		t.Error(err)
	}
}

func TestBusyIsSaidClearly(t *testing.T) {
	f, s := openNew(t), sample(1)
	run := start(t, f, s)
	f.write.Close()
	short, err := connect(f.path, map[string][]string{"mode": {"rw"}, "_txlock": {"immediate"}, "_busy_timeout": {"50"}, "_foreign_keys": {"on"}})
	if err != nil {
		t.Fatal(err)
	}
	f.write = short
	other, err := connect(f.path, writeOptions)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := f.Writer(t.Context(), run.ID, nil)
	if err := w.Put(sampleTrial(s, 0, "oracle", 1)); err != nil {
		t.Fatal(err)
	}
	var fe *FileError
	if err := w.Close(); !errors.As(err, &fe) || fe.Problem != Busy || !strings.Contains(err.Error(), "another process is writing") {
		t.Error("a locked file:", err)
	}
	tx.Rollback()
	put(t, f, run.ID, sampleTrial(s, 0, "oracle", 1))
	if done, err := f.Finished(t.Context(), run.ID); err != nil || len(done) != 1 {
		t.Error("after the lock was given back:", done, err)
	}
}
