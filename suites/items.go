package suites

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/value"
)

// maxLine is the longest line of items.jsonl that is read, and the longest passage file, in bytes.
const maxLine = 4 << 20

// Kinds lists the kinds an answer may have.
func Kinds() []value.Kind {
	return []value.Kind{value.Text, value.Number, value.Percent, value.Money, value.Date, value.Duration, value.Bool, value.ID, value.Set}
}

// readItems reads items.jsonl and gives the items with the line of each ID. Blank lines are skipped; a faulty line is reported and the
// next one read.
func readItems(r io.Reader, file string, ps *problems) ([]Item, map[string]int) {
	var items []Item
	first := map[string]int{}
	open := false // an item began above and did not end on its line
	err := eachLine(r, func(n int, line []byte) error {
		if open && line[0] != '{' {
			return nil // goes on with it, and has been reported there
		}
		item, faults, unfinished := readItem(line)
		open = unfinished
		for _, f := range faults {
			ps.add(file, n, f.column, "%s", f.message)
		}
		if at, again := first[item.ID]; again && item.ID != "" {
			ps.add(file, n, 0, "item %q stands already on line %d: give each item an id of its own", item.ID, at)
			return nil
		}
		first[item.ID] = n
		if len(faults) == 0 {
			items = append(items, item)
		}
		return nil
	})
	if p, ok := errors.AsType[Problem](err); ok {
		ps.add(file, p.Line, 0, "%s", p.Message)
	} else if err != nil {
		ps.add(file, 0, 0, "read items: %s", err)
	}
	return items, first
}

// eachLine hands over the lines that are not blank, without their ends and without a byte order mark. Its own errors are
// Problems with a line but no file.
func eachLine(r io.Reader, do func(n int, line []byte) error) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	n := 0
	for scanner.Scan() {
		n++
		line := scanner.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			return Problem{Line: n, Message: "is not UTF-8: save the file in that encoding"}
		}
		if err := do(n, line); err != nil {
			return err
		}
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		return Problem{Line: n + 1, Message: fmt.Sprintf("the line is longer than %d MiB: cut it into several", maxLine>>20)}
	} else if err != nil {
		return err
	}
	return nil
}

// decodeItem reads one line of items.jsonl. With faults the item holds what could be read, and nothing where the line is not one JSON
// object.
func decodeItem(line []byte) (Item, []fault) {
	it, faults, _ := readItem(line)
	return it, faults
}

// readItem is decodeItem, and says whether the line ends inside its object.
func readItem(line []byte) (Item, []fault, bool) {
	var it Item
	l := &jsonLine{line: line}
	whole := l.whole(map[string]jsonField{
		"id":         {required: true, set: l.text(&it.ID, checkID)},
		"question":   {required: true, set: l.text(&it.Question, checkText)},
		"language":   {required: true, set: l.text(&it.Language, checkLanguage)},
		"domain":     {set: l.text(&it.Domain, checkText)},
		"skill":      {required: true, set: l.text(&it.Skill, func(s string) error { return oneOf(s, Skills()) })},
		"source":     {set: l.text(&it.Source, checkText)},
		"evidence":   {set: l.texts(&it.Evidence, checkEvidence)},
		"derivation": {set: l.text(&it.Derivation, checkDerivation)},
		"answer": {set: func(raw []byte, at int) error {
			if jsonKind(raw) != "null" {
				l.answer(raw, at, "answer", &it.Answer, nil)
			}
			return nil
		}},
		"traps": {set: func(raw []byte, at int) error {
			return l.list(raw, at, func(i int, raw []byte, at int) error {
				var t Trap
				l.answer(raw, at, fmt.Sprintf("traps[%d]", i), &t.Answer, &t.Cause)
				it.Traps = append(it.Traps, t)
				return nil
			})
		}},
	})
	if !whole {
		return Item{}, l.faults, l.unfinished
	}
	if it.Source == "" {
		it.Source = it.ID // a cluster of its own
		if len(it.Evidence) > 0 {
			it.Source = it.Evidence[0]
		}
	}
	return it, l.faults, false
}

