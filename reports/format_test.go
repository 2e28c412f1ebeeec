package reports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldens are the reports whose forms a reviewer reads.
func goldens(t *testing.T) map[string]Report {
	doubtful := usual()
	doubtful.unscored, doubtful.failed, doubtful.items, doubtful.repeats = .08, .09, 30, 2
	lone := usual()
	lone.arms = []string{runners.ClosedBook}
	builtIn := lone.run()
	builtIn.Target = runners.TargetInfo{Name: "reader", BuiltIn: true}
	reader, err := Summarize(builtIn, lone.rows())
	if err != nil {
		t.Fatal(err)
	}
	empty, err := Summarize(runners.Run{ID: "20261102-090000-ab12", Arms: []string{"closed-book", "oracle"}}, func(func(scorers.Graded, error) bool) {})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Report{"usual": summarize(t, usual()), "doubtful": summarize(t, doubtful), "lone": reader, "empty": empty}
}

func TestGolden(t *testing.T) {
	for name, r := range goldens(t) {
		for extension, format := range map[string]Format{".txt": Table, ".md": Markdown, ".json": JSON, ".csv": MeasuresCSV} {
			if name != "usual" && extension != ".txt" {
				continue // the other forms differ in nothing that the first does not show
			}
			var got bytes.Buffer
			if err := format(&got, r); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+extension)
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
				t.Errorf("%s differs from what is printed now; if that is right, run: go test ./reports -update\n%s", file, firstDifference(want, got.Bytes()))
			}
		}
	}
}

func firstDifference(want, got []byte) string {
	a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "want: " + a[i] + "\ngot:  " + b[i]
		}
	}
	return "one is longer"
}

