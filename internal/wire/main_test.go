package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/prompt"
)

// TestMain lets the test binary be its own server, in a process whose processor time and memory are not the client's.
func TestMain(m *testing.M) {
	switch os.Getenv(serverEnv) {
	case fixed:
		writeForever()
	case logging, silent:
		tellTruth(os.Getenv(serverEnv) == logging)
	default:
		goleak.VerifyTestMain(m)
	}
}

const (
	serverEnv = "VIVA_WIRE_TEST_SERVER"
	fixed     = "fixed"   // writes bytes that were made beforehand
	logging   = "logging" // fakeai, with its log
	silent    = "silent"  // fakeai without
)

// conn is a server's end of a connection while it answers one request.
type conn struct {
	net.Conn
	n    int    // which request, from 0, over all connections
	path string // its method and path
	body string
	head http.Header
}

// put writes bytes as they are, in one segment.
func (c *conn) put(s string) { io.WriteString(c.Conn, s) }

// chunk writes one HTTP chunk.
func (c *conn) chunk(s string) { c.put(fmt.Sprintf("%x\r\n%s\r\n", len(s), s)) }

// begin writes the header of an event stream.
func (c *conn) begin() {
	c.put("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
}

// end writes the end of a chunked body.
func (c *conn) end() { c.put("0\r\n\r\n") }

// whole writes a response of known length.
func (c *conn) whole(status int, header, body string) {
	c.put(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n%s\r\n%s", status, http.StatusText(status), len(body), header, body))
}

// serve runs a server that speaks bytes. The script answers each request; returning false closes the connection.
func serve(t testing.TB, script func(c *conn) bool) (base string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	open, n := map[net.Conn]bool{}, 0
	wg.Go(func() {
		for {
			raw, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[raw] = true
			mu.Unlock()
			wg.Go(func() {
				defer func() {
					raw.Close()
					mu.Lock()
					delete(open, raw)
					mu.Unlock()
				}()
				for in := bufio.NewReader(raw); ; {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					body, _ := io.ReadAll(req.Body)
					mu.Lock()
					c := &conn{Conn: raw, n: n, path: req.Method + " " + req.URL.Path, body: string(body), head: req.Header}
					n++
					mu.Unlock()
					if !script(c) {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return "http://" + l.Addr().String() + "/v1"
}

func client(t testing.TB, base string, more ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{BaseURL: base, Model: "m"}
	for _, f := range more {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func question() Request {
	zero, seven := 0.0, int64(7)
	return Request{Messages: []prompt.Message{{Role: "user", Content: "What is the notice period?"}}, Temperature: &zero, MaxTokens: 64, Seed: &seven}
}

// say is a chunk with content, as vLLM writes it.
func say(text string) string {
	return fmt.Sprintf(`{"id":"chatcmpl-1f6c8c1b7a3b4d6e","object":"chat.completion.chunk","created":1795475408,"model":"qwen","choices":[{"index":0,"delta":{"content":%s},"logprobs":null,"finish_reason":null}]}`, quote(text))
}

func think(field, text string) string {
	return fmt.Sprintf(`{"model":"qwen","choices":[{"index":0,"delta":{%q:%s}}]}`, field, quote(text))
}

func finish(reason string) string {
	return fmt.Sprintf(`{"model":"qwen","choices":[{"index":0,"delta":{},"finish_reason":%q}]}`, reason)
}

const (
	role  = `{"model":"qwen","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`
	spent = `{"model":"qwen","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"completion_tokens_details":{"reasoning_tokens":1}}}`
)

func quote(s string) string { return `"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`).Replace(s) + `"` }

// sse frames events in the plainest way.
func sse(payloads ...string) string {
	var b strings.Builder
	for _, p := range payloads {
		b.WriteString("data: " + p + "\n\n")
	}
	return b.String()
}

// writeForever serves the benchmarks from a process of its own: 1,000 chunks to each request, in one write, or under /each in a write
// for each chunk; under /paced 20 chunks in five seconds.
func writeForever() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the parent
		os.Exit(0)
	}()
	parts := benchParts(1000)
	all := bytes.Join(parts, nil)
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for in := bufio.NewReader(c); ; {
				req, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				io.Copy(io.Discard, req.Body)
				if strings.HasPrefix(req.URL.Path, "/paced") {
					for _, part := range benchParts(20) {
						if _, err := c.Write(part); err != nil {
							return
						}
						time.Sleep(250 * time.Millisecond)
					}
				} else if strings.HasPrefix(req.URL.Path, "/each") {
					for _, part := range parts {
						if _, err := c.Write(part); err != nil {
							return
						}
					}
				} else if _, err := c.Write(all); err != nil {
					return
				}
			}
		}()
	}
}

// benchParts is a response of n chunks, each an HTTP chunk of its own; the header leads and usage, [DONE] and the end follow.
func benchParts(n int) [][]byte {
	frame := func(s string) []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n", len(s), s) }
	parts := [][]byte{[]byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")}
	for range n - 2 {
		parts = append(parts, frame(sse(say(" period"))))
	}
	return append(parts, frame(sse(finish("stop"))), append(frame(sse(spent, done)), "0\r\n\r\n"...))
}

// server starts the other process.
func server(t testing.TB, kind string) (host string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serverEnv+"="+kind)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + strings.TrimSpace(line)
}
