package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
)

// Finding is one thing that Probe looked at.
type Finding struct {
	Check  string // configuration, round trip, models, chat, streaming, usage, reasoning, logprobs, tools, or a parameter's name
	OK     bool
	Detail string // what was seen
	Remedy string // one sentence; empty when OK
}

const (
	probeTime = 60 * time.Second // longest wait for one request
	rounds    = 5                // round trips measured
)

// Probe asks a target a few small questions and says what it supports. It always returns at least one finding and stops early where
// the rest could not be found out. It takes a handful of short requests. Without a model's name it takes the first that the server
// lists.
func Probe(ctx context.Context, cfg Config) []Finding {
	named := cfg.Model
	if named == "" {
		cfg.Model = "first listed" // New wants one; what the server lists takes its place below
	}
	c, err := New(cfg)
	if err != nil {
		return []Finding{{Check: "configuration", Detail: err.Error(),
			Remedy: "Give the base URL and the model's name, as in --base-url http://box:8000/v1 --model NAME."}}
	}
	defer c.Close()
	c.model = named
	if c.idle == 0 || c.idle > probeTime {
		c.idle = probeTime
	}
	findings, answers := c.probeModels(ctx)
	if !answers {
		return findings
	}
	if c.model == "" {
		return append(findings, Finding{Check: "configuration", Detail: "no model was named and the server lists none", Remedy: "Name the model, as in --model NAME."})
	}
	return append(findings, c.probeChat(ctx)...)
}

// probeModels times GET /models and looks for the model in the list. It reports false when nothing answers at all.
func (c *Client) probeModels(ctx context.Context) ([]Finding, bool) {
	var took []time.Duration
	var body []byte
	status := 0
	for i := range rounds + 1 {
		start := c.now()
		s, b, err := c.get(ctx, "/models")
		if err != nil {
			return []Finding{{Check: "round trip", Detail: c.secrets.Replace(err.Error()), Remedy: c.cure(err)}}, false
		}
		if status, body = s, b; i > 0 { // the first opens the connection
			took = append(took, c.now().Sub(start))
		}
	}
	slices.Sort(took)
	out := []Finding{{Check: "round trip", OK: true,
		Detail: fmt.Sprintf("median of %d GET /models over an open connection: %v", rounds, took[len(took)/2].Round(10*time.Microsecond))}}
	return append(out, c.listed(status, body)), true
}

// listed judges the reply to GET /models.
func (c *Client) listed(status int, body []byte) Finding {
	f := Finding{Check: "models"}
	var list struct {
		Data   []struct{ ID string }
		Models []struct{ Name, Model string } // Ollama's own shape
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		f.Detail = fmt.Sprintf("GET /models gives HTTP %d", status)
		f.Remedy = "Give a key that this server accepts."
		return f
	case status == http.StatusNotFound:
		f.Detail = "GET /models gives HTTP 404"
		f.Remedy = "Check the base URL: it usually ends in /v1; a server without a model list can still be examined."
		return f
	case status/100 != 2:
		f.Detail = fmt.Sprintf("GET /models gives HTTP %d: %s", status, serverError(c.hide(body)).text("no words"))
		f.Remedy = "Look at the server's log; a server without a model list can still be examined."
		return f
	case json.Unmarshal(body, &list) != nil:
		f.Detail = "GET /models gives no JSON: " + snippet(c.hide(body))
		f.Remedy = "Check host and port: what answers there is not a model server."
		return f
	}
	var ids []string
	for _, m := range list.Data {
		ids = append(ids, m.ID)
	}
	for _, m := range list.Models {
		ids = append(ids, m.Name, m.Model)
	}
	ids = slices.DeleteFunc(ids, func(s string) bool { return s == "" })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if f.OK = slices.Contains(ids, c.model); f.OK {
		f.Detail = fmt.Sprintf("%s is one of %d", c.model, len(ids))
		return f
	}
	const most = 8
	shown := strings.Join(ids[:min(most, len(ids))], ", ")
	if len(ids) > most {
		shown += ", …"
	}
	if c.model == "" && len(ids) > 0 {
		c.model, f.OK = ids[0], true
		f.Detail = fmt.Sprintf("none was named, so %s is asked; the server names: %s", c.model, snippet(c.hide([]byte(shown))))
		return f
	}
	f.Detail = fmt.Sprintf("%s is not listed; the server names: %s", c.model, snippet(c.hide([]byte(shown))))
	f.Remedy = "Use one of the listed names, exactly as written."
	if len(ids) == 0 {
		f.Detail, f.Remedy = "the list is empty", "Load a model on the server, or wait until it is loaded."
	}
	return f
}

func (c *Client) get(ctx context.Context, path string) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return 0, nil, err
	}
	if c.authorization != "" {
		req.Header.Set("Authorization", c.authorization)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, b, err
}

// probeChat asks one streamed question with every parameter, and one with log probabilities.
func (c *Client) probeChat(ctx context.Context) []Finding {
	zero, seven := 0.0, int64(7)
	ask := Request{
		Messages:    []prompt.Message{{Role: "user", Content: "Count from one to twenty in words."}},
		Temperature: &zero, Seed: &seven, MaxTokens: 256,
	}
	wanted := c.stream
	inner, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	r, err := c.Chat(inner, ask)
	if err != nil {
		out := []Finding{{Check: "chat", Detail: err.Error(), Remedy: c.cure(err)}}
		return append(out, slices.DeleteFunc(c.refusals(ask), func(f Finding) bool { return f.OK })...) // nothing else is known
	}
	out := []Finding{{Check: "chat", OK: true, Detail: fmt.Sprintf("%s answered, finish reason %s", orElse(r.Model, c.model), r.Finish)}}
	if r.Text == "" && r.Finish == "length" {
		out[0].Detail += fmt.Sprintf("; %d tokens did not reach an answer, so max_tokens must leave room for the reasoning", ask.MaxTokens)
	}
	if wanted {
		out = append(out, streams(r))
	}
	out = append(out, counting(r), thinks(r, c.stream), c.probeLogprobs(ctx, ask), c.probeTools(ctx))
	return append(out, c.refusals(ask)...)
}

