package bench

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	for name, format := range map[string]Format{"usual.txt": Table, "usual.md": Markdown, "usual.json": JSON} {
		var got bytes.Buffer
		if err := format(&got, ladder(t, "box-a", 1)); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s differs from what is printed now; if that is right, run: go test ./reports/bench -update", file)
		}
		if strings.Contains(got.String(), "NaN") || strings.Contains(got.String(), "Inf") {
			t.Errorf("%s holds a figure that is none", name)
		}
	}
}

// doubtful is a ladder in which each stage but the first has a fault.
func doubtful(t testing.TB) Report {
	r := ladder(t, "box-a", 1)
	for i := range r.Stages[1:] {
		s := &r.Stages[i+1]
		h := s.Record
		switch i {
		case 0:
			h.ClientCPU = h.Elapsed() * 12 / 10
		case 1:
			h.ClockStep = -400 * time.Millisecond
		case 2:
			h.Stopped = "the target stopped answering: <b>64</b> requests in a row failed"
		}
		s.Checks = append(ownChecks(r.Run, h, s), s.Checks[8:]...)
		s.Validity = worst(s.Checks)
	}
	r.Run.Target.Name, r.Run.SuiteName = `box <script>alert("x")</script>`, "=cmd|' /C calc'!A0"
	r.Notes = notes(&r)
	return r
}

// The page asks nothing of any network, runs nothing, and every element is closed in order whatever the run's texts say. VIVA_PAGES names a folder
// in which to leave it for the eye.
func TestPage(t *testing.T) {
	empty, err := Summarize(runners.Run{ID: "x"}, nil, rowsOf(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Report{"usual": ladder(t, "box-a", 1), "doubtful": doubtful(t), "empty": empty} {
		var b bytes.Buffer
		if err := HTML(&b, r); err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("VIVA_PAGES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, name+".html"), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		page := b.String()
		for _, load := range []string{`(?i)<script`, `(?i)<link`, `(?i)<iframe`, `(?i)<img`, `(?i)@import`, `(?i)url\(`, `(?i)<a\s`, `(?i)<[a-z][^>]*\son[a-z]+\s*=`, `NaN`, `(?i)\+inf`} {
			if hit := regexp.MustCompile(load).FindString(page); hit != "" {
				t.Errorf("%s: the page holds %q", name, hit)
			}
		}
		d := xml.NewDecoder(strings.NewReader(strings.Replace(page, "<!doctype html>", "", 1)))
		d.Strict, d.Entity = true, xml.HTMLEntity
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
		if name == "usual" && strings.Count(page, `<svg class="chart wide"`) < 10 {
			t.Errorf("%d charts", strings.Count(page, `<svg class="chart wide"`))
		}
	}
}

// What is invalid says so in every form, and leads none.
func TestInvalidIsSaid(t *testing.T) {
	r := doubtful(t)
	if !r.Invalid() || len(r.InvalidStages()) != 2 || strings.Contains(r.Headline(), "64 in flight") || !strings.Contains(r.Headline(), "At 4 in flight") {
		t.Errorf("%v: %s", r.InvalidStages(), r.Headline())
	}
	for name, format := range map[string]Format{"table": Table, "markdown": Markdown, "page": HTML, "json": JSON} {
		var b bytes.Buffer
		if err := format(&b, r); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "INVALID"); n < 4 {
			t.Errorf("%s says INVALID %d times", name, n)
		}
		if strings.ContainsAny(b.String(), "\x1b\x07") {
			t.Errorf("%s steers the terminal", name)
		}
	}
}

// Of many stages the checks that are not ok are listed, and of a search the sentence says what it found.
func TestManyStages(t *testing.T) {
	r := doubtful(t)
	for i := range 3 {
		s := r.Stages[0]
		s.Name = fmt.Sprintf("concurrency-2-again-%d", i)
		r.Stages = append(r.Stages, s)
	}
	r.Capacity = &Capacity{Unit: "in flight", Holds: 4, Breaks: 16, Stages: 7}
	g := r.checkGrid()
	if len(g.Head) != 5 || len(g.Rows) != 7+3 {
		t.Errorf("%d columns, %d rows: %v", len(g.Head), len(g.Rows), g.Rows)
	}
	if got := r.Headline(); !strings.HasPrefix(got, "Capacity: 4 in flight; the promises break at 16 in flight. At 4 in flight the target brought") {
		t.Error(got)
	}
	for breaks, want := range map[float64]string{0: "Capacity: at least 4 in flight; beyond it nothing could be measured. ", 16: "Capacity: at least 4 in flight and less than 16 in flight; the search was cut short. "} {
		r.Capacity.Breaks, r.Capacity.Cut = breaks, true
		if got := r.Headline(); !strings.HasPrefix(got, want) {
			t.Errorf("cut short: %s", got)
		}
	}
	r.Capacity = &Capacity{Unit: "requests/s", Breaks: .5}
	if got := r.Headline(); !strings.HasPrefix(got, "Capacity: none; the promises break at 0.50 requests/s. ") {
		t.Error(got)
	}
	var b bytes.Buffer
	if err := errors.Join(Table(&b, r), HTML(&b, r), Markdown(&b, r)); err != nil {
		t.Error(err)
	}
}

// The object is whole: schema, validity, and every stage with its windows, checks and answers.
func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, ladder(t, "box-a", 1)); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema string
		Stages []struct {
			Name     string
			Validity Finding
			Steady   Window
			Checks   []Check
			Answers  Answers
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != Schema || len(got.Stages) != 4 || got.Stages[2].Name != "concurrency-16" || len(got.Stages[2].Checks) < 8 || !got.Stages[2].Steady.OutputPerS.Defined() ||
		got.Stages[2].Answers.Hallucination.N == 0 || got.Stages[2].Validity != OK {
		t.Errorf("%+v", got)
	}
}
