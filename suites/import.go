package suites

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Importer turns the rows of a public benchmark into a suite. The suite is not written anywhere: see [WriteFolder].
type Importer struct {
	Name   string // as the command spells it
	Title  string
	Rows   string // what the rows file is
	Corpus string // glob of the corpus that lies beside the rows; empty: the rows hold their own passages
	// Import reads the rows as a stream. The corpus is nil where Corpus is empty, and may be nil where the importer can do
	// without. Errors name the line and the field.
	Import func(rows, corpus io.Reader) (*Suite, error)
}

// Importers lists the benchmarks that can be imported.
func Importers() []Importer {
	return []Importer{
		{
			Name: "financebench", Title: "FinanceBench: questions about annual and quarterly reports",
			Rows: "qa*.jsonl with question, gold, evidence and meta", Corpus: "corpus_pages*.jsonl", Import: ImportFinanceBench,
		},
		{
			Name: "tatqa", Title: "TAT-QA: tables with text from annual reports",
			Rows:   "dev.jsonl with question, gold, scale, table and context",
			Import: func(rows, _ io.Reader) (*Suite, error) { return ImportTATQA(rows) },
		},
	}
}

// CorpusBeside finds the corpus that belongs to a rows file: the one with the same ending (_dev, _test), else the one without,
// else the only one. It returns "" when the importer needs none.
func (im Importer) CorpusBeside(rows string) (string, error) {
	if im.Corpus == "" {
		return "", nil
	}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(rows), im.Corpus))
	if err != nil {
		return "", fmt.Errorf("find corpus: %w", err)
	}
	stem, tail, _ := strings.Cut(im.Corpus, "*")
	base := strings.TrimSuffix(filepath.Base(rows), filepath.Ext(rows))
	ending := ""
	if i := strings.LastIndexByte(base, '_'); i >= 0 {
		ending = base[i:]
	}
	for _, name := range []string{stem + ending + tail, stem + tail} {
		if path := filepath.Join(filepath.Dir(rows), name); slices.Contains(found, path) {
			return path, nil
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("find corpus: no %s beside %s: name the file with the pages", im.Corpus, rows)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("find corpus: %s could each belong to %s: name one", choices(found), rows)
}

// eachRow decodes one row a line into a typed value and hands it over. A foreign format may have more fields than we read, so
// unknown ones pass; wrong types do not.
func eachRow[Row any](r io.Reader, name string, do func(row Row) error) error {
	n := 0
	err := eachLine(r, func(line int, data []byte) error {
		n++
		var row Row
		dec := json.NewDecoder(bytes.NewReader(data))
		if err := dec.Decode(&row); err != nil {
			var te *json.UnmarshalTypeError
			if errors.As(err, &te) && te.Field != "" {
				return fmt.Errorf("line %d: field %q: must be %s, not %s", line, te.Field, te.Type, te.Value)
			}
			return fmt.Errorf("line %d: read JSON: %w", line, err)
		}
		if err := do(row); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		return nil
	})
	if p, ok := errors.AsType[Problem](err); ok {
		err = fmt.Errorf("line %d: %s", p.Line, p.Message)
	}
	if err == nil && n == 0 {
		err = errors.New("holds no rows")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// present checks that required string fields of a row are filled, given as name, value, name, value.
func present(fields ...string) error {
	for i := 0; i+1 < len(fields); i += 2 {
		if strings.TrimSpace(fields[i+1]) == "" {
			return fmt.Errorf("field %q is missing or empty", fields[i])
		}
	}
	return nil
}

// localID drops the data set's name before a slash.
func localID(id string) string {
	return id[strings.LastIndexByte(id, '/')+1:]
}

// finish puts an imported suite into the order that Load gives.
func finish(s *Suite) *Suite {
	slices.SortFunc(s.Passages, func(a, b Passage) int { return strings.Compare(a.ID, b.ID) })
	return s
}
