package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/suites"
)

// FuzzDamagedFile scratches a results file anywhere. Whatever is opened and read, nothing panics, and opening never changes it.
func FuzzDamagedFile(f *testing.F) {
	path := filepath.Join(f.TempDir(), "viva.db")
	file, err := Open(f.Context(), path)
	if err != nil {
		f.Fatal(err)
	}
	s := sample(6)
	run := start(f, file, s)
	put(f, file, run.ID, sampleTrial(s, 0, "oracle", 5), sampleTrial(s, 1, "oracle", 5))
	if err := file.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	for at := 0; at < len(whole); at += len(whole) / 40 {
		f.Add(at, []byte{0xff, 0x00, 0xa5, 0x01}, len(whole))
	}
	f.Add(0, []byte("SQLite format 3\x00"), 600)
	f.Add(60, []byte{0, 0, 0, 9}, len(whole))
	f.Fuzz(func(t *testing.T, at int, scratch []byte, size int) {
		b := append([]byte(nil), whole...)
		if at < 0 || at >= len(b) || size < 0 || size > len(b) {
			t.Skip()
		}
		copy(b[at:], scratch)
		b = b[:size]
		path := filepath.Join(t.TempDir(), "viva.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := OpenReadOnly(t.Context(), path)
		if err != nil {
			after, readErr := os.ReadFile(path)
			if readErr != nil || string(after) != string(b) {
				t.Error("a refused file has changed", readErr)
			}
			return
		}
		defer file.Close()
		runs, err := file.Overview(t.Context())
		for _, r := range runs {
			for _, err := range file.Graded(t.Context(), r.Run.ID, "facts") {
				_ = err
			}
		}
		_ = err
	})
}

// FuzzColumns reads list columns as another program may have written them.
func FuzzColumns(f *testing.F) {
	shown := []suites.Passage{{Text: "a text that is long enough to be worth it"}, {Text: "short"}}
	for _, s := range []string{"[]", "[1,2,3]", "[ 12 , -4]", "[", "", "[1,,2]", "[1e9]", `["a","b"]`, `[{"role":"user","parts":["x",0,1]}]`,
		`[{"role":"user","parts":[7]}]`, `[{"role":"user","parts":[-1,1.5,null]}]`, `[{"passage_id":"p","kind":"k","from":"a","to":"b"}]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ds, err := fromGaps(s); err == nil {
			if again, err := fromGaps(gaps(ds)); err != nil || len(again) != len(ds) {
				t.Errorf("gaps of %q come back as %v (%v)", s, again, err)
			}
		}
		if ms, err := fromMessages(s, shown); err == nil {
			again, err := fromMessages(messages(ms, shown), shown)
			if err != nil || len(again) != len(ms) {
				t.Errorf("messages of %q come back as %v (%v)", s, again, err)
			}
			for i := range again {
				if again[i] != ms[i] {
					t.Errorf("message %q comes back as %q", ms[i], again[i])
				}
			}
		}
		unlist(s)
		fromEdits(s)
		fromTraps(s)
	})
}

// Passages that contain each other, come in another order or stand twice must not disturb a prompt.
func TestPromptsComeBackWhateverIsShown(t *testing.T) {
	long := "The retention period is 36 months."
	shown := []suites.Passage{{Text: long}, {Text: "Before. " + long + " After."}, {Text: long}, {Text: "36"}, {Text: ""}}
	for _, content := range []string{"", long, long + long, "x" + shown[1].Text + "y" + long, shown[1].Text, "36 and " + long + " 0", "no passage at all"} {
		ms := []prompt.Message{{Role: "user", Content: content}, {Role: "assistant", Content: content + content}}
		got, err := fromMessages(messages(ms, shown), shown)
		if err != nil || len(got) != 2 || got[0] != ms[0] || got[1] != ms[1] {
			t.Errorf("%q comes back as %q (%v)", ms, got, err)
		}
	}
}

func TestFullDisk(t *testing.T) {
	f, s := openNew(t), sample(20)
	run := start(t, f, s)
	put(t, f, run.ID, sampleTrial(s, 0, "oracle", 1))
	if _, err := f.write.Exec("PRAGMA max_page_count = 1"); err != nil { // SQLite takes the present size instead
		t.Fatal(err)
	}
	w := f.Writer(t.Context(), run.ID, nil)
	var err error
	for i := 1; err == nil && i < 5000; i++ {
		err = w.Put(sampleTrial(s, i, "oracle", 5))
		time.Sleep(100 * time.Microsecond)
	}
	var fe *FileError
	if closed := w.Close(); !errors.As(closed, &fe) || fe.Problem != Full || fe.Hint() == "" {
		t.Errorf("a full disk: put %v, close %v", err, closed)
	}
	if done, err := f.Finished(t.Context(), run.ID); err != nil || !done[sampleTrial(s, 0, "oracle", 1).Key] {
		t.Error("what was committed before is lost:", done, err)
	}
	integrity(t, f)
}
