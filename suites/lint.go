package suites

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// Finding is one flaw in the ground truth of a suite.
type Finding struct {
	Rule    Rule
	Level   Level
	File    string // within the suite folder: suite.yaml, items.jsonl, passages/ID.md
	Line    int    // from 1, where [Locate] has found it; else 0
	Item    string // the item's ID, or ""
	Passage string // the passage's ID, or ""
	Message string // what is wrong and what to do about it
}

// Level says how much a finding weighs.
type Level uint8

const (
	// Error is a flaw that whoever writes the suite can mend.
	Error Level = iota
	// Note is a flaw of the benchmark that the suite was imported from, by a rule that is [Rule.Upstream].
	Note
)

// String gives "error" or "note".
func (l Level) String() string {
	if l == Note {
		return "note"
	}
	return "error"
}

// String gives the finding on one line: file, line, item, message and rule, and that it is a note.
func (f Finding) String() string {
	where := f.File
	if f.Line > 0 {
		where += ":" + strconv.Itoa(f.Line)
	}
	if f.Item != "" {
		where += ": item " + f.Item
	}
	if f.Level == Note {
		return fmt.Sprintf("%s: note: %s [%s]", where, f.Message, f.Rule)
	}
	return fmt.Sprintf("%s: %s [%s]", where, f.Message, f.Rule)
}

// Lint checks a suite's ground truth by the [Rules]: that ids and questions are unique, evidence exists, answers follow from their
// evidence, traps are wrong, editions are dated. Findings come in the order of suite, items and passages. A passage that no item
// uses is no flaw: corpora need pages that answer nothing. In a suite that was imported, what its benchmark lacks is a [Note].
func Lint(s *Suite) []Finding {
	l := &linter{suite: s, facts: map[string]*facts{}}
	l.manifest()
	ids, questions := map[string]string{}, map[string]string{}
	for _, it := range s.Items {
		l.item(it, ids, questions)
	}
	clear(ids)
	for _, p := range s.Passages {
		l.passage(p, ids)
	}
	return l.findings
}

// Locate gives each finding about an item the line on which the item stands in the suite folder dir of fsys. A suite does not know
// where it was read from, so that one that was made in memory is equal to one that was loaded. Findings whose item or file is not there
// keep their line.
func Locate(findings []Finding, fsys fs.FS, dir string) {
	f, err := fsys.Open(path.Join(dir, itemsFile))
	if err != nil {
		return
	}
	defer f.Close() // read only: nothing can be lost
	_, lines := readItems(f, itemsFile, &problems{})
	for i := range findings {
		if n, ok := lines[findings[i].Item]; ok {
			findings[i].Line = n
		}
	}
}

type linter struct {
	suite    *Suite
	facts    map[string]*facts // by passage ID, read when first needed
	findings []Finding
}

func (l *linter) add(f Finding, format string, args ...any) {
	f.Message = fmt.Sprintf(format, args...)
	if l.suite.Imported != "" && f.Rule.Upstream() {
		f.Level = Note
	}
	l.findings = append(l.findings, f)
}

func (l *linter) manifest() {
	at := func(r Rule) Finding { return Finding{Rule: r, File: manifestFile} }
	if len(l.suite.Items) == 0 {
		l.add(at(EmptyField), "the suite has no items: write questions into %s", itemsFile)
	}
	for _, lang := range l.suite.Languages {
		if !slices.ContainsFunc(l.suite.Items, func(it Item) bool { return it.Language == lang }) {
			l.add(at(UnusedLanguage), "language %q has no items: write some or take it off the list", lang)
		}
	}
}

