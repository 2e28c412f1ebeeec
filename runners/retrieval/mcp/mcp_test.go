package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"go.uber.org/goleak"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/conformance"
	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/suites"
)

// The test binary is also the server that is started as a program.
const asServer = "VIVA_TEST_MCP_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		if os.Getenv(asServer) == "broken" {
			os.Stderr.WriteString("no license for key sesame-open-123\n")
			os.Exit(3)
		}
		if err := server(nil).Run(context.Background(), &sdk.StdioTransport{}); err != nil && !errors.Is(err, context.Canceled) {
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

var corpus = []suites.Passage{
	{ID: "leave", Title: "Leave", Text: "Staff have 29 days of leave.", Language: "en"},
	{ID: "travel", Title: "Travel", Text: "The daily allowance for staff is EUR 28.", Language: "en"},
	{ID: "laptops", Title: "Laptops", Text: "Staff laptops are replaced after 4 years.", Language: "en"},
}

type searchIn struct {
	Query string `json:"query" jsonschema:"what to look for"`
	Limit int    `json:"limit,omitempty" jsonschema:"how many"`
}

type hit struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Body  string `json:"body"`
}

type searchOut struct {
	Hits []hit `json:"hits"`
}

// server is a company's knowledge base: search answers structured content, read gives resources, plain gives texts, write changes something, and
// stuck answers nothing until its caller gives up or closing ends.
func server(closing <-chan struct{}) *sdk.Server {
	s := sdk.NewServer(&sdk.Implementation{Name: "kb", Version: "1"}, nil)
	index := retrieval.NewBM25(corpus)
	reading := &sdk.ToolAnnotations{ReadOnlyHint: true}
	sdk.AddTool(s, &sdk.Tool{Name: "search", Description: "Searches the knowledge base", Annotations: reading},
		func(ctx context.Context, _ *sdk.CallToolRequest, in searchIn) (*sdk.CallToolResult, searchOut, error) {
			if in.Query == "break" {
				return nil, searchOut{}, errors.New("the index is being rebuilt")
			}
			found, err := index.Retrieve(ctx, in.Query, max(in.Limit, 1))
			out := searchOut{Hits: []hit{}}
			for _, p := range found {
				out.Hits = append(out.Hits, hit{p.ID, p.Title, p.Text})
			}
			return nil, out, err
		})
	sdk.AddTool(s, &sdk.Tool{Name: "read", Annotations: reading}, func(context.Context, *sdk.CallToolRequest, searchIn) (*sdk.CallToolResult, any, error) {
		return &sdk.CallToolResult{Content: []sdk.Content{
			&sdk.EmbeddedResource{Resource: &sdk.ResourceContents{URI: "kb://leave", Text: "29 days"}},
			&sdk.ImageContent{Data: []byte("x"), MIMEType: "image/png"},
			&sdk.ResourceLink{URI: "kb://travel", Name: "Travel", Description: "EUR 28"},
		}}, nil, nil
	})
	sdk.AddTool(s, &sdk.Tool{Name: "plain"}, func(context.Context, *sdk.CallToolRequest, searchIn) (*sdk.CallToolResult, any, error) {
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "one"}, &sdk.TextContent{Text: strings.Repeat("two ", 100)}}}, nil, nil
	})
	sdk.AddTool(s, &sdk.Tool{Name: "write"}, func(context.Context, *sdk.CallToolRequest, struct {
		Row string `json:"row"`
	}) (*sdk.CallToolResult, any, error) {
		return nil, nil, nil
	})
	sdk.AddTool(s, &sdk.Tool{Name: "stuck"}, func(ctx context.Context, _ *sdk.CallToolRequest, _ searchIn) (*sdk.CallToolResult, any, error) {
		select {
		case <-ctx.Done():
		case <-closing: // a caller's word that it has given up may be lost with its connection
		}
		return nil, nil, errors.New("nothing came")
	})
	return s
}

// overHTTP serves the knowledge base to those who know the key. release ends the calls of the tool stuck.
func overHTTP(t *testing.T) (address string, headers map[string]string, release func()) {
	t.Helper()
	closing := make(chan struct{})
	release = sync.OnceFunc(func() { close(closing) })
	kb := server(closing)
	handler := sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return kb }, nil)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sesame-open-123" {
			http.Error(w, "who are you, "+r.Header.Get("Authorization"), http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		release()
		hangUp(kb)
		web.CloseClientConnections()
		web.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return web.URL, map[string]string{"Authorization": "Bearer sesame-open-123"}, release
}

