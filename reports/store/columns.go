package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// This file turns Go values into columns and back. Empty and nil lists are the same thing to a file; times come back in UTC.

// unixNano is NULL for the zero time.
func unixNano(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

func fromUnixNano(n sql.Null[int64]) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.V).UTC()
}

// date writes a calendar day as YYYY-MM-DD, any other time in full, and the zero time as NULL.
func date(t time.Time) any {
	switch t = t.UTC(); {
	case t.IsZero():
		return nil
	case t.Truncate(24 * time.Hour).Equal(t):
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}

func fromDate(s sql.Null[string]) (time.Time, error) {
	if !s.Valid {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, s.V); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339Nano, s.V)
}

// list writes strings as a JSON array.
func list(ss []string) string {
	if len(ss) == 0 {
		return "[]"
	}
	return encode(ss)
}

func unlist(s string) ([]string, error) {
	var ss []string
	return ss, decode(s, &ss)
}

// encode writes v as JSON a person can read: no HTML escapes.
func encode(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("store: encode " + err.Error()) // only called with types of this package that always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// decode reads what encode wrote; "[]" leaves v as it is.
func decode(s string, v any) error {
	if s == "[]" {
		return nil
	}
	if err := json.Unmarshal([]byte(s), v); err != nil {
		return fmt.Errorf("read json column: %w", err)
	}
	return nil
}

// gaps writes the spaces between tokens as a JSON array of whole microseconds, each rounded to the nearest.
func gaps(ds []time.Duration) string {
	b := make([]byte, 0, 2+6*len(ds))
	b = append(b, '[')
	for i, d := range ds {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, d.Round(time.Microsecond).Microseconds(), 10)
	}
	return string(append(b, ']'))
}

// fromGaps reads what gaps wrote.
func fromGaps(s string) ([]time.Duration, error) {
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return nil, fmt.Errorf("read gaps %.20q: not a list", s)
	}
	inner := s[1 : len(s)-1]
	if inner == "" {
		return nil, nil
	}
	ds := make([]time.Duration, 0, strings.Count(inner, ",")+1)
	for field := range strings.SplitSeq(inner, ",") {
		us, err := strconv.ParseInt(strings.TrimSpace(field), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read gaps: %w", err)
		}
		ds = append(ds, time.Duration(us)*time.Microsecond)
	}
	return ds, nil
}
