package reader

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/text"
)

// maxBody bounds a request; a paper of a hundred long pages is a tenth of it.
const maxBody = 64 << 20

// Handler serves the reader over the chat-completions protocol: POST /v1/chat/completions, streamed or not, GET /v1/models and
// GET /health. Messages that are not an examination paper are answered as a closed-book question, and a paper with tools begins with a
// search, where a tool searches. It is safe for concurrent use.
func Handler() http.Handler { return newHandler(time.Now) }

func newHandler(now func() time.Time) http.Handler {
	s := &server{now: now, started: now().Unix()}
	s.analyzers.New = func() any { return new(text.Analyzer) }
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/chat/completions", only(http.MethodPost, s.chat))
	mux.HandleFunc("/v1/models", only(http.MethodGet, s.models))
	mux.HandleFunc("/health", only(http.MethodGet, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "not_found_error", "no such path: "+r.URL.Path)
	})
	return mux
}

type server struct {
	now       func() time.Time
	started   int64
	requests  atomic.Int64
	analyzers sync.Pool // of *text.Analyzer, which remember stems from paper to paper
}

// only answers other methods with 405.
func only(method string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method && (method != http.MethodGet || r.Method != http.MethodHead) {
			w.Header().Set("Allow", method)
			refuse(w, http.StatusMethodNotAllowed, "invalid_request_error", "use "+method)
			return
		}
		h(w, r)
	}
}

func (s *server) models(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, modelList{Object: "list", Data: []modelCard{{ID: Model, Object: "model", Created: s.started, OwnedBy: "viva"}}})
}

func (s *server) chat(w http.ResponseWriter, r *http.Request) {
	var req chatRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&req); err != nil {
		if large := new(http.MaxBytesError); errors.As(err, &large) {
			refuse(w, http.StatusRequestEntityTooLarge, "invalid_request_error", fmt.Sprintf("the request is larger than %d bytes", large.Limit))
			return
		}
		refuse(w, http.StatusBadRequest, "invalid_request_error", "the body is not a chat completion request: "+err.Error())
		return
	}
	if err := req.check(); err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	n := s.requests.Add(1)
	reply := completion{
		id:      "chatcmpl-" + strconv.FormatInt(n, 10),
		created: s.now().Unix(),
		finish:  "stop",
	}
	if reply.calls = req.calls(fmt.Sprintf("call%05d", n)); len(reply.calls) > 0 {
		reply.finish = "tool_calls"
		_, reply.tokens = pieces(reply.calls[0].Function.Arguments)
	} else {
		reply.chunks, reply.tokens = pieces(s.answer(&req))
	}
	if limit := req.limit(); limit > 0 && reply.tokens > limit && len(reply.calls) == 0 {
		reply.finish = "length"
		reply.chunks, reply.tokens = reply.chunks[:limit], limit
	}
	for _, m := range req.Messages {
		reply.promptTokens += countTokens(string(m.Content))
	}
	if req.Stream {
		reply.stream(w, req.StreamOptions.IncludeUsage)
		return
	}
	writeJSON(w, http.StatusOK, reply.whole())
}

// answer answers a paper from its passages and from what tools returned, and any other messages as a closed-book question in the
// language of the last one of the user's.
func (s *server) answer(req *chatRequest) string {
	paper, results, err := req.paper()
	paper.Passages = append(paper.Passages, results...)
	if err != nil {
		for _, m := range req.messages() {
			if m.Role == "user" {
				paper = prompt.Paper{Question: m.Content}
			}
		}
		paper.Language = text.Detect(paper.Question)
	}
	a := s.analyzers.Get().(*text.Analyzer)
	defer s.analyzers.Put(a)
	return answer(paper, a)
}

// countTokens is the reader's count of tokens in a prompt: one for every four bytes of UTF-8, rounded up.
func countTokens(s string) int { return (len(s) + 3) / 4 }

// pieces cuts an answer into what is streamed, a word with the space and marks before it at a time. Each piece counts as one
// token of the completion.
func pieces(answer string) ([]string, int) {
	var out []string
	start := 0
	for i, w := range text.WordSpans(answer) {
		if i > 0 {
			out = append(out, answer[start:w.Start])
			start = w.Start
		}
	}
	if start < len(answer) {
		out = append(out, answer[start:])
	}
	return out, len(out)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	writeJSON(w, status, errorReply{apiError{Message: message, Type: kind}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the only error left is that the client has gone
}
