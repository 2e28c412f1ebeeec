package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// Row is one answer that people have judged: one JSON object a line. Keys that are not named here are left alone.
type Row struct {
	ID       string                     // "id", required, once a file
	Task     string                     // "task"
	Model    string                     // "model": who wrote the answer
	Lang     string                     // "lang"; where missing, the script of question and answer decides
	Group    string                     // "group": rows that share a source; empty where the row stands alone
	Asked    string                     // "question", required
	Context  []string                   // "context": null, one text or a list of passages
	Gold     []string                   // "gold": null, one text or a list of accepted answers, untyped
	Answer   string                     // "answer", required; may be empty
	Label    *int                       // "label", required: 1 wrong or not borne out, 0 right, null a refusal or undecidable
	Spans    []text.Span                // "spans": what is not borne out, as byte offsets of Answer; on file they count characters
	HasSpans bool                       // "spans" is a list, if an empty one
	Meta     map[string]json.RawMessage // "meta"
}

// RowError says which line of a file cannot be read, and why.
type RowError struct {
	File  string
	Line  int
	Field string // empty where the line as a whole is at fault
	Err   error
}

func (e *RowError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d: field %q: %v", e.File, e.Line, e.Field, e.Err)
}

func (e *RowError) Unwrap() error { return e.Err }

// lineLimit is the longest line that is read.
const lineLimit = 64 << 20

// Rows reads labelled rows one by one; empty lines are skipped. It ends with the first error: a [*RowError] for a line that
// cannot be read, or that of r.
func Rows(name string, r io.Reader) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		seen := map[string]int{}
		for n := 1; ; n++ {
			line, err := readLine(in)
			if err != nil && err != io.EOF {
				var at *RowError
				if errors.Is(err, errTooLong) {
					at = &RowError{File: name, Line: n, Err: err}
					err = at
				} else {
					err = fmt.Errorf("read %s: %w", name, err)
				}
				yield(nil, err)
				return
			}
			if n == 1 {
				line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			}
			if len(bytes.TrimSpace(line)) > 0 {
				row, bad := decode(line)
				if bad == nil && seen[row.ID] > 0 {
					bad = &RowError{Field: "id", Err: fmt.Errorf("%q stands in line %d already", row.ID, seen[row.ID])}
				}
				if bad != nil {
					bad.File, bad.Line = name, n
					yield(nil, bad)
					return
				}
				seen[row.ID] = n
				if !yield(row, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
		}
	}
}

var errTooLong = fmt.Errorf("the line is longer than %d MiB", lineLimit>>20)

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > lineLimit {
			return nil, errTooLong
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

// decode reads one line. The error has no file and line yet.
func decode(line []byte) (*Row, *RowError) {
	if !utf8.Valid(line) {
		return nil, &RowError{Err: errors.New("the line is not UTF-8")}
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil || object == nil {
		if err == nil {
			err = errors.New("want an object in braces, one a line")
		}
		return nil, &RowError{Err: fmt.Errorf("read JSON: %s", strings.TrimPrefix(err.Error(), "json: "))}
	}
	row := &Row{}
	var spans []charSpan
	for _, f := range []struct {
		name     string
		required bool
		read     func(raw json.RawMessage) error
	}{
		{"id", true, func(raw json.RawMessage) error { return readID(raw, &row.ID) }},
		{"question", true, func(raw json.RawMessage) error { return readText(raw, &row.Asked) }},
		{"answer", true, func(raw json.RawMessage) error { return readText(raw, &row.Answer) }},
		{"label", true, func(raw json.RawMessage) error { return readLabel(raw, &row.Label) }},
		{"context", false, func(raw json.RawMessage) error { return readTexts(raw, &row.Context) }},
		{"gold", false, func(raw json.RawMessage) error { return readTexts(raw, &row.Gold) }},
		{"task", false, func(raw json.RawMessage) error { return readOptional(raw, &row.Task) }},
		{"model", false, func(raw json.RawMessage) error { return readOptional(raw, &row.Model) }},
		{"lang", false, func(raw json.RawMessage) error { return readOptional(raw, &row.Lang) }},
		{"group", false, func(raw json.RawMessage) error { return readOptional(raw, &row.Group) }},
		{"meta", false, func(raw json.RawMessage) error { return readAs(raw, &row.Meta, "an object or null") }},
		{"spans", false, func(raw json.RawMessage) error {
			row.HasSpans = raw[0] == '['
			return readAs(raw, &spans, "null or a list of objects with start and end")
		}},
	} {
		raw, ok := object[f.name]
		if !ok {
			if f.required {
				return nil, &RowError{Field: f.name, Err: errors.New("is missing")}
			}
			continue
		}
		if err := f.read(raw); err != nil {
			return nil, &RowError{Field: f.name, Err: err}
		}
	}
	var err error
	if row.Spans, err = byteSpans(row.Answer, spans); err != nil {
		return nil, &RowError{Field: "spans", Err: err}
	}
	if row.Lang == "" {
		row.Lang = text.Detect(row.Asked + " " + row.Answer)
	}
	return row, nil
}

func readID(raw json.RawMessage, to *string) error {
	if err := readText(raw, to); err != nil {
		return err
	}
	if *to == "" {
		return errors.New("is empty")
	}
	return nil
}

func readText(raw json.RawMessage, to *string) error {
	if raw[0] != '"' {
		return fmt.Errorf("want a text, got %s", excerpt(raw))
	}
	return json.Unmarshal(raw, to)
}

// readOptional reads a text or null.
func readOptional(raw json.RawMessage, to *string) error {
	if raw[0] == 'n' {
		return nil
	}
	return readText(raw, to)
}

// readTexts reads null, a text or a list of texts. Blank ones hold nothing and are left out.
func readTexts(raw json.RawMessage, to *[]string) error {
	var list []string
	switch raw[0] {
	case 'n':
	case '"':
		list = make([]string, 1)
		if err := json.Unmarshal(raw, &list[0]); err != nil {
			return err
		}
	case '[':
		var parts []json.RawMessage
		if err := json.Unmarshal(raw, &parts); err != nil {
			return err
		}
		for i, part := range parts {
			var s string
			if err := readText(part, &s); err != nil {
				return fmt.Errorf("member %d: %w", i+1, err)
			}
			list = append(list, s)
		}
	default:
		return fmt.Errorf("want null, a text or a list of texts, got %s", excerpt(raw))
	}
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			*to = append(*to, s)
		}
	}
	return nil
}

