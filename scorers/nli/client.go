package nli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/runners"
)

// Config names a verifier. Only URL is always needed; the zero value of each other field is a usable default.
type Config struct {
	URL   string // of the endpoint itself: "http://box:8080/predict"; its last segment is the protocol, one of [Endpoints]
	Model string // as the server knows it; text-embeddings-inference needs none
	Key   string // sent as a bearer token, never shown; empty: none

	Labels          []string      // what the model's classes mean, by index: "contradiction", "neutral", "entailment"; needed for Classify and where classes are called LABEL_0
	Template        string        // needed for Classify: the text of a pair, with {premise} and {hypothesis}
	HypothesisFirst bool          // the model reads (hypothesis, premise), as rerankers read (query, document)
	Window          int           // the model's longest input in tokens, premise and hypothesis together; 0: 512
	Batch           int           // pairs a request; 0: 32, the largest that text-embeddings-inference allows by default
	Timeout         time.Duration // of each request; 0: 60 s
	Attempts        int           // requests that a batch may cost while the server is busy or away; 0: 3

	HTTP *http.Client // nil: a client of our own. Redirects are refused either way
}

// Client asks one verifier. It is safe for concurrent use.
type Client struct {
	url, model, authorization string
	endpoint                  Endpoint
	labels                    []string
	template                  string
	hypothesisFirst           bool
	window, batch, attempts   int
	templated                 int // tokens of the template itself
	timeout                   time.Duration
	http                      *http.Client
	secret                    *strings.Replacer
	patience                  runners.Patience
	texts                     atomic.Bool // the server takes rerank's second form
}

// New checks cfg and makes its client. Nothing is sent.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(strings.TrimSpace(cfg.URL))
	switch {
	case cfg.URL == "":
		return nil, fmt.Errorf("configure verifier: no URL")
	case err != nil:
		return nil, fmt.Errorf("configure verifier: the URL does not parse") // url's own error repeats it, secrets included
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("configure verifier: the URL must begin with http:// or https:// and name a host, like http://box:8080/predict")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("configure verifier: the URL must not hold a user, a query or a fragment")
	}
	endpoint, ok := endpointOf(u.Path)
	if !ok {
		return nil, fmt.Errorf("configure verifier: the URL must end with the endpoint, one of %v", Endpoints())
	}
	if strings.ContainsFunc(cfg.Key, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return nil, fmt.Errorf("configure verifier: key holds control characters")
	}
	if endpoint == Classify {
		if !strings.Contains(cfg.Template, "{premise}") || !strings.Contains(cfg.Template, "{hypothesis}") {
			return nil, fmt.Errorf("configure verifier: classify takes one text, so that a template with {premise} and {hypothesis} is needed")
		}
		if len(cfg.Labels) == 0 {
			return nil, fmt.Errorf("configure verifier: classify gives probabilities by index, so that labels are needed")
		}
	}
	for _, l := range cfg.Labels {
		if _, err := classOf(l, nil); err != nil {
			return nil, fmt.Errorf("configure verifier: label %q is none of entailment, neutral, contradiction, supported, unsupported", l)
		}
	}
	if cfg.Window < 0 || cfg.Batch < 0 || cfg.Attempts < 0 || cfg.Timeout < 0 {
		return nil, fmt.Errorf("configure verifier: window, batch, attempts and timeout must not be negative")
	}
	c := &Client{
		url: u.String(), model: cfg.Model, endpoint: endpoint, labels: slices.Clone(cfg.Labels), template: cfg.Template,
		hypothesisFirst: cfg.HypothesisFirst, window: or(cfg.Window, 512), batch: or(cfg.Batch, 32), attempts: or(cfg.Attempts, 3),
		timeout: or(cfg.Timeout, time.Minute), templated: Tokens(cfg.Template),
		secret: strings.NewReplacer(),
	}
	if key := strings.TrimSpace(cfg.Key); key != "" {
		c.authorization = "Bearer " + key
		c.secret = strings.NewReplacer(key, "[key]")
	}
	hc := http.Client{}
	if cfg.HTTP != nil {
		hc = *cfg.HTTP
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &hc
	return c, nil
}

// Name names the verifier: its model, where one is configured, and its address.
func (c *Client) Name() string {
	address := c.url[strings.Index(c.url, "://")+len("://"):]
	if c.model == "" {
		return address
	}
	return c.model + "@" + address
}

func or[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// Relate asks about all pairs, in batches, and gives their relations in order. Batches that the server finds too large are halved. The
// error is an [Error], or that of ctx.
func (c *Client) Relate(ctx context.Context, pairs []Pair) ([]Relation, error) {
	relations := make([]Relation, 0, len(pairs))
	for batch := range c.batches(pairs) {
		r, err := c.halving(ctx, batch)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, err
		}
		relations = append(relations, r...)
	}
	return relations, nil
}

// Entail asks about one pair of answers to a question, each put behind the question, so that "28 days" asserts something. Of a premise in
// pieces, the one that entails the hypothesis most counts; when none does, the one that contradicts it most.
func (c *Client) Entail(ctx context.Context, question, premise, hypothesis string) (Relation, error) {
	if question != "" {
		premise, hypothesis = question+" "+premise, question+" "+hypothesis
	}
	var pairs []Pair
	for _, chunk := range c.chunks(premise, hypothesis) {
		pairs = append(pairs, Pair{Premise: chunk, Hypothesis: hypothesis})
	}
	relations, err := c.Relate(ctx, pairs)
	if err != nil || len(relations) == 0 {
		return Relation{}, err
	}
	most, against := relations[0], relations[0]
	for _, r := range relations[1:] {
		if r.Entailment > most.Entailment {
			most = r
		}
		if r.Contradiction > against.Contradiction {
			against = r
		}
	}
	if most.Class() != Entails && against.Class() == Contradicts {
		return against, nil
	}
	return most, nil
}

