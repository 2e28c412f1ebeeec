package fakeai_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// body is a request's body with every optional field, less the fields named.
func body(question string, stream bool, less ...string) string {
	return sheet([]prompt.Message{{Role: "user", Content: question}}, stream, less...)
}

func sheet(messages []prompt.Message, stream bool, less ...string) string {
	var chat []map[string]string
	for _, m := range messages {
		chat = append(chat, map[string]string{"role": m.Role, "content": m.Content})
	}
	fields := map[string]any{
		"model": "fake", "messages": chat,
		"temperature": 0, "seed": 7, "max_tokens": 64, "stream": stream,
	}
	if stream {
		fields["stream_options"] = map[string]bool{"include_usage": true}
	}
	for _, f := range less {
		delete(fields, f)
	}
	b, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// raw is a reply as it came over a bare connection.
type raw struct {
	Status int
	Header http.Header
	Chunks [][]byte // parts of a chunked body; one part when it is not chunked
	Body   []byte
	Err    error // how the body ended; nil: properly
	Closed bool  // the connection was at its end after the reply
}

// ask sends one request over a bare connection and reads until the reply ends or patience runs out.
func ask(t testing.TB, s *fakeai.Server, request string, patience time.Duration) raw {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Request-Id: raw\r\nContent-Length: %d\r\n\r\n%s",
		len(request), request)
	in := bufio.NewReader(conn)
	var r raw
	// The chunks are read by hand, so that each of the server's writes can be seen; what is read is given to http.ReadResponse too.
	var seen bytes.Buffer
	resp, err := http.ReadResponse(bufio.NewReader(io.TeeReader(in, &seen)), nil)
	if err != nil {
		r.Err = err
		return r
	}
	r.Status, r.Header = resp.StatusCode, resp.Header
	r.Body, r.Err = io.ReadAll(resp.Body)
	_, rest, _ := bytes.Cut(seen.Bytes(), []byte("\r\n\r\n"))
	if len(resp.TransferEncoding) == 0 {
		r.Chunks = [][]byte{rest}
	} else {
		for {
			line, after, ok := bytes.Cut(rest, []byte("\r\n"))
			var n int
			if _, err := fmt.Sscanf(string(line), "%x", &n); !ok || err != nil || n == 0 || len(after) < n+2 {
				break
			}
			r.Chunks, rest = append(r.Chunks, after[:n]), after[n+2:]
		}
	}
	if r.Header.Get("Connection") == "keep-alive" {
		_, err = in.ReadByte() // waits out the patience of a connection that stays open
		r.Closed = errors.Is(err, io.EOF)
	}
	return r
}

// client is a slow but correct reader of replies, written from the specifications alone: it shows that each fault's outcome can be
// had by a client that knows nothing of the fault.
type client struct {
	http     *http.Client
	patience time.Duration
}

type answer struct {
	Text, Reasoning, Finish string
	Usage                   *fakeai.Usage
}

func (c client) ask(url, question string, stream bool) (answer, error) {
	return c.send(url, []prompt.Message{{Role: "user", Content: question}}, stream)
}

func (c client) send(url string, messages []prompt.Message, stream bool) (answer, error) {
	var less []string
	for range 4 {
		ctx, cancel := context.WithTimeout(context.Background(), c.patience)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "POST", url+"/v1/chat/completions", strings.NewReader(sheet(messages, stream, less...)))
		if err != nil {
			return answer{}, err
		}
		req.Header["Idempotency-Key"] = nil
		resp, err := c.http.Do(req)
		if err != nil {
			return answer{}, err
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode == 400 || resp.StatusCode == 422 {
			dropped := false
			for _, p := range []string{"temperature", "stream_options", "seed"} {
				if bytes.Contains(b, []byte(p)) {
					less, dropped = append(less, p), true
				}
			}
			if dropped {
				continue
			}
		}
		if resp.StatusCode != 200 {
			return answer{}, fmt.Errorf("status %d: %s", resp.StatusCode, b)
		}
		a, perr := read(b)
		if err != nil {
			return a, err
		}
		return a, perr
	}
	return answer{}, errors.New("refused over and over")
}

type message struct {
	Content          *string
	Reasoning        *string
	ReasoningContent *string `json:"reasoning_content"`
}

type object struct {
	Error   json.RawMessage
	Object  string
	Choices []struct {
		Delta, Message *message
		FinishReason   *string `json:"finish_reason"`
	}
	Usage *struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
		Details          struct {
			ReasoningTokens int `json:"reasoning_tokens"`
		} `json:"completion_tokens_details"`
	}
}

func (a *answer) take(data string) error {
	var o object
	if err := json.Unmarshal([]byte(data), &o); err != nil {
		return err
	}
	if len(o.Error) > 0 || o.Object == "error" {
		return fmt.Errorf("in the body: %s", data)
	}
	for _, c := range o.Choices {
		m := c.Delta
		if m == nil {
			m = c.Message
		}
		if m != nil {
			if m.Content != nil {
				a.Text += *m.Content
			}
			if m.Reasoning != nil {
				a.Reasoning += *m.Reasoning
			} else if m.ReasoningContent != nil {
				a.Reasoning += *m.ReasoningContent
			}
		}
		if c.FinishReason != nil && *c.FinishReason != "" {
			a.Finish = *c.FinishReason
		}
	}
	if u := o.Usage; u != nil {
		a.Usage = &fakeai.Usage{Prompt: u.PromptTokens, Completion: u.CompletionTokens, Reasoning: u.Details.ReasoningTokens}
	}
	return nil
}

// read takes a body, a stream or an object, to an answer.
func read(b []byte) (a answer, err error) {
	s := strings.TrimPrefix(string(b), "\uFEFF")
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		err = a.take(s)
	} else {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
		var event, data string
		var lines int
		for line := range strings.SplitSeq(s, "\n") {
			name, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch {
			case line == "":
				switch {
				case event == "error":
					return a, fmt.Errorf("in the stream: %s", data)
				case event != "" && event != "message", lines == 0, data == "", data == "[DONE]":
				default:
					if err := a.take(data); err != nil {
						return a, err
					}
				}
				event, data, lines = "", "", 0
			case name == "event":
				event = value
			case name == "error":
				return a, fmt.Errorf("in the stream: %s", value)
			case name == "data":
				if lines++; lines > 1 {
					data += "\n"
				}
				data += value
			}
		}
	}
	if think, text, ok := strings.Cut(a.Text, "</think>"); ok {
		a.Reasoning, a.Text = strings.TrimPrefix(think, "<think>"), strings.TrimSpace(text)
	}
	a.Reasoning = strings.TrimSpace(a.Reasoning)
	if err == nil && a.Finish == "" {
		err = errors.New("no finish reason")
	}
	return a, err
}