func program(mode string) Server {
	return Server{Command: []string{os.Args[0]}, Env: map[string]string{asServer: mode}}
}

// hangUp ends the sessions whose clients could not say that they have gone.
func hangUp(kb *sdk.Server) {
	for session := range kb.Sessions() {
		_ = session.Close()
	}
}

var mapped = records.Mapping{Results: "hits", ID: "id", Title: records.Paths{"title"}, Text: records.Paths{"body"}}

func open(t *testing.T, cfg Config) *Retriever {
	t.Helper()
	r, err := Open(t.Context(), "kb", cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestConformance(t *testing.T) {
	questions := []string{"How many days of leave do staff have?", "daily allowance", "staff"}
	t.Run("stdio", func(t *testing.T) {
		conformance.Test(t, conformance.Case{Retriever: open(t, Config{Server: program("1"), Records: mapped}), Questions: questions,
			Stuck: open(t, Config{Server: program("1"), Tool: "stuck"})})
	})
	t.Run("http", func(t *testing.T) {
		address, headers, release := overHTTP(t)
		conformance.Test(t, conformance.Case{Retriever: open(t, Config{Server: Server{URL: address, Headers: headers}, Records: mapped}), Questions: questions,
			Stuck: open(t, Config{Server: Server{URL: address, Headers: headers}, Tool: "stuck"})})
		release()
	})
}

func TestRetrieve(t *testing.T) {
	for _, c := range []struct {
		tool string
		want string
	}{
		{"search", "mcp:kb#leave|leave|Leave|Staff have 29 days of leave."},
		{"read", "mcp:kb#kb://leave|kb://leave||29 days mcp:kb#kb://travel|kb://travel|Travel|EUR 28"},
	} {
		cfg := Config{Server: program("1"), Tool: c.tool}
		if c.tool == "search" {
			cfg.Records = mapped
		}
		found, err := open(t, cfg).Retrieve(t.Context(), "leave", 2)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range found {
			got = append(got, strings.Join([]string{p.Origin, p.ID, p.Title, p.Text}, "|"))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.tool, got, c.want)
		}
	}
	r := open(t, Config{Server: program("1"), Tool: "plain"})
	if found, err := r.Retrieve(t.Context(), "x", 5); err != nil || len(found) != 2 || found[0].Text != "one" || found[0].ID == found[1].ID {
		t.Errorf("plain texts: %+v, %v", found, err)
	}
	if _, err := open(t, Config{Server: program("1"), Records: mapped}).Retrieve(t.Context(), "break", 5); err == nil || !strings.Contains(err.Error(), "being rebuilt") {
		t.Errorf("a tool's error: %v", err)
	}
}

func TestAServerThatGoesAwayIsReachedAgain(t *testing.T) {
	r := open(t, Config{Server: program("1"), Records: mapped})
	for range 3 {
		if _, err := r.Retrieve(t.Context(), "leave", 1); err != nil {
			t.Fatal(err)
		}
		_ = r.client.session.Close() // the program ends
	}
}

func TestConfigErrors(t *testing.T) {
	address, headers, _ := overHTTP(t)
	for _, c := range []struct {
		why  string
		cfg  Config
		want string
	}{
		{"neither", Config{}, "either a command or a url"},
		{"both", Config{Server: Server{Command: []string{"x"}, URL: "http://x"}}, "either a command or a url"},
		{"no address", Config{Server: Server{URL: "box:80"}}, "must begin with http"},
		{"unknown tool", Config{Server: program("1"), Tool: "find"}, "it has: plain, read, search, stuck, write"},
		{"unknown argument", Config{Server: program("1"), Arguments: map[string]string{"text": "{question}"}}, `no argument "text"; it takes: limit, query`},
		{"no question", Config{Server: program("1"), Arguments: map[string]string{"query": "x"}}, "no argument holds {question}"},
		{"missing argument", Config{Server: program("1"), Arguments: map[string]string{"limit": "{question}"}}, `requires the argument "query"`},
		{"a program that ends", Config{Server: program("broken")}, "no license for key"},
		{"no such program", Config{Server: Server{Command: []string{"/nonexistent/kb"}}}, "connect to /nonexistent/kb"},
		{"a wrong key", Config{Server: Server{URL: address, Headers: map[string]string{"Authorization": "Bearer wrong-key-456"}}}, "Unauthorized"},
		{"nobody there", Config{Server: Server{URL: "http://127.0.0.1:1/mcp", Headers: headers}}, "connect to 127.0.0.1:1"},
	} {
		_, err := Open(t.Context(), "kb", c.cfg)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.why, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), "wrong-key-456") || strings.Contains(err.Error(), headers["Authorization"])) {
			t.Errorf("%s: the key shows: %v", c.why, err)
		}
	}
}

