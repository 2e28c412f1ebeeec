package suites

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/value"
)

const (
	financeQA = `{"id":"fb/q1","question":"What are FY2020 net receivables (in USD millions)?","gold":["$1616.00"],"evidence":[{"page":"ACME_2020_10K#p0","text":"x"}],"meta":{"doc":"ACME_2020_10K","reasoning":"Information extraction"}}
{"id":"fb/q2","question":"Is Acme growing?","gold":["Yes, by far."],"evidence":[{"page":"ACME_2020_10K#p0","text":"x"}],"meta":{"doc":"ACME_2020_10K","reasoning":null}}`
	financePages = `{"id":"ACME_2020_10K#p0","doc":"ACME_2020_10K","page":0,"company":"Acme","text":"(in millions)\r\nReceivables 1,615.9\n"}`
	tatqaRows    = `{"id":"tatqa/t1","group":"g1","question":"What was the change in sales?","gold":["10.2"],"scale":"percent","answer_type":"arithmetic","answer_from":"table","derivation":"(1,102 - 1,000)/1,000","table":[["$ million","2019","2018"],["Sales | net","1,102","1,000"]],"context":["Sales by year. More text."]}
{"id":"tatqa/t2","group":"g1","question":"What were sales in 2019 and 2018 respectively?","gold":["1,102","1,000"],"scale":"million","answer_type":"multi-span","answer_from":"table","derivation":"","table":[["$ million","2019","2018"],["Sales | net","1,102","1,000"]],"context":["Sales by year. More text."]}`
)

func TestImportFinanceBench(t *testing.T) {
	s, err := ImportFinanceBench(strings.NewReader(financeQA), strings.NewReader(financePages))
	if err != nil {
		t.Fatal(err)
	}
	wantItems := []Item{
		{ID: "q1", Question: "What are FY2020 net receivables (in USD millions)?", Language: "en", Domain: "finance", Skill: TableLookup, Source: "ACME_2020_10K",
			Evidence: []string{"ACME_2020_10K#p0"}, Answer: Answer{Kind: value.Money, Text: "$1,616 million", Number: "1616000000", Unit: "USD", Aliases: []string{"$1,616"}}},
		{ID: "q2", Question: "Is Acme growing?", Language: "en", Domain: "finance", Skill: SingleHop, Source: "ACME_2020_10K",
			Evidence: []string{"ACME_2020_10K#p0"}, Answer: Answer{Kind: value.Bool, Text: "yes"}},
	}
	if d := cmp.Diff(wantItems, s.Items); d != "" {
		t.Error(d)
	}
	wantPages := []Passage{{ID: "ACME_2020_10K#p0", Title: "ACME 2020 10K, page 1", Text: "(in millions)\nReceivables 1,615.9", Language: "en", Origin: "filing"}}
	if d := cmp.Diff(wantPages, s.Passages); d != "" {
		t.Error(d)
	}
	if f := Lint(s); len(f) > 0 {
		t.Errorf("1,615.9 in a table in millions is $1,616 million: %v", f)
	}
	if err := WriteFolder(filepath.Join(t.TempDir(), "s"), s); err != nil {
		t.Error(err)
	}
	bare, err := ImportFinanceBench(strings.NewReader(financeQA), nil)
	if err != nil || len(bare.Passages) != 1 || bare.Passages[0].Text != "x" {
		t.Errorf("without a corpus the excerpts are the passages: %+v, %v", bare, err)
	}
}

func TestFinanceAnswer(t *testing.T) {
	for _, tt := range []struct {
		why, question, gold string
		want                Answer
	}{
		{"a bare ratio, rounded as asked", "What is the ratio? Round to two decimal places.", "0.8", Answer{Kind: value.Number, Text: "0.8", Tolerance: 0.005}},
		{"a percentage", "What is the margin?", "65.4%", Answer{Kind: value.Percent, Text: "65.4%"}},
		{"billions are asked for", "What is capex (in USD billions)?", "$4.60", Answer{Kind: value.Money, Text: "$4.6 billion", Number: "4600000000", Unit: "USD"}},
		{"a loss in brackets", "What is net income? Answer in USD millions.", "$(12.50)", Answer{Kind: value.Money, Text: "-$12.5 million", Number: "-12500000", Unit: "USD"}},
		{"one amount in prose", "What was adjusted EBITDA?", "It was $2,018mn in FY 2023", Answer{Kind: value.Money, Text: "$2,018 million"}},
		{"one share in prose", "By how many percentage points did guidance rise?", "It rose by 1 percentage point.", Answer{Kind: value.Number, Text: "1 percentage point"}},
		{"from A to B", "How much has the tax rate changed?", "It dropped from 24.6% in FY 2021 to 21.6%.", Answer{Kind: value.Set, Set: []string{"24.6%", "21.6%"}}},
		{"no at the head of a yes-or-no question", "Does it have debt?", "No, none.", Answer{Kind: value.Bool, Text: "no"}},
		{"no at the head of another question", "Which bonds are listed?", "No bonds are listed", Answer{Kind: value.Text, Text: "No bonds are listed"}},
		{"a list", "What are the regions?", "As of 2022: United States, EMEA, and LACC.", Answer{Kind: value.Set, Set: []string{"United States", "EMEA", "LACC"}}},
		{"a figure that is not what was asked", "What is the nature of the liability?", "87% of it is for staff.", Answer{Kind: value.Text, Text: "87% of it is for staff."}},
	} {
		if d := cmp.Diff(tt.want, financeAnswer(tt.question, []string{tt.gold})); d != "" {
			t.Errorf("%s: %s", tt.why, d)
		}
	}
}