// answer reads an answer, or a trap when cause is not nil.
func (l *jsonLine) answer(raw []byte, at int, path string, a *Answer, cause *Cause) {
	var kind, why string
	fields := map[string]jsonField{
		"kind":    {required: true, set: l.text(&kind, func(s string) error { return oneOf(s, Kinds()) })},
		"text":    {set: l.text(&a.Text, checkText)},
		"aliases": {set: l.texts(&a.Aliases, checkText)},
		"number":  {set: l.text(&a.Number, checkDecimal)},
		"unit":    {set: l.text(&a.Unit, checkText)},
		"set":     {set: l.texts(&a.Set, checkText)},
		"tolerance": {set: func(raw []byte, _ int) error {
			t, err := strconv.ParseFloat(string(raw), 64)
			if err != nil || jsonKind(raw) != "a number" || t < 0 || math.IsInf(t, 0) {
				return errors.New("must be a number of at least 0 on the scale of the value, such as 0.5")
			}
			a.Tolerance = t
			return nil
		}},
	}
	if cause != nil {
		fields["cause"] = jsonField{required: true, set: l.text(&why, func(s string) error { return oneOf(s, Causes()) })}
	}
	if _, ok := l.object(raw, at, path, fields); !ok {
		return
	}
	a.Kind = value.Kind(kind)
	if cause != nil {
		*cause = Cause(why)
	}
	switch {
	case kind == "": // said already
	case a.Kind == value.Set && len(a.Set) == 0:
		l.fail(at, "field %q is missing: kind set lists its members there", path+".set")
	case a.Kind == value.Set && a.Text != "":
		l.fail(at, "field %q: kind set takes its members from set: leave text out", path+".text")
	case a.Kind != value.Set && len(a.Set) > 0:
		l.fail(at, "field %q: only kind set has members: choose kind set or leave it out", path+".set")
	case a.Kind != value.Set && a.Text == "":
		l.fail(at, "field %q is missing: write the value as a person would", path+".text")
	case a.Number != "" && !numeric(a.Kind):
		l.fail(at, "field %q: kind %s has no magnitude: leave number out", path+".number", kind)
	}
}

func numeric(k value.Kind) bool {
	return k == value.Number || k == value.Percent || k == value.Money || k == value.Duration
}

// The JSON form that [WriteFolder] writes; decodeItem reads it back.
type itemJSON struct {
	ID         string      `json:"id"`
	Question   string      `json:"question"`
	Language   string      `json:"language"`
	Domain     string      `json:"domain,omitempty"`
	Skill      string      `json:"skill"`
	Source     string      `json:"source,omitempty"`
	Evidence   []string    `json:"evidence,omitempty"`
	Derivation string      `json:"derivation,omitempty"`
	Answer     *answerJSON `json:"answer,omitempty"`
	Traps      []trapJSON  `json:"traps,omitempty"`
}

type answerJSON struct {
	Kind      value.Kind `json:"kind"`
	Text      string     `json:"text,omitempty"`
	Aliases   []string   `json:"aliases,omitempty"`
	Number    string     `json:"number,omitempty"`
	Unit      string     `json:"unit,omitempty"`
	Tolerance float64    `json:"tolerance,omitempty"`
	Set       []string   `json:"set,omitempty"`
}

type trapJSON struct {
	answerJSON
	Cause Cause `json:"cause"`
}

// encodeItem gives the item as one line of JSON, with its end.
func encodeItem(it Item) ([]byte, error) {
	out := itemJSON{ID: it.ID, Question: it.Question, Language: it.Language, Domain: it.Domain, Skill: it.Skill, Source: it.Source,
		Evidence: it.Evidence, Derivation: it.Derivation}
	if it.Answerable() {
		a := answerJSON(it.Answer)
		out.Answer = &a
	}
	for _, t := range it.Traps {
		out.Traps = append(out.Traps, trapJSON{answerJSON(t.Answer), t.Cause})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("write item %s: %w", it.ID, err)
	}
	return b.Bytes(), nil
}
