package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
)

// subprocess is what the test binary does when a test runs it again: "write" puts trials for ever and prints how many are
// committed after each commit; "add" starts a run of its own, puts 300 trials and finishes it.
func subprocess(role string) int {
	ctx := context.Background()
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	f, err := Open(ctx, os.Getenv("VIVA_STORE_TEST_FILE"))
	if err != nil {
		return fail(err)
	}
	s := sample(100)
	run, err := f.StartRun(ctx, sampleRun(), s)
	if err != nil {
		return fail(err)
	}
	fmt.Println("run", run.ID)
	total := 0
	w := f.Writer(ctx, run.ID, func(n int) {
		total += n
		fmt.Println("committed", total)
	})
	for i := 0; role == "write" || i < 300; i++ {
		if err := w.Put(sampleTrial(s, i, "retrieved", 5)); err != nil {
			return fail(err)
		}
		if i%50 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	if err := w.Close(); err != nil {
		return fail(err)
	}
	if err := f.FinishRun(ctx, run.ID, time.Now(), time.Second); err != nil {
		return fail(err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	return 0
}

func again(t *testing.T, role, file string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), "VIVA_STORE_TEST_ROLE="+role, "VIVA_STORE_TEST_FILE="+file)
	cmd.Stderr = os.Stderr
	return cmd
}

func integrity(t *testing.T, f *File) {
	t.Helper()
	var verdict string
	if err := f.read.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity check: %s (%v)", verdict, err)
	}
	rows, err := f.read.Query("PRAGMA foreign_key_check")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() {
		t.Error("a row refers to nothing")
	}
}

func TestKilledWriterLosesNothingCommitted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "viva.db")
	var ids []string
	for round, after := range []int{1, 400, 1500} { // trials before the kill
		cmd := again(t, "write", file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		committed, killed, id := 0, false, ""
		for lines.Scan() { // to the end: what was printed before the kill counts
			word, rest, _ := strings.Cut(lines.Text(), " ")
			switch word {
			case "run":
				id = rest
			case "committed":
				if committed, err = strconv.Atoi(rest); err != nil {
					t.Fatal(err)
				}
			}
			if committed >= after && !killed {
				killed = true
				cmd.Process.Kill()
			}
		}
		if err := cmd.Wait(); err == nil || !killed {
			t.Fatalf("round %d: the writer ended by itself (%v)", round, err)
		}
		ids = append(ids, id)

		f, err := Open(t.Context(), file)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		integrity(t, f)
		done, err := f.Finished(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		s := sample(100)
		for i := range committed {
			if key := sampleTrial(s, i, "retrieved", 5).Key; !done[key] {
				t.Fatalf("round %d: trial %d of %d committed ones is lost", round, i, committed)
			}
		}
		whole := 0
		for _, q := range collect(t, f.Questions(t.Context(), id)) {
			if len(q.Trial.Shown.Passages) == 5 {
				whole++
			}
		}
		if whole != len(done) {
			t.Errorf("round %d: %d of %d trials are whole", round, whole, len(done))
		}
		if u, found, err := f.Unfinished(t.Context(), "plan", sampleRun().Target); err != nil || !found {
			t.Errorf("round %d: nothing to resume: %v %v", round, u, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f, err := OpenReadOnly(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if runs, err := f.Runs(t.Context()); err != nil || len(runs) != len(ids) {
		t.Errorf("%d runs of %d (%v)", len(runs), len(ids), err)
	}
}

// Several processes create, write and read one file at the same time.
func TestProcessesShareAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "viva.db")
	var cmds []*exec.Cmd
	for range 3 {
		cmd := again(t, "add", file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds = append(cmds, cmd)
	}
	f, err := Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := sample(100)
	run := start(t, f, s)
	var mine []runners.Trial
	for i := range 300 {
		mine = append(mine, sampleTrial(s, i, "oracle", 5))
	}
	put(t, f, run.ID, mine...)
	for _, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Error("another process:", err)
		}
	}
	all, err := f.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 4 {
		t.Errorf("%d runs, want 4", len(all))
	}
	for _, o := range all {
		if o.Trials != 300 || o.Run.Finished.IsZero() != (o.Run.ID == run.ID) {
			t.Errorf("run %s has %d trials, finished %v", o.Run.ID, o.Trials, o.Run.Finished)
		}
	}
	integrity(t, f)
}