// streams judges how the answer came.
func streams(r Reply) Finding {
	f := Finding{Check: "streaming", OK: true}
	tokens := len(r.Clock.Gaps) + 1
	switch {
	case !r.Streamed:
		f.OK, f.Detail = false, "the answer came in one piece"
		f.Remedy = "Turn streaming on at the server, or ask without it; times to the first token cannot be measured so."
	case tokens >= 8 && r.Clock.Coalesced*10 >= tokens*9:
		f.OK, f.Detail = false, fmt.Sprintf("%d of %d events came at once with another", r.Clock.Coalesced, tokens)
		f.Remedy = "Switch off buffering in the proxy before the server (nginx: proxy_buffering off), or lower the server's stream interval."
	default:
		f.Detail = fmt.Sprintf("%d events with text, %d came at once with another; first after %v", tokens, r.Clock.Coalesced,
			r.Clock.FirstToken.Sub(r.Clock.Sent).Round(10*time.Microsecond))
	}
	return f
}

func counting(r Reply) Finding {
	f := Finding{Check: "usage", OK: r.Usage.FromServer}
	if f.OK {
		f.Detail = fmt.Sprintf("the server counts %d prompt and %d completion tokens", r.Usage.Prompt, r.Usage.Completion)
	} else {
		f.Detail = "the server does not count tokens; figures per token will rest on an estimate"
		f.Remedy = "Use a server version that honours stream_options.include_usage."
	}
	return f
}

func thinks(r Reply, stream bool) Finding {
	f := Finding{Check: "reasoning", OK: true, Detail: "none seen"}
	if r.Reasoning == "" {
		return f
	}
	f.Detail = fmt.Sprintf("kept apart from the answer (%d bytes)", len(r.Reasoning))
	if stream && r.Streamed && !r.Clock.FirstAnswer.IsZero() {
		f.Detail += fmt.Sprintf("; the answer began %v after the first token", r.Clock.FirstAnswer.Sub(r.Clock.FirstToken).Round(10*time.Microsecond))
	}
	return f
}

func (c *Client) probeLogprobs(ctx context.Context, ask Request) Finding {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	ask.logprobs, ask.MaxTokens = true, 16
	f := Finding{Check: "logprobs",
		Remedy: "Needed only for figures on the model's own certainty; turn log probabilities on at the server to have them."}
	r, err := c.Chat(ctx, ask)
	switch {
	case err != nil:
		f.Detail = err.Error()
	case slices.Contains(r.Dropped, "logprobs"):
		f.Detail = "the server refuses the parameter"
	case !r.hasLogprobs:
		f.Detail = "the server takes the parameter and sends none"
	default:
		f.OK, f.Detail, f.Remedy = true, "sent with each token", ""
	}
	return f
}

// refusals lists the parameters of the question, and whether the server has refused them.
func (c *Client) refusals(ask Request) []Finding {
	refused := params(c.refused.Load())
	remedies := []struct{ name, remedy string }{
		{"temperature", "Answers will vary with the server's own temperature; set it to 0 at the server if that can be done."},
		{"seed", "Repeats cannot be pinned; report several repeats instead."},
		{"max_tokens", "Set the longest answer at the server, so that no answer runs on for ever."},
		{"stream_options", "Token counts will be estimated; use a server version that knows stream_options.include_usage."},
	}
	lost := c.dropped(ask, refused)
	var out []Finding
	for _, r := range remedies {
		if r.name == "stream_options" && (!c.stream || refused.has(streaming)) {
			continue
		}
		f := Finding{Check: r.name, OK: true, Detail: "accepted"}
		if slices.Contains(lost, r.name) {
			f = Finding{Check: r.name, Detail: "refused; it is left out", Remedy: r.remedy}
		} else if r.name == "max_tokens" && refused.has(maxTokens) {
			f.Detail = "accepted as max_completion_tokens"
		}
		out = append(out, f)
	}
	return out
}

// cure names the next thing to try.
func (c *Client) cure(err error) string {
	e, ok := asError(err)
	if !ok {
		return "Check that the server runs, and its host and port; from this machine nothing answers there."
	}
	switch e.Kind {
	case Unauthorized:
		return "Give a key that this server accepts."
	case RateLimited:
		return "Wait, or ask for a higher limit; runs wait by themselves."
	case TimedOut:
		return "Look at the server's load and log; a model may still be loading."
	case Malformed:
		return "Check the base URL: what answers there is not a chat-completions server; it usually ends in /v1."
	case Rejected:
		if e.Status == http.StatusNotFound {
			return "Check the base URL, which usually ends in /v1, and the model's name."
		}
		return "Read the server's words above; the model's name may be wrong."
	case CutShort:
		return "Look for a proxy that ends long replies, and at the server's log; answers without a finish reason are not counted."
	case InStream, ServerError:
		return "Look at the server's log."
	}
	return "Check that the server runs, and its host and port; from this machine nothing answers there."
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
