// Package rest asks systems that answer a search over HTTP with JSON: any of them by templates, and those that speak OData.
package rest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/runners/retrieval/remote"
	"github.com/viva-eval/viva/suites"
)

// finder asks a system for q.k records.
type finder interface {
	find(ctx context.Context, q question) ([]records.Node, error)
}

// Retriever makes passages of the records that a system finds. A question without a word that could be looked for finds nothing, and is not
// sent; one of more than 2,000 characters is cut there. It is safe for concurrent use.
type Retriever struct {
	finder
	endpoint *remote.Endpoint
	mapping  records.Mapping
	origin   string
	rank     int
}

var _ runners.Retriever = (*Retriever)(nil)

// try asks once, so that a wrong key, path or field shows before the examination begins. An error that is not the server's weather is a
// [remote.ConfigError].
func (r *Retriever) try(ctx context.Context) (*Retriever, error) {
	if _, err := r.Retrieve(ctx, "viva", 1); err != nil {
		return nil, errors.Join(remote.Refused(err), r.Close())
	}
	return r, nil
}

// Close lets go of the connections.
func (r *Retriever) Close() error { return r.endpoint.Close() }

// Retrieve asks for k records, or for more of them to be ranked here, and returns the k best as passages. The error is a [remote.ServerError]
// or that of ctx.
func (r *Retriever) Retrieve(ctx context.Context, text string, k int) ([]suites.Passage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k <= 0 {
		return nil, nil
	}
	q := newQuestion(text, max(k, r.rank))
	found, err := r.find(ctx, q)
	if err != nil {
		return nil, err
	}
	passages, err := r.mapping.Passages(found, q.k, r.origin)
	if err != nil {
		return nil, r.endpoint.Malformed("%v", err)
	}
	if r.rank > 0 {
		if passages, err = rank(ctx, q, passages); err != nil {
			return nil, err
		}
	}
	return passages[:min(k, len(passages))], nil
}

// rank orders passages by BM25 among themselves. Those that share no word with the question keep the system's order, behind the others.
func rank(ctx context.Context, q question, passages []suites.Passage) ([]suites.Passage, error) {
	best, err := retrieval.NewBM25(passages).Retrieve(ctx, q.text, len(passages))
	if err != nil {
		return nil, err
	}
	for _, p := range passages {
		if !slices.ContainsFunc(best, func(b suites.Passage) bool { return b.ID == p.ID }) {
			best = append(best, p)
		}
	}
	return best, nil
}

// reply reads a reply's JSON, and finds the errors that some systems tell with a status of success.
func reply(e *remote.Endpoint, body []byte, errorPaths records.Paths) (records.Node, error) {
	doc, err := records.Parse(body)
	if err != nil {
		return nil, e.Malformed("the reply is no JSON: %s", e.Words(body))
	}
	for _, path := range errorPaths {
		if n := records.Get(doc, path); says(n) {
			return nil, e.Malformed("the reply tells of an error: %s", e.Words([]byte(words(n))))
		}
	}
	return doc, nil
}

// says reports whether an error's field holds one.
func says(n records.Node) bool {
	switch n := n.(type) {
	case []records.Node:
		return len(n) > 0
	case records.Object:
		return len(n) > 0
	case bool:
		return n
	}
	s := records.Text(n)
	return s != "" && s != "0"
}

// words is what an error says in plain: its messages if it has any, else all of it.
func words(n records.Node) string {
	var said []string
	for _, path := range []string{"message", "message.value", "reason", "root_cause.reason", "data.message"} {
		if s, ok := records.Get(n, path).(string); ok && s != "" && !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	if len(said) == 0 {
		return records.Text(n)
	}
	return strings.Join(said, ": ")
}
