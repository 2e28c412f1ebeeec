// Package mcp asks servers of the Model Context Protocol: their search tools as a retriever, and their tools for an examinee to call. Servers are
// programs that are started here and spoken to over their standard input and output, or addresses that speak streamable HTTP.
package mcp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Server says how a server is reached: by a command or at an address.
type Server struct {
	Command []string          `yaml:"command"` // program and arguments
	Env     map[string]string `yaml:"env"`     // given to the program beside the few variables that any program needs; nothing else of our own is
	URL     string            `yaml:"url"`     // of streamable HTTP: "https://crm.example/mcp"
	Headers map[string]string `yaml:"headers"` // sent with each request to url
	Timeout time.Duration     `yaml:"timeout"` // of starting, and of one call; 0: 30 s
}

// ConfigError says that a configuration cannot work as it is written.
type ConfigError struct{ Err error }

func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap gives what is wrong.
func (e *ConfigError) Unwrap() error { return e.Err }

func wrong(format string, args ...any) error { return &ConfigError{fmt.Errorf(format, args...)} }

func (s Server) check() error {
	switch {
	case (len(s.Command) > 0) == (s.URL != ""):
		return wrong("name either a command or a url")
	case s.Timeout < 0:
		return wrong("timeout is negative")
	case len(s.Command) > 0 && len(s.Headers) > 0:
		return wrong("headers go with url; a command takes env")
	case s.URL != "" && len(s.Env) > 0:
		return wrong("env goes with command; a url takes headers")
	}
	if s.URL != "" {
		if u, err := url.Parse(s.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return wrong("the url must begin with http:// or https:// and name a host")
		}
	}
	return nil
}

// client is a connection that is made anew when it has broken. It is safe for concurrent use.
type client struct {
	server  Server
	timeout time.Duration
	secrets *strings.Replacer
	said    *tail // the program's standard error

	lock    sync.Mutex
	session *sdk.ClientSession
}

