package wire

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// aimock starts npm's @copilotkit/aimock, a server that is not ours, with the fixtures in testdata/aimock.json. VIVA_AIMOCK names the
// installed package's folder (…/node_modules/@copilotkit/aimock) or its dist/cli.js; without it, or without node, the test is skipped.
func aimock(t *testing.T) (base string) {
	t.Helper()
	cli := os.Getenv("VIVA_AIMOCK")
	if cli == "" {
		t.Skip("VIVA_AIMOCK does not name an installed @copilotkit/aimock")
	}
	if !strings.HasSuffix(cli, ".js") {
		cli = filepath.Join(cli, "dist", "cli.js")
	}
	if _, err := os.Stat(cli); err != nil {
		t.Fatalf("VIVA_AIMOCK: %v", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to run aimock with")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	cmd := exec.Command(node, cli, "--host", host, "--port", port, "--fixtures", filepath.Join("testdata", "aimock.json"), "--log-level", "warn")
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	base = "http://" + net.JoinHostPort(host, port) + "/v1"
	for range 100 {
		if resp, err := http.Get(base + "/models"); err == nil {
			resp.Body.Close()
			http.DefaultClient.CloseIdleConnections()
			return base
		}
		time.Sleep(100 * ms)
	}
	t.Fatal("aimock does not answer within ten seconds")
	return ""
}

func TestAimock(t *testing.T) {
	base := aimock(t)
	ask := func(t *testing.T, question string, noStream bool) (Reply, *Error) {
		t.Helper()
		c := client(t, base, func(cfg *Config) { cfg.Model, cfg.NoStream, cfg.IdleTimeout = "gpt-4o", noStream, 5*time.Second })
		zero := 0.0
		r := Request{Temperature: &zero, MaxTokens: 200}
		r.Messages = append(r.Messages, struct{ Role, Content string }{"user", question})
		reply, err := c.Chat(t.Context(), r)
		if err == nil {
			return reply, nil
		}
		e, ok := asError(err)
		if !ok {
			t.Fatal(err)
		}
		return reply, e
	}
	// The fixture is cut every three UTF-16 units, which parts the first emoji.
	const answer, reasoning = "The notice period is 30 days. 通知期为三十天。🙂🙂 नोटिस अवधि", "Let me look at clause 4."

	t.Run("stream", func(t *testing.T) {
		r, err := ask(t, "plain question", false)
		if err != nil {
			t.Fatal(err)
		}
		if r.Text != answer || r.Reasoning != reasoning || r.Finish != "stop" || !r.Streamed {
			t.Errorf("%+v", r)
		}
		if !r.Usage.FromServer || r.Usage.Completion == 0 || r.Chunks < 15 {
			t.Errorf("%d chunks, usage %+v", r.Chunks, r.Usage)
		}
		ordered(t, r)
		// ten milliseconds lie between chunks; reasoning of 24 units comes first
		if wait := r.Clock.FirstAnswer.Sub(r.Clock.FirstToken); wait < 60*ms || wait > 2*time.Second {
			t.Errorf("the answer began %v after the first token, want about 90 ms", wait)
		}
	})
	t.Run("whole", func(t *testing.T) {
		r, err := ask(t, "plain question", true)
		if err != nil {
			t.Fatal(err)
		}
		if r.Text != answer || r.Reasoning != reasoning || r.Finish != "stop" || r.Streamed || !r.Usage.FromServer {
			t.Errorf("%+v", r)
		}
	})
	t.Run("length", func(t *testing.T) {
		if r, err := ask(t, "long question", false); err != nil || r.Finish != "length" {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("cut short", func(t *testing.T) {
		r, err := ask(t, "cut question", false)
		if err == nil || err.Kind != CutShort || r.Text == "" || !strings.HasPrefix(answer, r.Text) {
			t.Errorf("%q, %v", r.Text, err)
		}
	})
	t.Run("limited", func(t *testing.T) {
		if _, err := ask(t, "limited question", false); err == nil || err.Kind != RateLimited || err.RetryAfter != time.Second {
			t.Errorf("%+v", err)
		}
	})
	t.Run("unknown", func(t *testing.T) {
		if _, err := ask(t, "something else", false); err == nil || err.Kind != Rejected || err.Status != 404 {
			t.Errorf("%+v", err)
		}
	})
	t.Run("probe", func(t *testing.T) {
		found := probed(t, Config{BaseURL: base, Model: "gpt-4o"})
		if !found["models"].OK || !found["chat"].OK || !found["usage"].OK {
			t.Errorf("%+v", found)
		}
	})
}
