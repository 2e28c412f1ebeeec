package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
)

// TestSittingGoesOn interrupts a plan of three targets in the second and demands that the same command asks only what is missing.
func TestSittingGoesOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	answer := fakeai.Reply{Text: "Not known.", Pace: fakeai.Pace{First: 2 * time.Millisecond}}
	plain := func(fakeai.Request) fakeai.Reply { return answer }
	first, third := fakeai.Start(t, plain), fakeai.Start(t, plain)
	second := fakeai.Start(t, func(r fakeai.Request) fakeai.Reply {
		if r.N == 12 {
			cancel()
		}
		return answer
	})
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.yaml")
	text := fmt.Sprintf("arms: [retrieved, closed-book]\nlimit: 15\nconcurrency: 2\nout: \"\"\ndb: %s\ntargets:\n", filepath.Join(dir, "viva.db"))
	for i, server := range []*fakeai.Server{first, second, third} {
		text += fmt.Sprintf("  - {name: box-%d, base_url: %q, model: m}\n", i+1, server.Base())
	}
	if err := os.WriteFile(plan, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	if code := execute(ctx, []string{"run", plan}, nil, io.Discard, &words); code != exitInterrupted {
		t.Fatalf("interrupted: exit code %d\n%s", code, words.String())
	}
	words.Reset()
	if code := execute(t.Context(), []string{"run", plan}, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("going on: exit code %d\n%s", code, words.String())
	}
	for _, c := range []struct {
		name   string
		server *fakeai.Server
		most   int
	}{{"the finished one", first, 30}, {"the interrupted one", second, 30 + 4}, {"the one that had not begun", third, 30}} {
		if n := c.server.Requests(); n < 30 || n > c.most {
			t.Errorf("%s was asked %d times for 30 trials\n%s", c.name, n, words.String())
		}
	}
	if !strings.Contains(words.String(), "box-1 was finished") || !strings.Contains(words.String(), "resuming run") {
		t.Errorf("it does not say what it does:\n%s", words.String())
	}

	// A sitting that is finished starts anew.
	if code := execute(t.Context(), []string{"run", plan}, nil, io.Discard, io.Discard); code != exitOK {
		t.Fatalf("anew: exit code %d", code)
	}
	if n := first.Requests(); n != 60 {
		t.Errorf("anew: %d requests to the first target, want 60", n)
	}
}

// TestOneProcessARun: a second process must not ask what the first is asking.
func TestOneProcessARun(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.lock")
	unlock, err := lock(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(name); err == nil {
		t.Error("two locks on one run")
	}
	unlock()
	again, err := lock(name)
	if err != nil {
		t.Fatal("the lock outlives its owner:", err)
	}
	again()
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Error("the lock's file is left behind")
	}
}