// dial starts or reaches the server.
func dial(ctx context.Context, s Server) (*client, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	c := &client{server: s, timeout: s.Timeout, said: new(tail)}
	if c.timeout == 0 {
		c.timeout = 30 * time.Second
	}
	var pairs []string
	for _, secrets := range []map[string]string{s.Env, s.Headers} {
		for _, v := range secrets {
			for _, word := range append(strings.Fields(v), v) {
				if len(word) >= 8 { // shorter ones stand in messages by chance
					pairs = append(pairs, word, "[key]")
				}
			}
		}
	}
	c.secrets = strings.NewReplacer(pairs...)
	if _, err := c.connected(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// Close ends the connection, and the program if one was started. It has no error to tell: what was asked for is there by then, and how a server
// or program takes it when we leave is its own affair. A server that does not answer is left after a few seconds.
func (c *client) Close() error {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.session != nil {
		_ = c.session.Close()
		c.session = nil
	}
	return nil
}

// connected gives the session that there is, or a new one.
func (c *client) connected(ctx context.Context) (*sdk.ClientSession, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.session != nil {
		return c.session, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	program := sdk.NewClient(&sdk.Implementation{Name: "viva", Version: "1"}, nil)
	session, err := program.Connect(ctx, c.transport(), nil)
	if err != nil {
		if said := c.said.String(); said != "" {
			err = fmt.Errorf("%w; it said: %s", err, said)
		}
		return nil, fmt.Errorf("connect to %s: %w", c.name(), c.scrub(err))
	}
	c.session = session
	return session, nil
}

// forget gives up a session that has broken, so that the next call makes a new one.
func (c *client) forget(broken *sdk.ClientSession) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.session == broken {
		c.session = nil
		_ = broken.Close() // it is lost anyway
	}
}

// name is the server without its secrets.
func (c *client) name() string {
	if len(c.server.Command) > 0 {
		return c.server.Command[0]
	}
	u, err := url.Parse(c.server.URL)
	if err != nil {
		return "the server"
	}
	return u.Host
}

// kept are the variables that a program is given: what programs need to run at all, and none that could hold a key.
var kept = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR", "TERM", "SYSTEMROOT", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "USERPROFILE"}

func (c *client) transport() sdk.Transport {
	if c.server.URL != "" {
		return &sdk.StreamableClientTransport{Endpoint: c.server.URL, DisableStandaloneSSE: true, MaxRetries: -1,
			HTTPClient: &http.Client{Transport: withHeaders{c.server.Headers, http.DefaultTransport}}}
	}
	cmd := exec.Command(c.server.Command[0], c.server.Command[1:]...)
	for _, name := range kept {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	for name, v := range c.server.Env {
		cmd.Env = append(cmd.Env, name+"="+v)
	}
	cmd.Stderr = c.said
	return &sdk.CommandTransport{Command: cmd}
}

// withHeaders adds the configured headers to each request.
type withHeaders struct {
	headers map[string]string
	next    http.RoundTripper
}

func (w withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, v := range w.headers {
		r.Header.Set(name, v)
	}
	return w.next.RoundTrip(r)
}

// tools lists the server's tools.
func (c *client) tools(ctx context.Context) ([]*sdk.Tool, error) {
	session, err := c.connected(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var all []*sdk.Tool
	for t, err := range session.Tools(ctx, nil) {
		if err != nil {
			return nil, fmt.Errorf("list tools of %s: %w", c.name(), c.scrub(err))
		}
		all = append(all, t)
	}
	return all, nil
}

// call calls a tool. A connection that has broken since the last call is made anew once.
func (c *client) call(ctx context.Context, tool string, arguments any) (*sdk.CallToolResult, error) {
	for again := range 2 {
		session, err := c.connected(ctx)
		if err != nil {
			return nil, err
		}
		result, err := c.once(ctx, session, tool, arguments)
		if err == nil {
			return result, nil
		}
		var told *jsonrpc.Error
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		lost := errors.Is(err, sdk.ErrConnectionClosed) || errors.Is(err, sdk.ErrSessionMissing)
		if lost {
			c.forget(session)
		}
		if lost && again == 0 {
			continue
		}
		if errors.As(err, &told) {
			return nil, &refusal{told.Code, c.scrub(errors.New(told.Message)).Error()}
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("call %s of %s: no reply within %s", tool, c.name(), c.timeout)
		}
		return nil, fmt.Errorf("call %s of %s: %w", tool, c.name(), c.scrub(err))
	}
	return nil, fmt.Errorf("call %s of %s: the connection breaks each time", tool, c.name())
}

func (c *client) once(ctx context.Context, session *sdk.ClientSession, tool string, arguments any) (*sdk.CallToolResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return session.CallTool(ctx, &sdk.CallToolParams{Name: tool, Arguments: arguments})
}

// refusal is an error that the server told by the protocol.
type refusal struct {
	code    int64
	message string
}

func (r *refusal) Error() string { return fmt.Sprintf("%s (%d)", r.message, r.code) }

// scrub takes secrets out of an error's text.
func (c *client) scrub(err error) error {
	if err == nil {
		return nil
	}
	if clean := c.secrets.Replace(err.Error()); clean != err.Error() {
		return errors.New(clean)
	}
	return err
}

// named finds a tool, or says which there are.
func named(tools []*sdk.Tool, name string) (*sdk.Tool, error) {
	i := slices.IndexFunc(tools, func(t *sdk.Tool) bool { return t.Name == name })
	if i < 0 {
		return nil, wrong("the server has no tool %q; it has: %s", name, names(tools))
	}
	return tools[i], nil
}

func names(tools []*sdk.Tool) string {
	var all []string
	for _, t := range tools {
		all = append(all, t.Name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// tail keeps the end of what is written to it.
type tail struct {
	lock sync.Mutex
	kept []byte
}

// most is how much of a program's standard error is kept.
const most = 2 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - most; over > 0 {
		t.kept = slices.Delete(t.kept, 0, over)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(t.kept), "�")), " ")
}
