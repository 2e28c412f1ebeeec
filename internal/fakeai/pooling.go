package fakeai

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Pooling is how the server acts a model that gives numbers: embeddings and rerank, each under /v1 and at the root. The zero Pooling answers
// every request by [Embedding].
type Pooling struct {
	Dimensions int                               // of a vector; 0: 64
	Script     func(PoolingRequest) PoolingReply // nil: no trouble
}

// PoolingRequest is a request for numbers as the server understood it.
type PoolingRequest struct {
	Path   string
	Model  string
	Query  string   // of rerank
	Texts  []string // input, documents or texts: how the request spells them is in Fields
	Fields []string // names of the body's top-level fields, sorted
	Header http.Header
	N      int // number of the request among those for numbers, from 0 in order of arrival
}

// PoolingReply is what becomes of the request. The zero PoolingReply is the right answer.
type PoolingReply struct {
	Status     int           // from 400 on: an error with that status
	RetryAfter time.Duration // sent with an error, unless zero
	Body       string        // unless empty, sent in place of the answer
	Fault      PoolingFault
}

// PoolingFault is what an answer gets wrong. The zero PoolingFault is nothing.
type PoolingFault uint8

const (
	_              PoolingFault = iota
	Reversed                    // the entries in reverse, each with its own index: no fault to those who read the index
	ShortBatch                  // the last entry is missing
	LongBatch                   // one entry too many
	FarIndex                    // the last entry's index lies outside the batch
	DoubleIndex                 // the last entry has the index of the first
	NoIndex                     // the last entry has no index
	WrongDimension              // the last vector is one number short
	ZeroVector                  // the last vector is all zeros
	NullNumber                  // the last entry has a null for a number
	Stalled                     // no answer until the client leaves
)

// pool answers embeddings and rerank.
func (s *Service) pool(w http.ResponseWriter, r *http.Request) {
	if !s.authorised(w, r) {
		return
	}
	body, err := readBody(r.Body)
	var q PoolingRequest
	if err == nil {
		q, err = parsePooling(body)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error(), "")
		return
	}
	q.Path, q.Header = r.URL.Path, r.Header
	q.N = s.pooled.add(&q)
	var reply PoolingReply
	if s.options.Pooling.Script != nil {
		reply = s.options.Pooling.Script(q)
	}
	switch {
	case reply.Fault == Stalled:
		select {
		case <-s.stop:
		case <-r.Context().Done():
		}
		return
	case reply.Status >= 400:
		if reply.RetryAfter > 0 {
			retryAfter(w.Header(), reply.RetryAfter, false, s.options.Now())
		}
		message := reply.Body
		if message == "" {
			message = http.StatusText(reply.Status)
		}
		fail(w, reply.Status, message, "")
		return
	}
	answer := []byte(reply.Body)
	if reply.Body == "" {
		answer = s.numbers(q, reply.Fault)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer) // a client that left is no concern here
}

// parsePooling reads a request's body, of any of the three kinds.
func parsePooling(body []byte) (PoolingRequest, error) {
	var in struct {
		Model, Query string
		Input        json.RawMessage
		Documents    []string
		Texts        []string
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &in); err != nil {
		return PoolingRequest{}, fmt.Errorf("parse request: %w", err)
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return PoolingRequest{}, fmt.Errorf("parse request: %w", err)
	}
	q := PoolingRequest{Model: in.Model, Query: in.Query, Texts: slices.Concat(in.Documents, in.Texts)}
	for name := range fields {
		q.Fields = append(q.Fields, name)
	}
	slices.Sort(q.Fields)
	if in.Input != nil {
		var one string
		if json.Unmarshal(in.Input, &one) == nil {
			q.Texts = []string{one}
		} else if err := json.Unmarshal(in.Input, &q.Texts); err != nil {
			return q, fmt.Errorf("parse request: input: %w", err)
		}
	}
	if len(q.Texts) == 0 {
		return q, fmt.Errorf("parse request: no texts")
	}
	return q, nil
}

// numbers is the answer's body: OpenAI's for embeddings, that of text-embeddings-inference for a rerank of texts, Jina's for one of documents.
func (s *Service) numbers(q PoolingRequest, fault PoolingFault) []byte {
	dimensions := s.options.Pooling.Dimensions
	if dimensions == 0 {
		dimensions = 64
	}
	value := "relevance_score"
	switch {
	case slices.Contains(q.Fields, "input"):
		value = "embedding"
	case slices.Contains(q.Fields, "texts"):
		value = "score"
	}
	query := Embedding(q.Query, dimensions)
	entries := make([]map[string]any, len(q.Texts))
	for i, text := range q.Texts {
		vector := Embedding(text, dimensions)
		entries[i] = map[string]any{"index": i, value: similarity(query, vector)}
		if value == "embedding" {
			entries[i] = map[string]any{"object": "embedding", "index": i, value: vector}
		}
	}
	entries = fault.spoil(entries, value)
	var answer any
	switch value {
	case "embedding":
		answer = map[string]any{"object": "list", "model": q.Model, "data": entries, "usage": map[string]any{"prompt_tokens": len(q.Texts), "total_tokens": len(q.Texts)}}
	case "score":
		answer = entries
	default:
		answer = map[string]any{"id": fmt.Sprint("rerank-", q.N), "model": q.Model, "results": entries}
	}
	out, err := json.Marshal(answer)
	if err != nil {
		panic(err) // numbers and strings of our own
	}
	return out
}

// spoil does to the entries what the fault says.
func (f PoolingFault) spoil(entries []map[string]any, value string) []map[string]any {
	last := entries[len(entries)-1]
	switch f {
	case Reversed:
		slices.Reverse(entries)
	case ShortBatch:
		return entries[:len(entries)-1]
	case LongBatch:
		return append(entries, map[string]any{"index": len(entries), value: last[value]})
	case FarIndex:
		last["index"] = len(entries)
	case DoubleIndex:
		last["index"] = 0
	case NoIndex:
		delete(last, "index")
	case NullNumber:
		if vector, ok := last[value].([]float32); ok {
			numbers := make([]any, len(vector)) // the first stays nil
			last[value] = numbers
			for i, v := range vector[1:] {
				numbers[i+1] = v
			}
		} else {
			last[value] = nil
		}
	case WrongDimension, ZeroVector:
		if vector, ok := last[value].([]float32); ok && f == ZeroVector {
			clear(vector)
		} else if ok {
			last[value] = vector[1:]
		}
	}
	return entries
}

// poolingLog keeps the requests for numbers.
type poolingLog struct {
	mu  sync.Mutex
	all []PoolingRequest
}

func (l *poolingLog) add(q *PoolingRequest) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	q.N = len(l.all)
	l.all = append(l.all, *q)
	return q.N
}

// PoolingLog is every request for numbers so far, in order of arrival.
func (s *Service) PoolingLog() []PoolingRequest {
	s.pooled.mu.Lock()
	defer s.pooled.mu.Unlock()
	return slices.Clone(s.pooled.all)
}