func TestImportTATQA(t *testing.T) {
	s, err := ImportTATQA(strings.NewReader(tatqaRows))
	if err != nil {
		t.Fatal(err)
	}
	want := []Item{
		{ID: "t1", Question: "What was the change in sales?", Language: "en", Domain: "finance", Skill: Arithmetic, Source: "g1", Evidence: []string{"g1"},
			Answer: Answer{Kind: value.Percent, Text: "10.2%", Tolerance: 0.05}, Derivation: "((1102 - 1000)/1000) * 100"},
		{ID: "t2", Question: "What were sales in 2019 and 2018 respectively?", Language: "en", Domain: "finance", Skill: TableLookup, Source: "g1", Evidence: []string{"g1"},
			Answer: Answer{Kind: value.Set, Set: []string{"$1,102 million", "$1,000 million"}, Aliases: []string{"$1,102; $1,000"}}},
	}
	if d := cmp.Diff(want, s.Items); d != "" {
		t.Error(d)
	}
	page := Passage{ID: "g1", Title: "Sales by year. More text", Language: "en", Origin: "report",
		Text: "Sales by year. More text.\n\n| $ million | 2019 | 2018 |\n| --- | --- | --- |\n| Sales \\| net | 1,102 | 1,000 |"}
	if d := cmp.Diff([]Passage{page}, s.Passages); d != "" {
		t.Error(d)
	}
	if f := Lint(s); len(f) > 0 {
		t.Error(f)
	}
}

func TestAdaptDerivation(t *testing.T) {
	for _, tt := range []struct{ written, gold, want string }{
		{"7.5-6.5", "1", "7.5-6.5"},
		{"22,149+25,858", "$48,007 thousand", "(22149+25858) * 1000"},
		{"(62 + 73) / 2", "67.5%", "(62 + 73) / 2"},
		{"1,027/11%", "9,336.36", "1027/(11 / 100)"},
		{"3 + (13) + 26", "16", "3 + (-13) + 26"},
		{"[(4+2)/2] -[(2+2)/2]", "1", "((4+2)/2) -((2+2)/2)"},
		{"60.3 million + 32,137 thousand", "$92,437 thousand", ""},
		{"2 + 2", "5", ""},
	} {
		if got := adaptDerivation(tt.written, tt.gold); got != tt.want {
			t.Errorf("adaptDerivation(%q, %q) = %q, want %q", tt.written, tt.gold, got, tt.want)
		}
	}
}

func TestImportNamesWhatIsWrong(t *testing.T) {
	swap := func(s, old, new string) string { return strings.Replace(s, old, new, 1) }
	for _, tt := range []struct{ why, qa, corpus, want string }{
		{"a missing field", swap(financeQA, `"question"`, `"quest"`), financePages, `import financebench: line 1: field "question" is missing or empty`},
		{"a wrong type", swap(financeQA, `["Yes, by far."]`, `"Yes"`), financePages, `import financebench: line 2: field "gold": must be []string, not string`},
		{"the wrong corpus", swap(financeQA, `K#p0`, `K#p7`), financePages, `line 1: field "evidence[0].page": the corpus has no page "ACME_2020_10K#p7"`},
		{"a doubled page", financeQA, financePages + "\n" + financePages, `import financebench: corpus: line 2: field "id": page "ACME_2020_10K#p0" stands twice`},
		{"no rows", "\n", financePages, "import financebench: holds no rows"},
		{"not JSON", "{", financePages, "import financebench: line 1: read JSON"},
	} {
		if _, err := ImportFinanceBench(strings.NewReader(tt.qa), strings.NewReader(tt.corpus)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.why, err, tt.want)
		}
	}
	for _, tt := range []struct{ why, rows, want string }{
		{"an unknown scale", swap(tatqaRows, `"percent"`, `"dozen"`), `line 1: field "scale": "dozen" is not known`},
		{"an unknown type", swap(tatqaRows, `"arithmetic"`, `"essay"`), `line 1: field "answer_type": "essay" is not known: choose`},
		{"a group that changes", swap(tatqaRows, `"context":["Sales by year. More text."]}`+"\n", `"context":["Sales."]}`+"\n"), `line 2: field "group": "g1" stood above with another table`},
		{"no gold", swap(tatqaRows, `["10.2"]`, `[""]`), `line 1: field "gold" holds no answer`},
	} {
		if _, err := ImportTATQA(strings.NewReader(tt.rows)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.why, err, tt.want)
		}
	}
}

