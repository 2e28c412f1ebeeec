package sqldb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Retriever finds passages by a query of the plan, whose placeholders are bound to:
//
//	:question  the question as it is
//	:terms     its words, in lower case and without stop words: "days leave employee"
//	:any       the same for full-text search: "days" OR "leave" OR "employee", each word in double quotes
//	:words     the same as a JSON array, for LIKE
//	:k         how many rows are wanted
//
// The rows become passages in the query's order, which should be made certain by a last column that differs in every row. A row
// whose ID was seen already, and one without text, is left out. Passages beyond MaxBytes of text are left out too; a first one that is
// longer by itself is cut.
//
// All methods may be called concurrently.
type Retriever struct {
	source  *source
	search  search
	mapping mapping
}

var _ runners.Retriever = (*Retriever)(nil)

// Open connects, and asks the query once to see that it runs and has the columns that the configuration names. What is wrong with the
// configuration is a [*ConfigError].
func Open(ctx context.Context, c Config) (*Retriever, error) {
	r, err := newRetriever(c)
	if err != nil {
		return nil, err
	}
	if err := r.try(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// newRetriever is Open without speaking to the database.
func newRetriever(c Config) (*Retriever, error) {
	s, err := open(c.withDefaults(1000, 1<<20), false)
	if err != nil {
		return nil, err
	}
	search, err := parseSearch(s.dialect, c.Query)
	if err != nil {
		s.Close()
		return nil, &ConfigError{fmt.Errorf("query: %w", err)}
	}
	return &Retriever{s, search, newMapping(c.Columns, "sql:"+s.name)}, nil
}

func (r *Retriever) try(ctx context.Context) error {
	columns, err := r.source.read(ctx, r.search.sql, r.search.args(newQuestion("viva", 1)), func([]string, []cell) bool { return false })
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		return &ConfigError{fmt.Errorf("query: %w", err)}
	case err != nil:
		return err
	}
	if err := r.mapping.check(columns); err != nil {
		return &ConfigError{err}
	}
	return nil
}

// Close ends the sessions.
func (r *Retriever) Close() error { return r.source.Close() }

// Retrieve returns the passages of at most k rows.
func (r *Retriever) Retrieve(ctx context.Context, q string, k int) ([]suites.Passage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	k = min(k, r.source.config.MaxRows)
	if k <= 0 {
		return nil, nil
	}
	var (
		found  []suites.Passage
		failed error
		seen   = map[string]bool{}
		room   = r.source.config.MaxBytes
	)
	_, err := r.source.read(ctx, r.search.sql, r.search.args(newQuestion(q, k)), func(columns []string, cells []cell) bool {
		p, err := r.mapping.passage(columns, cells)
		if err != nil {
			failed = err
			return false
		}
		if seen[p.ID] || p.Text == "" {
			return true
		}
		if len(p.Text) > room {
			if len(found) > 0 {
				return false
			}
			p.Text = cut(p.Text, room)
		}
		room -= len(p.Text)
		seen[p.ID] = true
		found = append(found, p)
		return len(found) < k
	})
	if err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, failed
	}
	return found, nil
}

// cut shortens s to at most n bytes at the border of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimSpace(s[:n])
}