// hostile is a report whose every text tries to break out of its place.
func hostile(t *testing.T) Report {
	const nasty = `</script><img src="http://evil.example/x.png" onerror=alert(1)>|` + "\n`*[x](http://evil.example)"
	l := usual()
	run := l.run()
	run.Target.Name, run.Target.Model, run.SuiteName, run.SuiteTitle, run.ID = nasty, "", nasty, nasty, nasty
	run.Arms = []string{runners.ClosedBook, nasty}
	r, err := Summarize(run, func(yield func(scorers.Graded, error) bool) {
		for i := range 40 {
			for _, arm := range run.Arms {
				g := scorers.Graded{Score: scorers.Score{Verdict: scorers.Verdict(1 + i%4), Why: nasty, Cause: suites.Cause(nasty)}}
				g.Item = suites.Item{ID: nasty + string(rune('a'+i)), Question: nasty, Language: nasty[:12] + string(rune('a'+i%3)), Domain: nasty + string(rune('a'+i%2)),
					Skill: nasty, Answer: suites.Answer{Kind: value.Text, Text: nasty}}
				g.Trial.Key, g.Trial.Status, g.Trial.Response.Text = runners.Key{ItemID: g.Item.ID, Arm: arm}, runners.OK, nasty+"\xff\x00\x1b[2J\u202e\u0085"
				g.Trial.Shown.Passages = []suites.Passage{{ID: nasty}}
				if !yield(g, nil) {
					return
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The page asks nothing of any network and runs nothing, whatever the run's texts say.
func TestPageIsSelfContained(t *testing.T) {
	all := goldens(t)
	reports := map[string]Report{"usual": all["usual"], "empty": all["empty"], "hostile": hostile(t)}
	for name, r := range reports {
		var b bytes.Buffer
		if err := HTML(&b, r); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if !utf8.ValidString(page) {
			t.Errorf("%s: not valid UTF-8", name)
		}
		if i := strings.IndexFunc(page, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' || c == 0x202e }); i >= 0 {
			t.Errorf("%s: the page holds the character %q", name, page[i:i+1])
		}
		for _, load := range []string{
			`(?i)<script`, `(?i)<link`, `(?i)<iframe`, `(?i)<img`, `(?i)<object`, `(?i)<embed`, `(?i)@import`, `(?i)<[a-z][^>]*\son[a-z]+\s*=`,
			`(?i)<[a-z][^>]*\s(src|href|xlink:href|srcset|action|data)\s*=\s*["']?\s*(https?:|//|javascript:)`, `(?i)url\(`, `(?i)<a\s`,
		} {
			if hit := regexp.MustCompile(load).FindString(page); hit != "" {
				t.Errorf("%s: the page holds %q", name, hit)
			}
		}
		// Every element is closed in order: a text that broke out of its place would upset this.
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
		if r.Summary.Counts.Scored > 0 && strings.Count(page, "<svg class=\"chart wide\"") < 2 {
			t.Errorf("%s: charts are missing", name)
		}
	}
}

// The other forms keep hostile texts in their cells.
func TestFormsAreEscaped(t *testing.T) {
	r := hostile(t)
	var md bytes.Buffer
	if err := Markdown(&md, r); err != nil {
		t.Fatal(err)
	}
	if bad := regexp.MustCompile(`(^|[^\\])<|[^\\]\]\(http`).FindString(strings.ReplaceAll(md.String(), "\n> ", "\n")); bad != "" {
		t.Errorf("Markdown lets %q through", bad)
	}
	columns := 0
	for line := range strings.Lines(md.String()) {
		n := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(line, -1))
		switch {
		case !strings.HasPrefix(line, "|"):
			columns = 0
		case columns == 0:
			columns = n
		case n != columns:
			t.Errorf("a row of %d cells in a table of %d: %s", n, columns, line)
		}
	}
	r.Run.Target.Name, r.Summary.Arms[0].Name = "box\x1b[2J", "arm\x1b[31m\a"
	var text bytes.Buffer
	if err := Table(&text, r); err != nil || strings.ContainsAny(text.String(), "\x1b\a\x00") {
		t.Errorf("the table steers the terminal (%v)", err)
	}
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil || !json.Valid(b.Bytes()) {
		t.Errorf("JSON: %v", err)
	}
}

// The JSON object comes back with the same figures.
func TestJSONRoundTrip(t *testing.T) {
	r := summarize(t, usual())
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema  string
		Run     struct{ ID string }
		Summary Summary
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != Schema || got.Run.ID != r.Run.ID || got.Summary.Counts != r.Summary.Counts || len(got.Summary.Arms) != 3 {
		t.Errorf("came back as %+v", got)
	}
	near(t, "lift", got.Summary.Pairs[0].Lift.Value, float64(r.Summary.Pairs[0].Lift.Value), 1e-8)
}

// JSONL and CSV hold every trial, whole, under the same names.
func TestRows(t *testing.T) {
	l := usual()
	l.items = 20
	var lines, table bytes.Buffer
	if err := JSONL(&lines, l.run(), l.rows()); err != nil {
		t.Fatal(err)
	}
	if err := CSV(&table, l.run(), l.rows()); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(&lines)
	for i, record := range records[1:] {
		var row map[string]any
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		if len(row) != len(record) {
			t.Fatalf("%d columns of CSV, %d of JSON", len(record), len(row))
		}
		for j, name := range records[0] {
			if _, ok := row[name]; !ok {
				t.Fatalf("JSON lacks %s", name)
			}
			if s, ok := row[name].(string); ok && s != record[j] {
				t.Errorf("trial %d: %s = %q in CSV, %q in JSON", i, name, record[j], s)
			}
		}
	}
	if d.More() || len(records) != 1+20*3 {
		t.Errorf("%d lines of CSV", len(records))
	}
	broken := errors.New("disk gone")
	rows := iter.Seq2[scorers.Graded, error](func(yield func(scorers.Graded, error) bool) { yield(scorers.Graded{}, broken) })
	if err := JSONL(io.Discard, runners.Run{}, rows); !errors.Is(err, broken) {
		t.Errorf("JSONL: %v", err)
	}
	if err := CSV(io.Discard, runners.Run{}, rows); !errors.Is(err, broken) {
		t.Errorf("CSV: %v", err)
	}
}

// No cell of a CSV file is a formula to a spreadsheet; numbers stay as they are, and every text comes back.
func TestGuard(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"", ""}, {"12 days", "12 days"}, {"'", "'"}, {"it's", "it's"}, {"'tis", "'tis"}, {"–", "–"},
		{"=1+1", "'=1+1"}, {"@SUM(A1)", "'@SUM(A1)"}, {"+49 30 1234", "'+49 30 1234"}, {"- a list", "'- a list"}, {"-2+3", "'-2+3"},
		{"\t=1", "'\t=1"}, {"\r=1", "'\r=1"}, {"\n=1", "'\n=1"}, {"＝1", "'＝1"}, {"＠x", "'＠x"}, {"'=1", "''=1"}, {"''=1", "'''=1"},
		{"-3", "-3"}, {"-3.25", "-3.25"}, {"+5", "+5"}, {"-3\n=1", "'-3\n=1"}, {"-3e-2", "-3e-2"}, {"-3e2+1", "'-3e2+1"}, {"'-3", "''-3"}, {"-", "'-"},
	} {
		got := guard(row.in)
		if got != row.want {
			t.Errorf("guard(%q) = %q, want %q", row.in, got, row.want)
		}
		if back := regexp.MustCompile("^'('*[=+@＝＋－＠\t\r\n-])").ReplaceAllString(got, "$1"); back != row.in {
			t.Errorf("%q comes back as %q", row.in, back)
		}
	}
	l := usual()
	run := l.run()
	run.ID, run.SuiteName, run.Target.Name, run.Target.Model = "=run", "+suite", "-target", ""
	rows := altered(l, func(g *scorers.Graded) {
		g.Item.Question, g.Item.Domain, g.Trial.Response.Text, g.Score.Why = "=1", "@d", "-1+1", "\t=x"
		g.Score.Value = -.5
	})
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	var trials, figures bytes.Buffer
	if err := errors.Join(CSV(&trials, run, rows), MeasuresCSV(&figures, r)); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]io.Reader{"trials": &trials, "measures": &figures} {
		records, err := csv.NewReader(file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records[1:] {
			for i, cell := range record {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") && !regexp.MustCompile(`^-[0-9.e-]+$`).MatchString(cell) {
					t.Fatalf("%s: %s = %q", name, records[0][i], cell)
				}
				if records[0][i] == "value" && name == "trials" && cell != "-0.5" && cell != "" {
					t.Fatalf("%s: the value is %q", name, cell)
				}
			}
		}
	}
}

func TestTie(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"64.9 % (51.7 to 76.1) of all", "64.9~% (51.7~to~76.1) of all"}, {"by +43.8 points (+1 to −2).", "by +43.8~points (+1~to~−2)."},
		{"less than 1 s.", "less than 1~s."}, {"13 of 180 trials (7.2 %) failed", "13 of 180 trials (7.2~%) failed"}, {"3 states", "3 states"},
	} {
		if got := strings.ReplaceAll(tie(row.in), noBreak, "~"); got != row.want {
			t.Errorf("tie(%q) = %q, want %q", row.in, got, row.want)
		}
	}
	long := strings.Repeat("of all replies 12.5 % (10.1 to 13.9) were false, ", 30)
	if got := fold(long, "  "); strings.Contains(got, noBreak) || regexp.MustCompile(`\d\n +%|\([\d.]+\n|to\n`).MatchString(got) || strings.Join(strings.Fields(got), " ") != strings.TrimSpace(long) {
		t.Errorf("folded to\n%s", got)
	}
	var page bytes.Buffer
	if err := HTML(&page, summarize(t, usual())); err != nil || regexp.MustCompile(`<p class="lead">[^<]*\d %`).Match(page.Bytes()) {
		t.Errorf("the headline of the page breaks before %% (%v)", err)
	}
}

