package fakeai

import (
	"fmt"
	"hash/maphash"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Service is the server's handler: chat completions, models, embeddings and rerank, under /v1 and at the root, and its log.
type Service struct {
	script  Script
	options Options
	mux     *http.ServeMux
	stop    chan struct{}
	stopped sync.Once
	journal journal

	n        atomic.Int64
	inFlight atomic.Int64
	peak     atomic.Int64

	turns  turns
	pooled poolingLog
}

var _ http.Handler = (*Service)(nil)

// Handler serves script. It needs no closing unless a stall may be running: see [Service.Stop].
func Handler(script Script, options Options) *Service {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Models == nil {
		options.Models = []string{"fake"}
	}
	s := &Service{script: script, options: options, mux: http.NewServeMux(), stop: make(chan struct{})}
	s.turns.seed = maphash.MakeSeed()
	s.turns.met = map[uint64]int{}
	for _, base := range []string{"/v1", ""} {
		s.mux.HandleFunc("POST "+base+"/chat/completions", s.chat)
		s.mux.HandleFunc("GET "+base+"/models", s.models)
		s.mux.HandleFunc("POST "+base+"/embeddings", s.pool)
		s.mux.HandleFunc("POST "+base+"/rerank", s.pool)
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, "no such path: "+r.Method+" "+r.URL.Path, "")
	})
	return s
}

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Stop ends all stalls and waits. Replies cut short by it look broken to their clients.
func (s *Service) Stop() { s.stopped.Do(func() { close(s.stop) }) }

// Log is the record of every chat request so far, by number, those still running included.
func (s *Service) Log() []Record {
	all := s.journal.copy()
	slices.SortFunc(all, func(a, b Record) int { return a.N - b.N })
	return all
}

// Requests is the number of chat requests so far.
func (s *Service) Requests() int { return int(s.n.Load()) }

// Peak is the largest number of chat requests that were in flight at once.
func (s *Service) Peak() int { return int(s.peak.Load()) }

func (s *Service) authorised(w http.ResponseWriter, r *http.Request) bool {
	if s.options.Key == "" || r.Header.Get("Authorization") == "Bearer "+s.options.Key {
		return true
	}
	fail(w, http.StatusUnauthorized, Unauthorized.spec().says, "")
	return false
}

func (s *Service) models(w http.ResponseWriter, r *http.Request) {
	if !s.authorised(w, r) {
		return
	}
	b := []byte(`{"object":"list","data":[`)
	for i, m := range s.options.Models {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(quote(append(b, `{"id":`...), m, false), `,"object":"model","created":0,"owned_by":"fakeai"}`...)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, "]}\n"...)) // a client that left is no concern here
}

func (s *Service) chat(w http.ResponseWriter, r *http.Request) {
	arrived := s.options.Now()
	n := int(s.n.Add(1) - 1)
	now := s.inFlight.Add(1)
	defer s.inFlight.Add(-1)
	for peak := s.peak.Load(); now > peak && !s.peak.CompareAndSwap(peak, now); peak = s.peak.Load() {
	}
	id := r.Header.Get("X-Request-Id")
	if id == "" {
		id = "req-" + strconv.Itoa(n)
	}
	w.Header().Set("X-Request-Id", id)
	e := s.journal.add(Record{N: n, ID: id, Arrived: arrived, Answer: -1}, !s.options.NoLog)
	defer func() { e.set(func(rec *Record) { rec.Done = s.options.Now() }) }()

	status := func(code int) { e.set(func(rec *Record) { rec.Status = code }) }
	if !s.authorised(w, r) {
		status(http.StatusUnauthorized)
		return
	}
	body, err := readBody(r.Body)
	var q Request
	if err == nil {
		q, err = parse(body)
	}
	if err != nil {
		status(http.StatusBadRequest)
		fail(w, http.StatusBadRequest, err.Error(), "")
		return
	}
	q.Header, q.N = r.Header, n
	reply := s.script(q)
	fs := s.faults(q, reply)
	e.set(func(rec *Record) {
		rec.Model, rec.Stream = q.Model, q.Stream
		if len(fs) > 0 {
			rec.Fault = fs[0]
		}
	})
	ex := exchange{service: s, w: w, r: r, q: q, reply: complete(reply, fs), faults: fs, entry: e, arrived: arrived, status: status}
	ex.answer()
}

// faults are those that hold for this request: none once they have passed.
func (s *Service) faults(q Request, r Reply) set {
	var fs set
	for _, f := range append([]Fault{r.Fault}, r.Also...) {
		if f != None {
			fs = append(fs, f)
		}
	}
	if len(fs) > 0 && r.Times > 0 && s.turns.next(q) > r.Times {
		return nil
	}
	return fs
}

// complete fills in what a reply leaves open.
func complete(r Reply, fs set) Reply {
	if r.Chunks != nil {
		r.Text = strings.Join(r.Chunks, "")
	}
	if _, ok := fs.first(Fault.Reasons); ok && r.Reasoning == "" {
		r.Reasoning = Thought
	}
	if fs.has(CallText) {
		r.Text, r.Chunks, r.Calls = r.Text+inText(r.Calls), nil, nil
	}
	if r.Finish == "" {
		r.Finish = "stop"
		if len(r.Calls) > 0 && !fs.has(CallStop) {
			r.Finish = "tool_calls"
		}
		if f, ok := fs.first(func(f Fault) bool { return f.Finish() != "stop" }); ok {
			r.Finish = f.Finish()
		}
	}
	return r
}

// turns counts how often each conversation was met.
type turns struct {
	mu   sync.Mutex
	seed maphash.Seed
	met  map[uint64]int
}

func (t *turns) next(q Request) int {
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, m := range q.Messages {
		_, _ = h.WriteString(m.Role) // a hash takes everything
		_ = h.WriteByte(0)
		_, _ = h.WriteString(m.Content)
		_ = h.WriteByte(0)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.met[h.Sum64()]++
	return t.met[h.Sum64()]
}

// fail sends an error as OpenAI spells it.
func fail(w http.ResponseWriter, status int, message, param string) {
	b := quote([]byte(`{"error":{"message":`), message, false)
	b = append(b, `,"type":`...)
	kind := "invalid_request_error"
	switch {
	case status == http.StatusUnauthorized:
		kind = "authentication_error"
	case status == http.StatusNotFound:
		kind = "not_found_error"
	case status == http.StatusTooManyRequests:
		kind = "rate_limit_error"
	case status >= http.StatusInternalServerError:
		kind = "server_error"
	}
	b = append(quote(b, kind, false), `,"param":`...)
	if param == "" {
		b = append(b, "null"...)
	} else {
		b = quote(b, param, false)
	}
	b = fmt.Appendf(b, `,"code":%d}}`, status)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a client that left is no concern here
}

// retryAfter sets the headers that tell when to come back.
func retryAfter(h http.Header, d time.Duration, date bool, now time.Time) {
	seconds := int(math.Ceil(d.Seconds()))
	if date {
		h.Set("Retry-After", now.Add(time.Duration(seconds)*time.Second).UTC().Format(http.TimeFormat))
		return
	}
	h.Set("Retry-After", strconv.Itoa(seconds))
	h.Set("Retry-After-Ms", strconv.FormatInt(d.Milliseconds(), 10))
}
