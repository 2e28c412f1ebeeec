package files

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/viva-eval/viva/suites"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// TestRead holds what comes of documents that LibreOffice and Chromium wrote, and of two written by hand, in one file to read through.
func TestRead(t *testing.T) {
	corpus, err := Read(t.Context(), Config{Folder: "testdata"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range corpus.Passages {
		fmt.Fprintf(&b, "=== %s [%s, %s]\n%s\n%s\n", p.ID, p.Language, p.Origin, p.Title, p.Text)
	}
	for _, s := range corpus.Skipped {
		fmt.Fprintf(&b, "--- %s: %v\n", s.File, s.Err)
	}
	const golden = "testdata/.golden.txt" // hidden, so that it is not read
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("run with -update if this is right:\n%s", d)
	}
	if corpus.Files != 7 {
		t.Errorf("%d files, want 7", corpus.Files)
	}
}

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// zipped is an archive with one member.
func zipped(name, data string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.Create(name)
	_, _ = f.Write([]byte(data))
	_ = w.Close()
	return b.String()
}

func TestBrokenFilesAreNamed(t *testing.T) {
	pdf, docx, xlsx := file(t, "handbook.pdf"), file(t, "handbook.docx"), file(t, "prices.xlsx")
	dir := folder(t, map[string]string{
		"a/good.txt":       "Leave is 29 days.",
		"cut.pdf":          pdf[:200],
		"cut.docx":         docx[:len(docx)/2],
		"cut.xlsx":         xlsx[:len(xlsx)/2],
		"renamed.docx":     pdf,
		"other.docx":       zipped("word/other.xml", "<a/>"),
		"nested.docx":      zipped("word/document.xml", strings.Repeat("<a>", 300)+strings.Repeat("</a>", 300)),
		"unclosed.docx":    zipped("word/document.xml", "<w:document><w:body><w:p>"),
		"empty.pdf":        "",
		"empty.txt":        " \n\n ",
		"binary.txt":       "a\x00b",
		"old.doc":          "x",
		"quote.csv":        "a,b\n\"unclosed,1\n",
		".hidden.txt":      "not read",
		".git/config.txt":  "not read",
		"~$handbook.docx":  "an office program's lock",
		"deep/er/note.txt": "A second good one.",
	})
	corpus, err := Read(t.Context(), Config{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	var skipped []string
	for _, s := range corpus.Skipped {
		skipped = append(skipped, s.File)
		if s.Err == nil || strings.Contains(s.Err.Error(), dir) {
			t.Errorf("%s: %v", s.File, s.Err)
		}
	}
	want := []string{"binary.txt", "cut.docx", "cut.pdf", "cut.xlsx", "empty.pdf", "empty.txt", "nested.docx", "old.doc", "other.docx", "renamed.docx", "unclosed.docx"}
	if d := cmp.Diff(want, skipped); d != "" {
		t.Error(d)
	}
	var ids []string
	for _, p := range corpus.Passages {
		ids = append(ids, p.ID)
	}
	if d := cmp.Diff([]string{"a/good.txt#1", "deep/er/note.txt#1", "quote.csv#1"}, ids); d != "" {
		t.Error(d)
	}
}

func TestNothingOutsideTheFolderIsRead(t *testing.T) {
	dir := folder(t, map[string]string{"in/good.txt": "inside", "secret.txt": "outside"})
	in := filepath.Join(dir, "in")
	for name, to := range map[string]string{"link.txt": "../secret.txt", "absolute.txt": filepath.Join(dir, "secret.txt"), "up": "..", "loop": "."} {
		if err := os.Symlink(to, filepath.Join(in, name)); err != nil {
			t.Fatal(err)
		}
	}
	corpus, err := Read(t.Context(), Config{Folder: in})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range corpus.Passages {
		if strings.Contains(p.Text, "outside") {
			t.Errorf("%s came from outside the folder", p.ID)
		}
	}
	if len(corpus.Passages) != 1 || len(corpus.Skipped) != 4 {
		t.Errorf("%d passages, skipped %v", len(corpus.Passages), corpus.Skipped)
	}
}

func TestFolderErrors(t *testing.T) {
	for _, c := range []Config{{}, {Folder: filepath.Join(t.TempDir(), "none")}, {Folder: "files.go"}, {Folder: "testdata", Words: 3}, {Folder: "testdata", Words: -1}} {
		if _, err := Read(t.Context(), c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, Config{Folder: "testdata"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct{ name, data, want, why string }{
		{"a.csv", "a,b\n1,\"x,y\"\n", "| a | b |\n|---|---|\n| 1 | x,y |", "a quoted comma"},
		{"a.csv", "a;b\n1,5;2,5\n", "| a | b |\n|---|---|\n| 1,5 | 2,5 |", "decimal commas: the semicolon parts"},
		{"a.tsv", "a\tb,c\n1\t2\n", "| a | b,c |\n|---|---|\n| 1 | 2 |", "tabs by the name"},
		{"a.csv", "\xef\xbb\xbfa,b\r\n1,2\r\n", "| a | b |\n|---|---|\n| 1 | 2 |", "a byte order mark"},
		{"a.csv", "a,b\n1|2,3\n", "| a | b |\n|---|---|\n| 1\\|2 | 3 |", "a bar in a cell"},
		{"a.csv", "Stra\xdfe,Ort\nM\xfchlweg 3,K\xf6ln\n", "| Straße | Ort |\n|---|---|\n| Mühlweg 3 | Köln |", "Windows-1252"},
		{"a.csv", "\xc4\xea\xbc\xd9,\xcc\xec\n\xc6\xd5\xcd\xa8,29\n", "| 年假 | 天 |\n|---|---|\n| 普通 | 29 |", "GB 2312"},
		{"a.csv", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00", "| a | b |\n|---|---|\n| 1 | 2 |", "UTF-16"},
		{"a.csv", "a,b,\n1,2,\n,,\n3\n", "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 |  |", "empty columns and rows"},
	} {
		d, err := readCSV(t.Context(), source{name: c.name, data: []byte(c.data)})
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if got := markdownTable(d.blocks[0].rows); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.why, got, c.want)
		}
	}
}

// TestCut: no word is lost, none but a table's head comes twice, and no passage is longer than asked for but by one sentence or row.
func TestCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(20, 60).Draw(t, "words")
		var d document
		var want []string
		n := 0
		word := func() string { n++; return fmt.Sprintf("w%d", n) }
		for range rapid.IntRange(0, 12).Draw(t, "blocks") {
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				d.blocks = append(d.blocks, block{level: rapid.IntRange(1, 3).Draw(t, "level"), text: "Heading"})
			case 1:
				rows := [][]string{{"head", "head"}}
				for range rapid.IntRange(0, 50).Draw(t, "rows") {
					rows = append(rows, []string{word(), word()})
					want = append(want, rows[len(rows)-1]...)
				}
				d.blocks = append(d.blocks, block{rows: rows})
			default:
				var text []string
				for range rapid.IntRange(1, 300).Draw(t, "length") {
					text = append(text, word())
					want = append(want, text[len(text)-1])
					if rapid.IntRange(0, 9).Draw(t, "stop") == 0 {
						text[len(text)-1] += "."
					}
				}
				d.blocks = append(d.blocks, block{text: strings.Join(text, " ")})
			}
		}
		passages := cut("a.txt", d, words)
		var got []string
		ids := map[string]bool{}
		for _, p := range passages {
			if ids[p.ID] || p.Origin != "files:"+p.ID {
				t.Fatalf("passage %q of %q", p.ID, p.Origin)
			}
			ids[p.ID] = true
			if n := len(strings.FieldsFunc(p.Text, func(r rune) bool { return r == ' ' || r == '\n' || r == '|' || r == '-' })); n > 3*words {
				t.Fatalf("a passage of %d words, %d asked for", n, words)
			}
			for _, w := range strings.FieldsFunc(p.Text, func(r rune) bool { return r == ' ' || r == '\n' || r == '|' || r == '-' || r == '.' }) {
				if w != "head" {
					got = append(got, w)
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" && len(want)+len(got) > 0 {
			t.Fatal(d)
		}
	})
}

// TestCutNumbersEachPassageOnce: a sheet may be called as the second piece of another one is numbered.
func TestCutNumbersEachPassageOnce(t *testing.T) {
	long := strings.Repeat("word ", 30)
	var d document
	for _, sheet := range []string{"Stock", "Stock.2"} {
		d.blocks = append(d.blocks, block{text: long, place: sheet}, block{text: long, place: sheet})
	}
	seen := map[string]bool{}
	for _, p := range cut("a.xlsx", d, 40) {
		if seen[p.ID] {
			t.Errorf("%s twice", p.ID)
		}
		seen[p.ID] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d passages: %v", len(seen), seen)
	}
}

func TestCutChinese(t *testing.T) {
	sentence := "入职满三年的员工每年享有二十九天年假。"
	passages := cut("a.txt", document{blocks: []block{{text: strings.Repeat(sentence, 20)}}}, 50)
	if len(passages) < 4 {
		t.Errorf("%d passages of %d characters", len(passages), 20*len([]rune(sentence)))
	}
	long := cut("a.txt", document{blocks: []block{{text: strings.Repeat("年", 1000)}}}, 50)
	total := 0
	for _, p := range long {
		total += strings.Count(p.Text, "年")
	}
	if total != 1000 || len(long) < 10 {
		t.Errorf("%d passages with %d of 1000 characters", len(long), total)
	}
}

// fuzzRead: foreign bytes end in blocks or an error, and what comes of them can be cut.
func fuzzRead(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	i := 0
	for j, x := range formats {
		if strings.HasSuffix(name, x.extensions[0]) {
			i = j
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := formats[i].read(context.Background(), source{name: name, data: data})
		if err != nil {
			return
		}
		var passages []suites.Passage = cut(name, d, 30)
		for _, p := range passages {
			if p.ID == "" || strings.TrimSpace(p.Text) == "" {
				t.Fatalf("an empty passage %q", p.ID)
			}
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	fuzzRead(f, "a.md", "# A\n\ntext\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "A\n===\n```\n# x\n", "---\na: b\n---\nx", "|-\n-|\n", "a|b\n-|-\n")
}

func FuzzHTML(f *testing.F) {
	fuzzRead(f, "a.html", "<h1>A</h1><table><tr><td rowspan=3>1<td>2</table>", "<p>a<script>b</script>", "<table><tr><th colspan=9999>x")
}

func FuzzCSV(f *testing.F) {
	fuzzRead(f, "a.csv", "a,b\n1,2\n", "a;b\n\"1\n2\";3\n", "\xff\xfea\x00", "\xc4\xea,\xbc\xd9\n")
}

func FuzzDOCX(f *testing.F) {
	f.Add([]byte(`<w:document xmlns:w="w"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>A</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := parseXML(data)
		if err != nil {
			return
		}
		w := word{levels: map[string]int{"Heading1": 1}, notes: map[string]string{}}
		cut("a.docx", document{blocks: w.blocks(root)}, 30)
	})
}