func readLabel(raw json.RawMessage, to **int) error {
	if raw[0] == 'n' {
		return nil
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n != 0 && n != 1 {
		return fmt.Errorf("want 1 (wrong), 0 (right) or null, got %s", excerpt(raw))
	}
	label := int(n)
	*to = &label
	return nil
}

func readAs[T any](raw json.RawMessage, to *T, want string) error {
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("want %s, got %s", want, excerpt(raw))
	}
	return nil
}

// excerpt shows the head of a value.
func excerpt(raw []byte) string {
	if len(raw) > 40 {
		return strings.ToValidUTF8(string(raw[:40]), "") + "…"
	}
	return string(raw)
}

// Field gives a row's field by its name: task, model, lang, group, meta.NAME for a scalar of meta, or gold, which is "figure" where
// a gold answer holds a digit, "words" where none does and "none" where there is no gold. ok is false for a field the row lacks.
func (r *Row) Field(name string) (value string, ok bool) {
	switch name {
	case "task":
		return r.Task, r.Task != ""
	case "model":
		return r.Model, r.Model != ""
	case "lang":
		return r.Lang, r.Lang != ""
	case "group":
		return r.Group, r.Group != ""
	case "gold":
		return goldForm(r.Gold), true
	}
	key, ok := strings.CutPrefix(name, "meta.")
	if !ok {
		return "", false
	}
	raw, ok := r.Meta[key]
	if !ok || raw[0] == '{' || raw[0] == '[' || raw[0] == 'n' {
		return "", false
	}
	var s string
	if raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return s, true
	}
	return string(raw), true
}

// KnownField reports whether a name is one that [Row.Field] reads.
func KnownField(name string) bool {
	switch name {
	case "task", "model", "lang", "group", "gold":
		return true
	}
	return strings.HasPrefix(name, "meta.") && len(name) > len("meta.")
}

func goldForm(golds []string) string {
	for _, g := range golds {
		if strings.ContainsFunc(text.Normalize(g), func(r rune) bool { return '0' <= r && r <= '9' }) {
			return "figure"
		}
	}
	if len(golds) == 0 {
		return "none"
	}
	return "words"
}

// truth gives the person's judgement; outside rows have none.
func (r *Row) truth(t Truth) (bad, outside bool) {
	if t == Wrong {
		return r.Label != nil && *r.Label == 1, r.Label == nil
	}
	if s, ok := r.Field("meta.refusal"); ok {
		switch strings.ToLower(s) {
		case "", "0", "false", "no":
			return false, false
		}
		return true, false
	}
	return r.Label == nil, false
}
