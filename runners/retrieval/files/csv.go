package files

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"path"
	"strings"
)

// readCSV reads a table whose cells are parted by the one of , ; tab and | that its first lines agree on. The first row is the head.
func readCSV(_ context.Context, r source) (document, error) {
	s, err := decode(r.data)
	if err != nil {
		return document{}, err
	}
	reader := csv.NewReader(strings.NewReader(s))
	reader.Comma = delimiter(s, strings.ToLower(path.Ext(r.name)) == ".tsv")
	reader.FieldsPerRecord = -1
	reader.LazyQuotes = true
	rows, err := reader.ReadAll()
	if err != nil {
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			return document{}, fmt.Errorf("broken CSV in line %d: %w", broken.Line, broken.Err)
		}
		return document{}, err
	}
	if rows = squared(rows); len(rows) == 0 {
		return document{}, nil
	}
	return document{blocks: []block{{rows: rows}}}, nil
}

// delimiter is the candidate that stands in each of the first lines, and most often in the first; without any, a comma.
func delimiter(s string, tab bool) rune {
	if tab {
		return '\t'
	}
	lines := strings.SplitN(s, "\n", 11)
	if len(lines) > 1 { // the last may be cut, or is what follows the tenth
		lines = lines[:len(lines)-1]
	}
	best, most := ',', 0
	for _, candidate := range ",;\t|" {
		least := strings.Count(lines[0], string(candidate))
		for _, line := range lines {
			if strings.TrimSpace(line) != "" {
				least = min(least, strings.Count(line, string(candidate)))
			}
		}
		if least > most {
			best, most = candidate, least
		}
	}
	return best
}