// Below a second no throughput is printed, though JSON has it, flagged.
func TestTooShort(t *testing.T) {
	for _, took := range []time.Duration{900 * time.Millisecond, 1100 * time.Millisecond} {
		l := usual()
		l.items = 20
		r, err := Summarize(l.run(), altered(l, func(g *scorers.Graded) {
			g.Trial.Response.Timing = runners.Timing{Sent: began, FirstToken: began, FirstAnswerToken: began, Last: began.Add(took)}
		}))
		if err != nil {
			t.Fatal(err)
		}
		var text, md, page, object bytes.Buffer
		if err := errors.Join(Table(&text, r), Markdown(&md, r), HTML(&page, r), JSON(&object, r)); err != nil {
			t.Fatal(err)
		}
		short := took < time.Second
		for name, form := range map[string]string{"table": text.String(), "Markdown": md.String(), "page": page.String()} {
			if strings.Contains(form, "oo short to state a rate") != short || strings.Contains(form, r.Summary.Speed.TotalPerS.rate()) == short {
				t.Errorf("%v: %s says\n%s", took, name, form)
			}
		}
		if !strings.Contains(object.String(), `"too_short": `+map[bool]string{true: "true", false: "false"}[short]) || !r.Summary.Speed.TotalPerS.Defined() {
			t.Errorf("%v: too_short %v, %v tokens/s", took, r.Summary.Speed.TooShort, r.Summary.Speed.TotalPerS)
		}
	}
}

func TestPlots(t *testing.T) {
	dir := t.TempDir()
	if err := Plots(t.Context(), dir, summarize(t, usual())); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"verdicts", "hallucination", "lift", "accuracy-by-language", "accuracy-by-skill", "latency"} {
		svg, err := os.ReadFile(filepath.Join(dir, name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(svg, new(struct{})); err != nil {
			t.Errorf("%s.svg: %v", name, err)
		}
		f, err := os.Open(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if img, err := png.Decode(f); err != nil || img.Bounds().Dx() < 1000 {
			t.Errorf("%s.png: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := Plots(t.Context(), filepath.Join(dir, "absent"), summarize(t, usual())); err == nil {
		t.Error("plots into a folder that does not exist")
	}
}

// Without times there is no chart and no table of them; without slices none of those.
func TestChartsWithoutData(t *testing.T) {
	r, err := Summarize(runners.Run{}, of(map[string]scorers.Verdict{"x": scorers.Correct}))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(charts(r)); n != 2 {
		t.Errorf("%d charts, want verdicts and hallucination", n)
	}
	if err := HTML(io.Discard, r); err != nil {
		t.Error(err)
	}
}

func TestShorten(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"short", "short"}, {strings.Repeat("语", 10), "语语 …"}, {"abcdefgh", "abcdefg …"}, {"a\xffb", "a�b"},
	} {
		if got := shorten(row.in, 7); got != row.want {
			t.Errorf("shorten(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	r := summarize(b, usual())
	b.ReportAllocs()
	for b.Loop() {
		if err := HTML(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}