func (l *linter) item(it Item, ids, questions map[string]string) {
	at := func(r Rule) Finding { return Finding{Rule: r, File: itemsFile, Item: it.ID} }
	if first, again := ids[strings.ToLower(it.ID)]; again {
		l.add(at(DuplicateID), "the id is that of item %s: give each item an id that differs in more than case", first)
	} else {
		ids[strings.ToLower(it.ID)] = it.ID
	}
	key := it.Language + " " + strings.Join(text.Words(it.Question), " ")
	if first, again := questions[key]; again {
		l.add(at(DuplicateQuestion), "asks the same as item %s: drop one, or say in the question what differs", first)
	} else {
		questions[key] = it.ID
	}
	for _, f := range []struct{ name, value, remedy string }{
		{"question", it.Question, "write it"},
		{"domain", it.Domain, "name the department or subject, by which results are broken down"},
		{"source", it.Source, "name the document it hangs on"},
	} {
		if strings.TrimSpace(f.value) == "" {
			l.add(at(EmptyField), "has no %s: %s", f.name, f.remedy)
		}
	}
	if !slices.Contains(l.suite.Languages, it.Language) {
		l.add(at(UndeclaredLanguage), "is asked in %q: add it to languages in %s (%s)", it.Language, manifestFile, choices(l.suite.Languages))
	}
	known := true
	for _, id := range it.Evidence {
		if _, ok := l.suite.Passage(id); !ok && len(l.suite.Passages) > 0 { // without passages the corpus lies elsewhere, behind a connector
			known = false
			l.add(at(EvidenceUnknown), "evidence %q is no passage: write passages/%s.md or correct the id", id, id)
		}
	}
	open := it.Skill == Unanswerable || it.Skill == FalsePremise
	if it.Skill == Unanswerable && len(it.Evidence) > 0 {
		l.add(at(EvidenceUnexpected), "is unanswerable but has evidence: take it away, or choose skill %s if the passage refutes the question", FalsePremise)
	}
	switch {
	case open && it.Answerable():
		l.add(at(AnswerUnexpected), "skill %s has no answer to give: remove the answer or choose another skill", it.Skill)
	case !open && !it.Answerable():
		l.add(at(AnswerMissing), "has no answer: write one, or choose skill %s or %s", Unanswerable, FalsePremise)
	}
	if it.Answerable() {
		l.answer(it, at, known)
	} else {
		if it.Derivation != "" {
			l.add(at(BadDerivation), "has a derivation but no answer: remove one or write the other")
		}
		l.traps(it, at, nil)
	}
}

func (l *linter) passage(p Passage, ids map[string]string) {
	at := func(r Rule) Finding {
		return Finding{Rule: r, File: passagesDir + "/" + p.ID + passageExt, Passage: p.ID}
	}
	if first, again := ids[strings.ToLower(p.ID)]; again {
		l.add(at(DuplicateID), "the id is that of passage %s: give each passage an id that differs in more than case", first)
	} else {
		ids[strings.ToLower(p.ID)] = p.ID
	}
	if strings.TrimSpace(p.Title) == "" || strings.TrimSpace(p.Text) == "" {
		l.add(at(EmptyField), "has no title or no text: write both")
	}
	if !slices.Contains(l.suite.Languages, p.Language) {
		l.add(at(UndeclaredLanguage), "is written in %q: add it to languages in %s (%s)", p.Language, manifestFile, choices(l.suite.Languages))
	}
	if !p.ValidFrom.IsZero() && !p.ValidTo.IsZero() && p.ValidTo.Before(p.ValidFrom) {
		l.add(at(DatesReversed), "is valid to %s, before it begins on %s: exchange or correct them", p.ValidTo.Format(isoDay), p.ValidFrom.Format(isoDay))
	}
	if p.Supersedes == "" {
		return
	}
	old, ok := l.suite.Passage(p.Supersedes)
	if !ok {
		l.add(at(EditionUnknown), "supersedes %q, which is no passage: write it or correct the id", p.Supersedes)
		return
	}
	if old.ValidFrom.IsZero() && old.ValidTo.IsZero() {
		l.add(at(EditionUndated), "supersedes %s, which has no dates: give that edition valid_from or valid_to", old.ID)
	}
	if p.ValidFrom.IsZero() {
		l.add(at(EditionUndated), "supersedes %s without saying from when: give it valid_from", old.ID)
	}
	for seen := 0; ok && old.ID != p.ID; seen++ {
		if old.Supersedes == "" || seen > len(l.suite.Passages) {
			return // a circle that does not pass through p is reported at its members
		}
		old, ok = l.suite.Passage(old.Supersedes)
	}
	if ok {
		l.add(at(EditionCycle), "supersedes itself over %s: the newest edition must not be superseded", p.Supersedes)
	}
}
