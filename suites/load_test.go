package suites

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/viva-eval/viva/internal/value"
)

const (
	goodManifest = "name: tiny\ntitle: A tiny suite\nversion: 1.10\nlicense: Apache-2.0\nas_of: 2026-06-30\nlanguages: [en, zh]\n"
	goodItem     = `{"id":"hr-1","question":"How many days?","language":"en","domain":"hr","skill":"single-hop","evidence":["leave"],"answer":{"kind":"number","text":"28 days","unit":"day"}}`
	goodPassage  = "---\nid: leave\ntitle: \"Leave: the policy\"\nlanguage: en\norigin: policy\nvalid_from: 2026-01-01\n---\n\nStaff get 28 days.\n\n"
)

func folder(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{
		"s/suite.yaml":        {Data: []byte(goodManifest)},
		"s/items.jsonl":       {Data: []byte(goodItem + "\n")},
		"s/passages/leave.md": {Data: []byte(goodPassage)},
	}
	for i := 0; i+1 < len(files); i += 2 {
		fsys["s/"+files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func wantTiny() *Suite {
	return &Suite{
		Name: "tiny", Title: "A tiny suite", Version: "1.10", License: "Apache-2.0", Languages: []string{"en", "zh"},
		AsOf: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC),
		Items: []Item{{ID: "hr-1", Question: "How many days?", Language: "en", Domain: "hr", Skill: SingleHop, Source: "leave",
			Evidence: []string{"leave"}, Answer: Answer{Kind: value.Number, Text: "28 days", Unit: "day"}}},
		Passages: []Passage{{ID: "leave", Title: "Leave: the policy", Text: "Staff get 28 days.", Language: "en", Origin: "policy",
			ValidFrom: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
}

func TestLoadReadsTheFolder(t *testing.T) {
	crlf := func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") }
	for name, fsys := range map[string]fs.FS{
		"as written":           folder(),
		"byte order mark, CRs": folder("suite.yaml", crlf(goodManifest), "items.jsonl", crlf("\n"+goodItem+"\n\n"), "passages/leave.md", crlf(goodPassage)),
		"other files beside":   folder("README.md", "hello", "passages/.DS_Store", "x"),
		"no end of line":       folder("items.jsonl", goodItem),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Load(fsys, "s")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(wantTiny(), got); d != "" {
				t.Errorf("suite differs (-want +got):\n%s", d)
			}
			if got.Digest() != wantTiny().Digest() {
				t.Error("the digest depends on how the files are written")
			}
		})
	}
}

// TestLoadSaysEachThingOnce counts the problems of a faulty file: what follows from a problem is none of its own.
func TestLoadSaysEachThingOnce(t *testing.T) {
	long := strings.Repeat("long-", 80)
	for _, tt := range []struct{ why, items, want string }{
		{"a quote too many, which damages the field before it", strings.Replace(goodItem, `"hr-1"`, `""hr-1"`, 1), `s/items.jsonl:1:8: read JSON: invalid character 'h' after object key:value pair`},
		{"a brace too early, which leaves fields out", strings.Replace(goodItem, `"hr-1"`, `"hr-1"}`, 1), `s/items.jsonl:1:14: something follows the object: write one object a line`},
		{"an object over several lines", "{\n\"id\": \"hr-1\",\n\"question\": \"q\"\n}\n" + goodItem, `s/items.jsonl:1:2: read JSON: the line ends inside the object: each item is one whole line`},
		{"a string without its end", strings.Replace(goodItem, `"day"}`, `"day}`, 1), `s/items.jsonl:1:170: read JSON: the line ends inside the object: each item is one whole line`},
		{"a long value, shortened", strings.Replace(goodItem, "hr-1", long, 1), `s/items.jsonl:1:7: field "id": "long-long-long-long-long-long- … long-long-long-long-long-long-" is no id: write up to 128 letters, digits and . _ # -, beginning with a letter or digit`},
		{"a long name of a field", strings.Replace(goodItem, `"domain"`, `"`+long+`"`, 1), `s/items.jsonl:1:58: unknown field "long-long-long-long-long-long- … long-long-long-long-long-long-": the fields are "answer", "derivation", "domain", "evidence", "id", "language", "question", "skill", "source" or "traps"`},
	} {
		_, err := Load(folder("items.jsonl", tt.items), "s")
		le, ok := errors.AsType[*LoadError](err)
		if !ok || len(le.Problems) != 1 || le.Problems[0].Error() != tt.want {
			t.Errorf("%s: got %v\nwant %s", tt.why, err, tt.want)
		}
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	item := func(old, new string) string { return strings.Replace(goodItem, old, new, 1) }
	for _, tt := range []struct{ why, file, text, want string }{
		{"a misspelt field, with its place", "suite.yaml", strings.Replace(goodManifest, "title", "titel", 1), `s/suite.yaml:2:1: unknown field "titel": the fields are "name", "title", "version"`},
		{"a required field", "suite.yaml", strings.Replace(goodManifest, "license: Apache-2.0\n", "", 1), `field "license" is missing`},
		{"a doubled key", "suite.yaml", goodManifest + "version: 2\n", `s/suite.yaml:7:1: field "version" stands twice, first on line 3`},
		{"an impossible day", "suite.yaml", strings.Replace(goodManifest, "06-30", "06-31", 1), `s/suite.yaml:5:8: field "as_of": "2026-06-31" is no day of the calendar: write year-month-day`},
		{"a list that is none", "suite.yaml", strings.Replace(goodManifest, "[en, zh]", "en", 1), `s/suite.yaml:6:12: field "languages": must be a list, such as [en, zh]`},
		{"null in a list, which decoders drop", "suite.yaml", strings.Replace(goodManifest, "zh]", "null]", 1), `member 2 is null`},
		{"an alias", "suite.yaml", strings.Replace(strings.Replace(goodManifest, "tiny", "&a tiny", 1), "1.10", "*a", 1), "uses a YAML anchor or alias"},
		{"two documents", "suite.yaml", goodManifest + "---\nname: x\n", "s/suite.yaml:7: a second YAML document begins"},
		{"a colon without quotes", "suite.yaml", "name: tiny\ntitle: a: b\n", "s/suite.yaml:2: read YAML: mapping values are not allowed in this context: put values"},
		{"an empty file", "suite.yaml", "", `field "name" is missing`},
		{"no mapping", "suite.yaml", "- a\n", "s/suite.yaml:1:1: expected lines of the form field: value"},
		{"another encoding", "suite.yaml", "name: tiny\ntitle: caf\xe9\n", "s/suite.yaml:2: is not UTF-8"},

		{"an unknown kind, with the choices", "items.jsonl", item(`"number"`, `"nummer"`), `s/items.jsonl:1:131: field "answer.kind": "nummer" is not known: choose "text", "number", "percent"`},
		{"an unknown skill", "items.jsonl", item(`"single-hop"`, `"hop"`), `field "skill": "hop" is not known: choose "single-hop", "two-hop"`},
		{"a field in other letters", "items.jsonl", item(`"id"`, `"ID"`), `s/items.jsonl:1:2: unknown field "ID"`},
		{"a doubled key", "items.jsonl", item(`"domain":"hr"`, `"id":"x"`), `field "id" stands twice`},
		{"a missing field", "items.jsonl", item(`"question":"How many days?",`, ""), `field "question" is missing`},
		{"a number for a string", "items.jsonl", item(`"28 days"`, `28`), `field "answer.text": must be a string in double quotes, not a number`},
		{"null for a string", "items.jsonl", item(`"hr"`, `null`), `field "domain": must be a string in double quotes, not null`},
		{"null in a list", "items.jsonl", item(`["leave"]`, `["leave",null]`), `field "evidence": member 2 must be a string in double quotes, not null`},
		{"half a surrogate pair", "items.jsonl", item(`How many`, `\ud83d`), `holds half a surrogate pair`},
		{"two objects on a line", "items.jsonl", goodItem + goodItem, "something follows the object"},
		{"an item over two lines", "items.jsonl", item(`"language"`, "\n\"language\""), "s/items.jsonl:1:42: read JSON: the line ends inside the object"},
		{"not JSON", "items.jsonl", "id: hr-1", "s/items.jsonl:1:1: read JSON: invalid character"},
		{"a list", "items.jsonl", "[1]", "s/items.jsonl:1:1: expected an object in braces"},
		{"the second of two equal ids", "items.jsonl", goodItem + "\n\n" + goodItem, `s/items.jsonl:3: item "hr-1" stands already on line 1`},
		{"another encoding", "items.jsonl", goodItem + "\n" + item("many", "\xff"), "s/items.jsonl:2: is not UTF-8"},
		{"a line without end", "items.jsonl", goodItem + "\n" + strings.Repeat("x", 5<<20), "s/items.jsonl:2: the line is longer than 4 MiB"},
		{"nothing asked", "items.jsonl", "\n\n", "s/items.jsonl: holds no items"},
		{"a set with text", "items.jsonl", item(`"kind":"number"`, `"kind":"set","set":["a"]`), `field "answer.text": kind set takes its members from set`},
		{"members without set", "items.jsonl", item(`"unit":"day"`, `"set":["a"]`), `only kind set has members`},
		{"no text", "items.jsonl", item(`"text":"28 days",`, ``), `field "answer.text" is missing`},
		{"a grouped magnitude", "items.jsonl", item(`"unit":"day"`, `"number":"1,000"`), `"1,000" is no plain decimal`},
		{"a tolerance below zero", "items.jsonl", item(`"unit":"day"`, `"tolerance":-1`), `field "answer.tolerance": must be a number of at least 0`},
		{"a trap without cause", "items.jsonl", item(`"answer":`, `"traps":[{"kind":"text","text":"x"}],"answer":`), `field "traps[0].cause" is missing`},
		{"an unreadable derivation", "items.jsonl", item(`"answer":`, `"derivation":"1,000 * 2","answer":`), `cannot read ",000 * 2": write plain decimals without grouping`},

		{"no front matter", "passages/leave.md", "hello\n", "s/passages/leave.md:1: front matter is missing"},
		{"open front matter", "passages/leave.md", "---\nid: leave\n", "s/passages/leave.md:1: front matter is not closed"},
		{"a name that differs", "passages/other.md", goodPassage, `s/passages/other.md:2:5: field "id": "leave" differs from the file's name: write id: other or rename the file to leave.md`},
		{"an unknown field", "passages/leave.md", strings.Replace(goodPassage, "origin", "orgin", 1), `s/passages/leave.md:5:1: unknown field "orgin"`},
		{"a wrong line in front matter", "passages/leave.md", strings.Replace(goodPassage, `"Leave: the policy"`, "Leave: the policy", 1), "s/passages/leave.md:3: read YAML"},
		{"no text", "passages/leave.md", "---\nid: leave\ntitle: t\nlanguage: en\n---\n \n", "s/passages/leave.md:6: the passage has no text"},
		{"another kind of file", "passages/leave.txt", "x", "s/passages/leave.txt: is no passage"},
		{"a huge passage", "passages/leave.md", goodPassage + strings.Repeat("x", 5<<20), "the file is larger than 4 MiB"},
	} {
		t.Run(tt.file+" "+tt.why, func(t *testing.T) {
			s, err := Load(folder(tt.file, tt.text), "s")
			if err == nil {
				t.Fatalf("loaded %+v", s)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

func TestLoadCollects(t *testing.T) {
	_, err := Load(folder("suite.yaml", "name: Tiny Suite\n", "items.jsonl", strings.Repeat("{}\n", 30)), "s")
	var le *LoadError
	if !errors.As(err, &le) || len(le.Problems) != maxProblems || le.More != 5+30*4-maxProblems {
		t.Fatalf("want %d problems and the rest counted, got %v", maxProblems, err)
	}
	var p Problem
	if !errors.As(err, &p) || p.File != "s/suite.yaml" || p.Line != 1 {
		t.Errorf("first problem %+v", p)
	}
}

func TestLoadMissingFolder(t *testing.T) {
	_, err := Load(fstest.MapFS{}, "nowhere")
	if err == nil || !strings.Contains(err.Error(), "nowhere/suite.yaml: read suite: the file does not exist: a suite folder holds") {
		t.Error(err)
	}
}

func TestLoadFolderNamesPaths(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	if err := WriteFolder(dir, wantTiny()); err != nil {
		t.Fatal(err)
	}
	if s, err := LoadFolder(dir); err != nil || s.Digest() != wantTiny().Digest() {
		t.Error(err)
	}
	file := filepath.Join(dir, "items.jsonl")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadFolder(dir); err == nil || !strings.Contains(err.Error(), file+":1:1: field") {
		t.Error(err)
	}
	if _, err := LoadFolder(filepath.Join(dir, "gone")); err == nil || !strings.Contains(err.Error(), filepath.Join("gone", "suite.yaml")+": read suite: the file does not exist") {
		t.Error(err)
	}
}

func TestPassageFindsInAnyOrder(t *testing.T) {
	s := &Suite{Passages: []Passage{{ID: "c"}, {ID: "a"}, {ID: "b"}}}
	for _, id := range []string{"a", "b", "c"} {
		if p, ok := s.Passage(id); !ok || p.ID != id {
			t.Errorf("Passage(%q) = %v, %v", id, p, ok)
		}
	}
	if _, ok := s.Passage("d"); ok {
		t.Error("found a passage that is not there")
	}
}

func TestWriteFolderRoundTrip(t *testing.T) {
	root := t.TempDir()
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		want := drawSuite(rt)
		runs++
		dir := filepath.Join(root, time.Duration(runs).String(), "suite")
		if err := WriteFolder(dir, want); err != nil {
			rt.Fatal(err)
		}
		got, err := Load(os.DirFS(dir), ".")
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatalf("suite differs (-want +got):\n%s", d)
		}
	})
}

func drawSuite(t *rapid.T) *Suite {
	line := rapid.StringOfN(rapid.RuneFrom([]rune("aé 28:#-'\"{}[]%&*!|>\\\n\t中文क्षि<\u00a0😀null~")), 1, 40, -1).Filter(func(s string) bool { return checkText(s) == nil })
	maybe := func(g *rapid.Generator[string]) *rapid.Generator[string] { return rapid.OneOf(rapid.Just(""), g) }
	date := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Date(rapid.IntRange(1, 9999).Draw(t, "year"), 3, 4, 0, 0, 0, 0, time.UTC)
	})
	maybeDate := rapid.OneOf(rapid.Just(time.Time{}), date)
	answer := func(t *rapid.T) Answer {
		a := Answer{Kind: rapid.SampledFrom(Kinds()).Draw(t, "kind"), Aliases: rapid.SliceOfN(line, 0, 2).Draw(t, "aliases"),
			Unit: maybe(line).Draw(t, "unit"), Tolerance: rapid.Float64Range(0, 1e9).Draw(t, "tolerance")}
		if len(a.Aliases) == 0 {
			a.Aliases = nil
		}
		if a.Kind == value.Set {
			a.Set = rapid.SliceOfN(line, 1, 3).Draw(t, "set")
		} else {
			a.Text = line.Draw(t, "text")
		}
		return a
	}
	body := line.Filter(func(s string) bool { return trimBody(s) == s })
	s := &Suite{Name: "made-up", Title: line.Draw(t, "title"), Version: line.Draw(t, "version"), License: line.Draw(t, "license"),
		Description: maybe(line).Draw(t, "description"), AsOf: maybeDate.Draw(t, "as of"), Languages: []string{"en", "hi"}}
	for i := range rapid.IntRange(1, 3).Draw(t, "items") {
		it := Item{ID: "i" + string(rune('a'+i)), Question: line.Draw(t, "question"), Language: "hi", Domain: maybe(line).Draw(t, "domain"),
			Skill: rapid.SampledFrom(Skills()).Draw(t, "skill"), Source: line.Draw(t, "source")}
		if rapid.Bool().Draw(t, "answerable") {
			it.Answer = answer(t)
			it.Evidence = []string{"p.1", "p#2"}
			it.Derivation = "(1.5 + 2) * 3"
		}
		for range rapid.IntRange(0, 2).Draw(t, "traps") {
			it.Traps = append(it.Traps, Trap{answer(t), rapid.SampledFrom(Causes()).Draw(t, "cause")})
		}
		s.Items = append(s.Items, it)
	}
	for _, id := range []string{"p", "p#2", "p-1", "p.1"}[:rapid.IntRange(0, 4).Draw(t, "passages")] {
		s.Passages = append(s.Passages, Passage{ID: id, Title: line.Draw(t, "title"), Text: body.Draw(t, "text"), Language: "en",
			ValidFrom: maybeDate.Draw(t, "from"), ValidTo: maybeDate.Draw(t, "to"), Origin: maybe(line).Draw(t, "origin")})
	}
	return s
}

func TestWriteFolderOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept.txt")
	if err := os.WriteFile(kept, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteFolder(dir, wantTiny()); err == nil || !strings.Contains(err.Error(), "is not empty: name a new folder") {
		t.Error(err)
	}
	bad := wantTiny()
	bad.Passages[0].Text = "one\r\ntwo\n\n"
	target := filepath.Join(t.TempDir(), "new")
	if err := WriteFolder(target, bad); err == nil || !strings.Contains(err.Error(), "passage leave would change") {
		t.Error(err)
	}
	escape := wantTiny()
	escape.Passages[0].ID = "../../escape"
	if err := WriteFolder(target, escape); err == nil || !strings.Contains(err.Error(), "is no id") {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(target)); err != nil || len(left) > 0 {
		t.Errorf("a refused suite left %v behind", left)
	}
}

func TestDigestSeesEveryField(t *testing.T) {
	base := wantTiny().Digest()
	for name, change := range map[string]func(*Suite){
		"title":      func(s *Suite) { s.Title += "." },
		"as of":      func(s *Suite) { s.AsOf = s.AsOf.AddDate(0, 0, 1) },
		"language":   func(s *Suite) { s.Languages = s.Languages[:1] },
		"question":   func(s *Suite) { s.Items[0].Question += "?" },
		"answer":     func(s *Suite) { s.Items[0].Answer.Text = "29 days" },
		"alias":      func(s *Suite) { s.Items[0].Answer.Aliases = []string{"four weeks"} },
		"trap":       func(s *Suite) { s.Items[0].Traps = []Trap{{Cause: Stale}} },
		"derivation": func(s *Suite) { s.Items[0].Derivation = "14 * 2" },
		"evidence":   func(s *Suite) { s.Items[0].Evidence = nil },
		"text":       func(s *Suite) { s.Passages[0].Text += "!" },
		"valid to":   func(s *Suite) { s.Passages[0].ValidTo = s.AsOf },
	} {
		s := wantTiny()
		change(s)
		if s.Digest() == base {
			t.Errorf("the digest does not see the %s", name)
		}
	}
	two := wantTiny()
	two.Items = append(two.Items, Item{ID: "b"})
	two.Passages = append(two.Passages, Passage{ID: "b"})
	before := two.Digest()
	two.Items[0], two.Items[1] = two.Items[1], two.Items[0]
	two.Passages[0], two.Passages[1] = two.Passages[1], two.Passages[0]
	if two.Digest() != before {
		t.Error("the digest depends on the order")
	}
}

func FuzzPassage(f *testing.F) {
	f.Add([]byte(goodPassage))
	f.Add([]byte("---\nid: *a\n---\nx"))
	f.Add([]byte("\ufeff---\r\nid: p\r\ntitle: |\r\n  a\r\n  ---\r\nlanguage: hi\r\n---\r\n\r\nक\r\n"))
	f.Add([]byte("---\n? [a]\n: b\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var ps problems
		p := parsePassage(data, "p.md", "leave", &ps)
		if len(ps.list) > 0 {
			return
		}
		out, err := encodePassage(p)
		if err != nil {
			t.Fatal(err)
		}
		back := parsePassage(out, "p.md", "leave", &ps)
		if len(ps.list) > 0 || canonicalPassage(p) != canonicalPassage(back) {
			t.Fatalf("read %q, wrote %q, read back %q: %v", p, out, back, ps.list)
		}
	})
}

func FuzzItem(f *testing.F) {
	f.Add([]byte(goodItem))
	f.Add([]byte(`{"id":"a","question":"q","language":"en","skill":"count","answer":{"kind":"set","set":["x"],"tolerance":1e-3},"traps":[{"kind":"id","text":"7","cause":"stale"}]}`))
	f.Add([]byte(`{"id":"\ud800","answer":null}`))
	f.Add([]byte(`{"id":"a","answer":{"kind":`))
	f.Fuzz(func(t *testing.T, line []byte) {
		it, faults := decodeItem(line)
		if len(faults) > 0 {
			return
		}
		out, err := encodeItem(it)
		if err != nil {
			t.Fatal(err)
		}
		back, faults := decodeItem(out)
		if len(faults) > 0 || frame(canonicalItem(it)) != frame(canonicalItem(back)) {
			t.Fatalf("read %+v, wrote %s, read back %+v: %v", it, out, back, faults)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	var items strings.Builder
	for i := range 1000 {
		items.WriteString(strings.Replace(goodItem, "hr-1", "hr-"+time.Duration(i).String(), 1) + "\n")
	}
	fsys := folder("items.jsonl", items.String())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(fsys, "s"); err != nil {
			b.Fatal(err)
		}
	}
}
