package baseline

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var began = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// graded is an answered trial: sent at so many seconds, first token after 200 ms, last after a second.
func graded(item, arm string, repeat int, verdict scorers.Verdict, at float64) scorers.Graded {
	sent := began.Add(time.Duration(at * float64(time.Second)))
	return scorers.Graded{
		Question: scorers.Question{
			Item: suites.Item{ID: item, Question: "How many?", Language: "en", Domain: "hr", Skill: "table", Source: "doc-1", Answer: suites.Answer{Kind: value.Number, Text: "3"}},
			Trial: runners.Trial{Key: runners.Key{ItemID: item, Arm: arm, Repeat: repeat}, Status: runners.OK, Response: runners.Response{
				Text: "3", Tokens: runners.Tokens{Prompt: 9, Completion: 40, Source: runners.FromUsage},
				Timing: runners.Timing{Sent: sent, FirstToken: sent.Add(200*time.Millisecond + 333*time.Nanosecond), Last: sent.Add(time.Second)},
			}},
		},
		Score: scorers.Score{Scorer: "facts", Verdict: verdict, Behaved: scorers.BehavedYes},
	}
}

func sequence(list ...scorers.Graded) iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		for _, g := range list {
			if !yield(g, nil) {
				return
			}
		}
	}
}

func TestFromRows(t *testing.T) {
	failed := graded("b", "oracle", 0, scorers.Correct, 0)
	failed.Trial.Status = runners.Failed // whatever a scorer said of it
	silent := graded("c", "oracle", 0, scorers.Abstained, 10)
	silent.Trial.Response.Tokens.Source = runners.NoTokens
	silent.Trial.Response.Timing.FirstToken = time.Time{}
	silent.Item.Answer, silent.Item.Source = suites.Answer{}, ""
	b, err := FromRows(runners.Run{ID: "r"}, "facts", sequence(graded("b", "closed-book", 1, scorers.Incorrect, .5), silent, failed, graded("b", "closed-book", 0, scorers.Partial, 0)))
	if err != nil {
		t.Fatal(err)
	}
	want := []Record{
		{Item: "b", Arm: "closed-book", Repeat: 0, Source: "doc-1", Language: "en", Domain: "hr", Skill: "table", Answerable: true, Status: "ok", Verdict: scorers.Partial, Behaved: scorers.BehavedYes, FirstTokenMS: 200, AnswerMS: 1000, OutputTokens: 40},
		{Item: "b", Arm: "closed-book", Repeat: 1, Source: "doc-1", Language: "en", Domain: "hr", Skill: "table", Answerable: true, Status: "ok", Verdict: scorers.Incorrect, Behaved: scorers.BehavedYes, FirstTokenMS: 200, AnswerMS: 1000, OutputTokens: 40},
		{Item: "b", Arm: "oracle", Source: "doc-1", Language: "en", Domain: "hr", Skill: "table", Answerable: true, Status: "failed", OutputTokens: 40},
		{Item: "c", Arm: "oracle", Language: "en", Domain: "hr", Skill: "table", Status: "ok", Verdict: scorers.Abstained, Behaved: scorers.BehavedYes, AnswerMS: 1000},
	}
	if !reflect.DeepEqual(b.Records, want) {
		t.Errorf("got %+v\nwant %+v", b.Records, want)
	}
	if b.BusyS != 2.5 { // 0–1.5 s, in three requests that overlap, and 10–11 s
		t.Errorf("busy %v s, want 2.5", b.BusyS)
	}
	if b.Measured() {
		t.Error("a run without load stages is not measured")
	}
	if b.Records[3].Cluster() == b.Records[0].Cluster() || b.Records[0].Cluster() != b.Records[1].Cluster() {
		t.Error("clusters are not sources")
	}

	if _, err := FromRows(runners.Run{ID: "r"}, "facts", sequence(failed, failed)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a trial that comes twice: %v", err)
	}
	broken := errors.New("disk")
	if _, err := FromRows(runners.Run{ID: "r"}, "facts", func(yield func(scorers.Graded, error) bool) { yield(scorers.Graded{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("error %v, want the rows' own", err)
	}
}

// Two quality runs that answered alike at different speeds leave the same lines; a measured run keeps its times.
func TestLasting(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		b := random(rng)
		slow := b
		slow.Records = append([]Record(nil), b.Records...)
		for i := range slow.Records {
			r := &slow.Records[i]
			r.FirstTokenMS, r.AnswerMS, r.OutputTokens = 2*r.FirstTokenMS+1, 2*r.AnswerMS+1, r.OutputTokens+1
		}
		slow.BusyS++
		before := written(t, b)
		if written(t, b.Lasting()) != written(t, slow.Lasting()) {
			t.Fatal("a slower run leaves other lines")
		}
		if written(t, b) != before {
			t.Fatal("the baseline itself was changed")
		}
		for i := range slow.Records {
			slow.Records[i].Load = "closed-8"
		}
		if len(slow.Records) > 0 && !reflect.DeepEqual(slow.Lasting(), slow) {
			t.Fatal("a measured run lost its times")
		}
	}
}

// Arms come as they were planned, those that nobody planned after them, and none without a record.
func TestArmsAndLoads(t *testing.T) {
	b := Baseline{Run: runners.Run{Arms: []string{"retrieved", "oracle", "stale"}}, Records: []Record{
		{Item: "a", Arm: "noisy", Load: "open-2"}, {Item: "a", Arm: "oracle", Load: "open-1"}, {Item: "a", Arm: "retrieved"}, {Item: "b", Arm: "oracle", Load: "open-1"},
	}}
	if got, want := b.Arms(), []string{"retrieved", "oracle", "noisy"}; !slices.Equal(got, want) {
		t.Errorf("arms %v, want %v", got, want)
	}
	if got, want := b.Loads(), []string{"open-1", "open-2"}; !slices.Equal(got, want) {
		t.Errorf("load stages %v, want %v", got, want)
	}
	if got := (Baseline{}).Loads(); len(got) > 0 {
		t.Errorf("load stages of nothing: %v", got)
	}
}

// random makes a baseline of any shape that a run can have.
func random(rng *rand.Rand) Baseline {
	b := Baseline{
		Run:    runners.Run{ID: "20261102-090000-ab12", SuiteName: "meridian", SuiteDigest: "c0ffee", Arms: []string{"closed-book", "oracle"}, Repeats: 2, Timeout: time.Minute, Started: began},
		Scorer: "facts", BusyS: float64(rng.IntN(1e6)) / 1e3,
	}
	if rng.IntN(2) == 0 {
		b.Flags = []string{"INVALID: the client was <slow>"}
	}
	for i := range rng.IntN(12) {
		proto := Record{Item: fmt.Sprintf("q%02d \"§\u2028<", i), Language: []string{"en", "zh", ""}[rng.IntN(3)], Domain: "hr", Skill: "table", Source: []string{"", "doc"}[rng.IntN(2)], Answerable: rng.IntN(3) > 0}
		for _, arm := range b.Run.Arms {
			for repeat := range 2 {
				r := proto
				r.Arm, r.Repeat, r.Status = arm, repeat, statuses[rng.IntN(len(statuses))]
				if r.Status.Answered() {
					r.Verdict, r.Behaved = scorers.Verdict(rng.IntN(5)), scorers.Behaved(rng.IntN(3))
					r.FirstTokenMS, r.AnswerMS, r.OutputTokens = float64(rng.IntN(1e6))/1e3, float64(rng.IntN(1e7))/1e3, rng.IntN(900)
					r.Cause = []suites.Cause{"", suites.Stale}[rng.IntN(2)]
				}
				b.Records = append(b.Records, r)
			}
		}
	}
	return b
}

func written(t testing.TB, b Baseline) string {
	t.Helper()
	var w bytes.Buffer
	if err := b.Write(&w); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		b := random(rng)
		first := written(t, b)
		got, err := Read(strings.NewReader(strings.ReplaceAll(first, "\n", "\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, b) {
			t.Fatalf("came back as %+v\nwant %+v", got, b)
		}
		rng.Shuffle(len(b.Records), func(i, j int) { b.Records[i], b.Records[j] = b.Records[j], b.Records[i] })
		if again := written(t, b); again != first {
			t.Fatal("the order of records changes the file")
		}
	}
}

// Whatever is done to a file by hand, it is refused with the line.
func TestReadRefuses(t *testing.T) {
	b, err := FromRows(runners.Run{ID: "r"}, "facts", sequence(graded("a", "oracle", 0, scorers.Correct, 0), graded("b", "oracle", 0, scorers.Incorrect, 1)))
	if err != nil {
		t.Fatal(err)
	}
	good := written(t, b)
	lines := strings.SplitAfter(good, "\n")
	for name, row := range map[string]struct{ text, says string }{
		"nothing":                     {"", "the file is empty"},
		"another file":                {"id,verdict\n", "line 1: this is no baseline"},
		"another schema":              {strings.Replace(good, "viva.baseline/1", "viva.baseline/9", 1), `line 1: schema "viva.baseline/9"`},
		"a verdict turned":            {strings.Replace(good, `"incorrect"`, `"correct"`, 1), "line 4: the file was changed"},
		"a line cut off":              {strings.Join(lines[:2], ""), "line 2: the file was cut short"},
		"a line lost":                 {lines[0] + lines[1] + lines[3], "line 3: the seal counts 2 records, the file holds 1"},
		"lines swapped":               {lines[0] + lines[2] + lines[1] + lines[3], "line 4: the file was changed"},
		"half a line":                 {lines[0] + lines[1][:30], "line 2: the line holds no whole JSON object"},
		"two values":                  {lines[0] + "{} {}\n", "line 2: more than one JSON value"},
		"an unknown field":            {lines[0] + `{"item":"a","arm":"b","grade":1}` + "\n", `line 2: json: unknown field "grade"`},
		"an unknown verdict":          {lines[0] + `{"item":"a","arm":"b","verdict":"fine"}` + "\n", "line 2: parse verdict"},
		"a merge conflict":            {lines[0] + "<<<<<<< HEAD\n", "line 2: invalid character '<'"},
		"appended":                    {good + lines[1], "line 5: more lines after the seal"},
		"an endless line":             {lines[0] + strings.Repeat("x", longest+1), "line 2: longer than"},
		"a time before the beginning": {strings.Replace(good, `"busy_s":2`, `"busy_s":-2`, 1), "line 1: busy_s is -2"},
	} {
		if _, err := Read(strings.NewReader(row.text)); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: error %v, want %q", name, err, row.says)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, r := range map[string]Record{
		"no item": {Arm: "oracle", Status: "ok"}, "no status": {Item: "a", Arm: "oracle"}, "negative repeat": {Item: "a", Arm: "oracle", Status: "ok", Repeat: -1},
		"a scored failure": {Item: "a", Arm: "oracle", Status: "failed", Verdict: scorers.Correct}, "negative time": {Item: "a", Arm: "oracle", Status: "ok", AnswerMS: -1},
	} {
		if err := (Baseline{Records: []Record{r}}).Write(new(bytes.Buffer)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

// FuzzRead: what is read is written back to the same baseline, and no input breaks the reader. Each input is tried as it is and under a
// seal that fits it, or the digest would keep the rest of the reader from ever being reached.
func FuzzRead(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 5 {
		text := written(f, random(rng))
		f.Add([]byte(text))
		f.Add([]byte(text[:strings.LastIndex(text[:len(text)-1], "\n")+1]))
	}
	f.Add([]byte(`{"schema":"viva.baseline/1","run":null}` + "\n" + `{"records":0,"sha256":""}`))
	f.Add([]byte("{\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		sum := sha256.Sum256(text)
		sealed := fmt.Sprintf("%s{\"records\":%d,\"sha256\":\"%x\"}\n", text, bytes.Count(text, []byte("\n"))-1, sum)
		for _, input := range []string{string(text), sealed} {
			b, err := Read(strings.NewReader(input))
			if err != nil {
				continue
			}
			again, err := Read(strings.NewReader(written(t, b)))
			if err != nil {
				t.Fatalf("what was read cannot be written: %v", err)
			}
			if !reflect.DeepEqual(again, b) {
				t.Fatalf("came back as %+v, want %+v", again, b)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	base := Baseline{Run: runners.Run{ID: "r"}, Scorer: "facts"}
	for i := range 1000 {
		for _, arm := range []string{"closed-book", "oracle", "retrieved"} {
			base.Records = append(base.Records, Record{Item: fmt.Sprintf("item-%04d", i), Arm: arm, Source: "doc", Language: "en", Domain: "hr", Skill: "table", Answerable: true, Status: "ok",
				Verdict: scorers.Correct, Behaved: scorers.BehavedYes, FirstTokenMS: rng.Float64() * 1000, AnswerMS: rng.Float64() * 9000, OutputTokens: rng.IntN(500)})
		}
	}
	text := written(b, base)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
