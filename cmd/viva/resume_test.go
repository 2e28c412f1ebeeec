package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/reports/store"
)

// TestKilledRunGoesOn ends a run in the middle, politely and not, and demands that the same command goes on: nothing that was
// committed is asked again, and in the end each trial is there once.
func TestKilledRunGoesOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal os.Signal
		code   int
	}{
		{"Ctrl-C", syscall.SIGINT, exitInterrupted},
		{"SIGTERM", syscall.SIGTERM, exitInterrupted},
		{"kill -9", syscall.SIGKILL, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			asked := map[string]int{}
			half := make(chan struct{})
			server := fakeai.Start(t, func(r fakeai.Request) fakeai.Reply {
				mu.Lock()
				defer mu.Unlock()
				key := r.Messages[len(r.Messages)-1].Content
				asked[key]++
				if len(asked) == 20 {
					close(half)
				}
				return fakeai.Reply{Text: "Not known.", Pace: fakeai.Pace{First: 30 * time.Millisecond}}
			})
			db := filepath.Join(t.TempDir(), "viva.db")
			args := []string{"ask", "--base-url", server.Base(), "--model", "m", "--arm", "closed-book", "--limit", "60", "-j", "2", "--db", db}

			cmd := exec.Command("viva", args...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-half
			time.Sleep(100 * time.Millisecond) // longer than a group commit
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			kept := trials(t, db)
			if kept < 16 || kept >= 60 {
				t.Fatalf("%d trials are kept after 20 had been asked, two at a time", kept)
			}

			var words strings.Builder
			if code := execute(t.Context(), args, nil, io.Discard, &words); code != exitOK {
				t.Fatalf("going on: exit code %d\n%s", code, words.String())
			}
			if !strings.Contains(words.String(), "resuming run") {
				t.Errorf("it does not say that it resumes:\n%s", words.String())
			}
			if n := trials(t, db); n != 60 {
				t.Errorf("%d trials in the end, want 60", n)
			}
			total := 0
			for _, n := range asked {
				total += n
			}
			if most := 60 + 2 + 2; total > most { // those under way at the signal, and those not yet committed
				t.Errorf("%d requests for 60 trials: finished ones were asked again", total)
			}
		})
	}
}

// trials counts what is committed in the only run of a file.
func trials(t *testing.T, db string) int {
	t.Helper()
	f, err := store.OpenReadOnly(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := f.Run(context.Background(), "latest")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range f.Questions(context.Background(), run.ID) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}