// chunks cuts a premise to the room that a hypothesis leaves in the window; a quarter of it is kept for the premise in any case.
func (c *Client) chunks(premise, hypothesis string) []string {
	return Chunks(premise, max(c.window-Tokens(hypothesis)-specials-c.templated, c.window/4))
}

// batches cuts the pairs into requests; those of one rerank request share their hypothesis.
func (c *Client) batches(pairs []Pair) func(func([]Pair) bool) {
	return func(yield func([]Pair) bool) {
		for len(pairs) > 0 {
			n := min(c.batch, len(pairs))
			if c.endpoint == Rerank {
				same := 1
				for same < n && pairs[same].Hypothesis == pairs[0].Hypothesis {
					same++
				}
				n = same
			}
			if !yield(pairs[:n]) {
				return
			}
			pairs = pairs[n:]
		}
	}
}

func (c *Client) halving(ctx context.Context, pairs []Pair) ([]Relation, error) {
	r, err := c.persist(ctx, pairs)
	var e *Error
	if !errors.As(err, &e) || e.Kind != TooLong {
		return r, err
	}
	if len(pairs) < 2 {
		e.Message += "; a smaller window cuts the passages shorter"
		return nil, e
	}
	half := len(pairs) / 2
	first, err := c.halving(ctx, pairs[:half])
	if err != nil {
		return nil, err
	}
	second, err := c.halving(ctx, pairs[half:])
	return append(first, second...), err
}

// persist asks again while the server is busy or away, with the patience of a runner.
func (c *Client) persist(ctx context.Context, pairs []Pair) (relations []Relation, err error) {
	_, err = c.patience.Ask(ctx, c.attempts, func(ctx context.Context, _ time.Time) error {
		var e *Error
		if relations, err = c.ask(ctx, pairs); errors.As(err, &e) {
			return &runners.AskError{Status: runners.Failed, Temporary: e.Temporary(), Unreachable: e.Kind == Unreachable, RetryAfter: e.RetryAfter, Err: e}
		}
		return err
	})
	var failure *runners.AskError
	if errors.As(err, &failure) {
		return nil, failure.Err
	}
	return relations, err
}

// ask sends one request. Of rerank it tries the other form once when the server misses the field of that form.
func (c *Client) ask(ctx context.Context, pairs []Pair) ([]Relation, error) {
	texts := c.texts.Load()
	body, err := c.post(ctx, pairs, texts)
	var e *Error
	if c.endpoint == Rerank && !texts && errors.As(err, &e) && e.Kind == Rejected && strings.Contains(e.Message, "texts") {
		if body, err = c.post(ctx, pairs, true); err == nil {
			c.texts.Store(true)
		}
	}
	if err != nil {
		return nil, err
	}
	relations, err := Read(c.endpoint, body, len(pairs), c.labels)
	if errors.As(err, &e) {
		e.Message = c.secret.Replace(e.Message)
	}
	return relations, err
}

// maxReply bounds a reply: a score takes some fifty bytes, a vLLM rerank reply repeats its documents.
const maxReply = 64 << 20

func (c *Client) post(ctx context.Context, pairs []Pair, texts bool) ([]byte, error) {
	body, err := c.encode(pairs, texts)
	if err != nil {
		return nil, malformed("encode pairs: %v", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, &Error{Kind: Refused, Message: "the request cannot be made"}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if c.authorization != "" {
		request.Header.Set("Authorization", c.authorization)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.broken(ctx, err)
	}
	defer response.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, c.broken(ctx, err)
	case response.StatusCode != http.StatusOK:
		return nil, c.failure(response, reply)
	case len(reply) > maxReply:
		return nil, malformed("the reply is longer than %d MiB", maxReply>>20)
	}
	return reply, nil
}

// broken makes the error of a request without a whole response. The URL that net/http puts around its errors is left away.
func (c *Client) broken(ctx context.Context, err error) *Error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	e := &Error{Kind: Unreachable, Message: c.secret.Replace(err.Error())}
	if ctx.Err() != nil {
		e.Kind, e.Message = TimedOut, "no whole reply within "+c.timeout.String()
	}
	return e
}

func (c *Client) failure(response *http.Response, body []byte) *Error {
	// The key goes before the text is shortened, lest half of it be left.
	e := &Error{Kind: Rejected, Status: response.StatusCode, Message: serverError([]byte(c.secret.Replace(string(body))))}
	said := strings.ToLower(e.Message)
	switch s := response.StatusCode; {
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusNotFound, s == http.StatusMethodNotAllowed, s/100 == 3:
		e.Kind = Refused
	case s == http.StatusTooManyRequests, s >= 500:
		e.Kind = Busy
	case s == http.StatusRequestTimeout:
		e.Kind = TimedOut
	case s == http.StatusRequestEntityTooLarge, strings.Contains(said, "batch size"), strings.Contains(said, "context length"),
		strings.Contains(said, "must have less than"), strings.Contains(said, "too long"):
		e.Kind = TooLong
	}
	if n, err := strconv.ParseFloat(strings.TrimSpace(response.Header.Get("Retry-After")), 64); err == nil && n > 0 {
		e.RetryAfter = time.Duration(min(n, time.Hour.Seconds()) * float64(time.Second))
	}
	return e
}