// TestEnvironment: a program gets what it is given, and no key of ours.
func TestEnvironment(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "secret")
	c := client{server: Server{Command: []string{"x"}, Env: map[string]string{"KB_TOKEN": "t"}}, said: new(tail)}
	env := strings.Join(c.transport().(*sdk.CommandTransport).Command.Env, "\n")
	if strings.Contains(env, "secret") || !strings.Contains(env, "KB_TOKEN=t") || !strings.Contains(env, "PATH=") {
		t.Error(env)
	}
}

func TestArgumentsAreGuessed(t *testing.T) {
	for _, c := range []struct{ schema, want string }{
		{`{"properties":{"q":{"type":"string"},"top_k":{"type":"integer"}},"required":["q"]}`, `{"q":"why \"so\"?","top_k":3}`},
		{`{"properties":{"phrase":{"type":["string","null"]},"deep":{"type":"boolean"}}}`, `{"phrase":"why \"so\"?"}`},
		{`{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}`, ""},
		{`{"properties":{"query":{"type":"string"},"tenant":{"type":"string"}},"required":["query","tenant"]}`, ""},
		{`{}`, ""},
	} {
		var input any
		if err := json.Unmarshal([]byte(c.schema), &input); err != nil {
			t.Fatal(err)
		}
		s := readSchema(input)
		arguments, err := s.guess()
		got := ""
		if err == nil {
			got = string(s.fill(arguments, `why "so"?`, 3))
		}
		if got != c.want {
			t.Errorf("%s: %s, %v; want %s", c.schema, got, err, c.want)
		}
	}
}

func TestTools(t *testing.T) {
	offered, err := OpenTools(t.Context(), ToolsConfig{Server: program("1"), Records: mapped})
	if err != nil {
		t.Fatal(err)
	}
	defer offered.Close()
	call := map[string]runners.Tool{}
	for _, tool := range offered.List {
		call[tool.Spec().Name] = tool
	}
	if len(call) != 2 || call["search"] == nil || call["read"] == nil {
		t.Fatalf("offered %v: only those that declare to change nothing are", call)
	}
	if spec := call["search"].Spec(); !strings.Contains(string(spec.Parameters), `"query"`) || spec.Description == "" {
		t.Errorf("%+v", spec)
	}
	result, err := call["search"].Call(t.Context(), json.RawMessage(`{"query":"leave","limit":1}`))
	if err != nil || len(result.Passages) != 1 || result.Passages[0].ID != "leave" || !strings.Contains(result.Text, "29 days") {
		t.Errorf("%+v, %v", result, err)
	}
	for why, arguments := range map[string]string{"a missing argument": `{}`, "a wrong type": `{"query":7}`, "the tool's own error": `{"query":"break"}`} {
		result, err := call["search"].Call(t.Context(), json.RawMessage(arguments))
		if err != nil || result.Problem == "" || result.Text != "" {
			t.Errorf("%s: %+v, %v; the examinee is to be told", why, result, err)
		}
	}

	named, err := OpenTools(t.Context(), ToolsConfig{Server: program("1"), Tools: []string{"plain", "write"}, MaxBytes: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	result, err = named.List[0].Call(t.Context(), json.RawMessage(`{"query":"x"}`))
	if err != nil || len(result.Text) > 200 || !strings.Contains(result.Text, "cut here") {
		t.Errorf("%d bytes, %v: %s", len(result.Text), err, result.Text)
	}
	if _, err := OpenTools(t.Context(), ToolsConfig{Server: program("1"), Tools: []string{"drop"}}); err == nil || !strings.Contains(err.Error(), `no tool "drop"`) {
		t.Errorf("an unknown tool: %v", err)
	}
}

// TestABrokenServerIsInfrastructure: a tool that cannot be reached is never the examinee's fault.
func TestABrokenServerIsInfrastructure(t *testing.T) {
	var down atomic.Bool
	kb := server(nil)
	handler := sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return kb }, nil)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	defer web.Close()
	defer hangUp(kb)
	offered, err := OpenTools(t.Context(), ToolsConfig{Server: Server{URL: web.URL, Timeout: 5 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	defer offered.Close()
	down.Store(true)
	if result, err := offered.List[0].Call(t.Context(), json.RawMessage(`{"query":"leave"}`)); err == nil {
		t.Errorf("%+v: no error", result)
	}
}