func TestReadFigure(t *testing.T) {
	for s, want := range map[string]struct{ text, magnitude string }{
		"$(1,212)":          {"-$1,212", "-1212"},
		"−298":              {"-298", "-298"},
		"£(9.9m)":           {"-£9.9 million", "-9900000"},
		"$ 5.99":            {"$5.99", "5.99"},
		"7 per cent":        {"7%", "7"},
		"approximately 12%": {"12%", "12"},
		"US$2.5 billion":    {"US$2.5 billion", "2500000000"},
		"RMB3 million":      {"RMB 3 million", "3000000"},
		".5":                {"0.5", "0.5"},
	} {
		f, ok := readFigure(s)
		if !ok || f.text() != want.text || f.magnitude() != want.magnitude {
			t.Errorf("%q reads as %q, %q, %v; want %v", s, f.text(), f.magnitude(), ok, want)
		}
	}
	for _, s := range []string{"", "(5", "9.9p", "AU 9 cents", "5 of 7", "$5 €6", "2 million thousand", "2019-2020", "one"} {
		if f, ok := readFigure(s); ok {
			t.Errorf("%q reads as the figure %q", s, f.text())
		}
	}
}

func TestCorpusBeside(t *testing.T) {
	dir := t.TempDir()
	touch := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fb := Importers()[0]
	rows := filepath.Join(dir, "qa_dev.jsonl")
	if _, err := fb.CorpusBeside(rows); err == nil || !strings.Contains(err.Error(), "no corpus_pages*.jsonl beside") {
		t.Error(err)
	}
	for _, step := range []struct{ add, want, why string }{
		{"corpus_pages_test.jsonl", "corpus_pages_test.jsonl", "the only one"},
		{"corpus_pages.jsonl", "corpus_pages.jsonl", "the one without ending"},
		{"corpus_pages_dev.jsonl", "corpus_pages_dev.jsonl", "the same ending as the rows"},
	} {
		touch(step.add)
		if got, err := fb.CorpusBeside(rows); err != nil || filepath.Base(got) != step.want {
			t.Errorf("%s: got %s, %v", step.why, got, err)
		}
	}
	if got, err := Importers()[1].CorpusBeside(rows); got != "" || err != nil {
		t.Errorf("tatqa needs no corpus: %q, %v", got, err)
	}
}

func FuzzReadFigure(f *testing.F) {
	for _, s := range []string{"$(1,212)", "−298", "£(9.9m)", "7 per cent", "RMB3 million", ".5", "US$ 1,2,3 bn"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fig, ok := readFigure(s)
		if !ok {
			return
		}
		back, ok := readFigure(fig.text())
		if !ok || back.magnitude() != fig.magnitude() || back.kind() != fig.kind() {
			t.Fatalf("%q reads as %+v, which is written %q and reads as %+v, %v", s, fig, fig.text(), back, ok)
		}
		if grouped := fig.grouped(); grouped.magnitude() != fig.magnitude() || fig.trimmed().magnitude() != fig.magnitude() {
			t.Fatalf("%q changes when grouped: %q", s, grouped.text())
		}
	})
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(financeQA))
	f.Add([]byte(tatqaRows))
	f.Add([]byte(`{"id":"a/","group":"#","question":"q","gold":["(1"],"answer_type":"count","table":[[],["x"]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := ImportTATQA(strings.NewReader(string(data))); err == nil {
			Lint(s)
		}
		if s, err := ImportFinanceBench(strings.NewReader(string(data)), nil); err == nil {
			Lint(s)
		}
	})
}
