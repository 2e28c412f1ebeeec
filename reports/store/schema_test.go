package store

import (
	"database/sql"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

const manual = "../../docs/SCHEMA.md"

func readManual(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The manual describes the columns that there are, with their types, in their order, and no others.
func TestManualNamesEveryColumn(t *testing.T) {
	f := openNew(t)
	documented := map[string][]string{}
	section := ""
	cell := regexp.MustCompile(`^\| ([a-z_0-9]+) \|([^|]*)\|`)
	for line := range strings.Lines(readManual(t)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "### "); ok {
			section = name
		} else if strings.HasPrefix(line, "## ") {
			section = ""
		} else if m := cell.FindStringSubmatch(line); m != nil && m[1] != "column" && section != "" {
			if strings.HasPrefix(section, "v_") {
				m[2] = "" // a view's columns have no declared type
			}
			documented[section] = append(documented[section], strings.TrimSpace(m[1]+" "+strings.TrimSpace(m[2])))
		}
	}
	actual := map[string][]string{}
	rows, err := f.read.Query(`SELECT m.name, m.type, c.name, c.type, c."notnull" FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type IN ('table', 'view') ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, kind, column, typ string
		var notNull bool
		if err := rows.Scan(&table, &kind, &column, &typ, &notNull); err != nil {
			t.Fatal(err)
		}
		if kind == "view" {
			typ = ""
		}
		if notNull {
			typ += " not null"
		}
		actual[table] = append(actual[table], strings.TrimSpace(column+" "+typ))
	}
	if d := cmp.Diff(actual, documented); d != "" {
		t.Error("the file has (-), the manual says (+):", d)
	}
	if version := fmt.Sprintf("version, %d.", len(schema)); !strings.Contains(readManual(t), version) {
		t.Errorf("the manual does not say %q", version)
	}
	if id := fmt.Sprintf("is %d (`Viva`", applicationID); !strings.Contains(readManual(t), id) {
		t.Errorf("the manual does not say %q", id)
	}
}

// graded fills a file with a run of 12 items under two arms, scored by two scorers that disagree.
func gradedRun(t *testing.T, f *File) runners.Run {
	t.Helper()
	s := sample(12)
	run := start(t, f, s)
	var trials []runners.Trial
	for i := range 12 {
		for _, arm := range []string{"closed-book", "retrieved"} {
			tr := sampleTrial(s, i, arm, map[string]int{"closed-book": 0, "retrieved": 3}[arm])
			if i == 3 {
				tr.Turns = []runners.Turn{{Calls: []runners.ToolCall{{Name: "search", Arguments: "[]", Problem: "the arguments are not a JSON object"}}}}
			}
			if i == 11 && arm == "retrieved" {
				tr.Status, tr.Response.Text = runners.Failed, ""
			}
			trials = append(trials, tr)
		}
	}
	put(t, f, run.ID, trials...)
	for _, scorer := range []string{"facts", "judge"} {
		err := f.PutScores(t.Context(), run.ID, func(yield func(scorers.Graded, error) bool) {
			for q, err := range f.Questions(t.Context(), run.ID) {
				v := scorers.Correct
				switch {
				case scorer == "facts" && q.Trial.Arm == "closed-book" && q.Item.Answerable():
					v = scorers.Incorrect
				case !q.Item.Answerable():
					v = scorers.Abstained
				}
				s := scorers.Score{Scorer: scorer, Verdict: v, Why: "because"}
				if v == scorers.Incorrect && q.Item.ID > "q005" {
					s.Cause = "stale"
				}
				if !yield(scorers.Graded{Question: q, Score: s}, err) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return run
}

// Every query of the manual runs and finds something in a file that has what it looks for.
func TestManualQueriesRun(t *testing.T) {
	f := openNew(t)
	gradedRun(t, f)
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(readManual(t), -1)
	if len(blocks) < 8 {
		t.Fatalf("the manual has %d queries", len(blocks))
	}
	for _, b := range blocks {
		n := len(table(t, f.read, b[1]))
		if n == 0 {
			t.Errorf("finds nothing:\n%s", b[1])
		}
	}
}

// table runs a query and prints its cells.
func table(t *testing.T, db *sql.DB, query string, args ...any) [][]string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, query)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		cells := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var line []string
		for _, c := range cells {
			line = append(line, fmt.Sprint(c))
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestViewsCount(t *testing.T) {
	f := openNew(t)
	run := gradedRun(t, f)
	got := table(t, f.read, `SELECT arm, scorer, trials, answered, failed, scored, correct, incorrect, abstained, unscored, accuracy, hallucination_rate
		FROM v_verdicts ORDER BY arm, scorer`)
	want := [][]string{
		{"closed-book", "facts", "12", "12", "0", "12", "0", "6", "6", "0", "0", "0.5"},
		{"closed-book", "judge", "12", "12", "0", "12", "6", "0", "6", "0", "1", "0"},
		{"retrieved", "facts", "12", "11", "1", "11", "6", "0", "5", "0", "1", "0"},
		{"retrieved", "judge", "12", "11", "1", "11", "6", "0", "5", "0", "1", "0"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error("v_verdicts:", d)
	}
	if d := cmp.Diff([][]string{{run.ID, "2026-11-23T22:45:00Z", "<nil>", "24"}}, table(t, f.read, `SELECT run_id, started_at, finished_at, trials FROM v_runs`)); d != "" {
		t.Error("v_runs:", d)
	}
	// 11 tokens, the first after 100 ms, the last after 200 + i ms: item q004 has i = 4
	got = table(t, f.read, `SELECT ttft_ms, first_answer_ms, answer_ms, tpot_ms, round(output_tokens_per_s, 3), expected, passages_shown
		FROM v_trials WHERE item_id = 'q004' AND arm = 'retrieved'`)
	if d := cmp.Diff([][]string{{"100", "120", "204", "10.4", "53.922", "28 days", "3"}}, got); d != "" {
		t.Error("v_trials:", d)
	}
	if n := len(table(t, f.read, `SELECT * FROM v_trials`)); n != 24 {
		t.Errorf("v_trials has %d rows for 24 trials", n)
	}
	// an unscored run has a row an arm, too
	bare := start(t, f, sample(2))
	put(t, f, bare.ID, sampleTrial(sample(2), 0, "oracle", 1))
	got = table(t, f.read, `SELECT arm, scorer, trials, scored, unscored, accuracy FROM v_verdicts WHERE run_id = ?`, bare.ID)
	if d := cmp.Diff([][]string{{"oracle", "<nil>", "1", "0", "1", "<nil>"}}, got); d != "" {
		t.Error("v_verdicts of an unscored run:", d)
	}
}

// The view's quantiles are the linear ones, computed here in the usual way from the sorted values.
func TestViewQuantiles(t *testing.T) {
	f := openNew(t)
	for _, n := range []int{1, 2, 3, 10, 101} {
		s := sample(n)
		run := sampleRun()
		run.SuiteDigest = fmt.Sprint("digest", n)
		run, err := f.StartRun(t.Context(), run, s)
		if err != nil {
			t.Fatal(err)
		}
		var trials []runners.Trial
		var values []float64
		for i := range n {
			tr := sampleTrial(s, i, "oracle", 0)
			ms := float64(i*7919%1009) + 0.25
			tr.Response.Timing.FirstToken = tr.Response.Timing.Sent.Add(time.Duration(ms * 1e6))
			values = append(values, ms)
			trials = append(trials, tr)
		}
		put(t, f, run.ID, trials...)
		slices.Sort(values)
		got := make([]float64, 4)
		var count int
		if err := f.read.QueryRow(`SELECT trials, p50_ms, p90_ms, p95_ms, p99_ms FROM v_latency WHERE run_id = ? AND measure = 'ttft'`, run.ID).
			Scan(&count, &got[0], &got[1], &got[2], &got[3]); err != nil {
			t.Fatal(err)
		}
		for i, p := range []float64{.5, .9, .95, .99} {
			h := float64(n-1) * p
			low := int(h)
			want := values[low]
			if low+1 < n {
				want += (h - float64(low)) * (values[low+1] - values[low])
			}
			if math.Abs(got[i]-want) > 1e-9 || count != n {
				t.Errorf("p%v of %d values is %v, want %v", 100*p, count, got[i], want)
			}
		}
	}
}
