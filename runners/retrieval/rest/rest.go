package rest

import (
	"context"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

// Config is a retriever of type rest as a plan names it. URL and a place for the question are needed: in the address behind its question
// mark, in Query or in Body.
type Config struct {
	URL         string            `yaml:"url"`
	Method      string            `yaml:"method"` // GET or POST; empty: POST if there is a body
	Query       map[string]string `yaml:"query"`  // fields added to the address, each escaped as a whole
	Headers     map[string]string `yaml:"headers"`
	Body        string            `yaml:"body"`
	ContentType string            `yaml:"content_type"` // of the body: JSON, which is the default, or application/x-www-form-urlencoded
	Bearer      string            `yaml:"bearer"`
	Basic       string            `yaml:"basic"` // "user:password"
	Records     records.Mapping   `yaml:"records"`
	Error       records.Paths     `yaml:"error"`     // where a reply of status 200 tells of an error; not said: "error"; []: nowhere
	Rank        int               `yaml:"rank"`      // records asked for and ranked here, for systems that find without ranking; 0: none
	Timeout     time.Duration     `yaml:"timeout"`   // of one request; 0: a minute
	Attempts    int               `yaml:"attempts"`  // requests that a question may cost while the server is busy or away; 0: 4
	MaxBytes    int64             `yaml:"max_bytes"` // of a reply; 0: 16 MiB
}

// maxReply is the most of a reply that is read unless the plan says otherwise.
const maxReply = 16 << 20

// formType is the content type of a web form.
const formType = "application/x-www-form-urlencoded"

// search is a system that is asked by templates.
type search struct {
	endpoint *remote.Endpoint
	method   string
	url      template
	query    []field
	body     template
	bodyType string
	mapping  records.Mapping
	errors   records.Paths
}

// field is one of an address's query.
type field struct {
	name  string
	value template
}

var _ finder = (*search)(nil)

// Open checks cfg and asks the system once. name is what the plan calls the retriever; it stands in the passages' origin. Secrets are texts that no
// error may show, beside the credentials of cfg: the parts of a body, say, that came from the environment. A nil client is one of our own. What the
// plan has wrong, or the system refuses, is a [remote.ConfigError].
func Open(ctx context.Context, name string, cfg Config, secrets []string, client *http.Client) (*Retriever, error) {
	r, err := prepare(name, cfg, secrets, client)
	if err != nil {
		return nil, err
	}
	return r.try(ctx)
}

// prepare is Open without asking.
func prepare(name string, cfg Config, secrets []string, client *http.Client) (*Retriever, error) {
	s := &search{mapping: cfg.Records, errors: cfg.Error, bodyType: cfg.ContentType}
	if s.errors == nil {
		s.errors = records.Paths{"error"}
	}
	if cfg.Rank < 0 {
		return nil, remote.Misconfigured("rank must not be negative")
	}
	address, query, _ := strings.Cut(strings.TrimSpace(cfg.URL), "?")
	if marks.MatchString(address) {
		return nil, remote.Misconfigured("url: the question can only stand behind the question mark")
	}
	if strings.ContainsAny(marks.ReplaceAllString(query, ""), " \"<>\\^`{|}#\t\r\n") {
		return nil, remote.Misconfigured("url: there are signs behind the question mark that must be escaped; write its fields under query, where that is done")
	}
	for field, v := range cfg.Headers {
		if marks.MatchString(v) {
			return nil, remote.Misconfigured("headers: %s: no question can stand there", field)
		}
	}
	var err error
	if s.endpoint, err = remote.New(remote.Access{Op: "search " + name, Address: address, Bearer: cfg.Bearer, Basic: cfg.Basic, Headers: cfg.Headers,
		Secrets: secrets, Timeout: cfg.Timeout, Attempts: cfg.Attempts, MaxBytes: orElse(cfg.MaxBytes, maxReply), Client: client}); err != nil {
		return nil, err
	}
	if s.url, err = parse("url", inURL, query); err != nil {
		return nil, err
	}
	asks := s.url.asks()
	for _, name := range slices.Sorted(maps.Keys(cfg.Query)) {
		value, err := parse("query: "+name, plain, cfg.Query[name])
		if err != nil {
			return nil, err
		}
		asks = asks || value.asks()
		s.query = append(s.query, field{name, value})
	}
	if err := s.setBody(cfg); err != nil {
		return nil, err
	}
	if !asks && !s.body.asks() {
		return nil, remote.Misconfigured("neither {question} nor {terms} stands in url, query or body: every question would find the same")
	}
	return &Retriever{finder: s, endpoint: s.endpoint, mapping: cfg.Records, origin: "rest:" + name, rank: cfg.Rank}, nil
}

func orElse(v, otherwise int64) int64 {
	if v == 0 {
		return otherwise
	}
	return v
}

// setBody reads method, body and content type.
func (s *search) setBody(cfg Config) (err error) {
	hasBody := strings.TrimSpace(cfg.Body) != ""
	s.method = strings.ToUpper(cfg.Method)
	switch {
	case s.method == "" && hasBody:
		s.method = http.MethodPost
	case s.method == "":
		s.method = http.MethodGet
	case s.method != http.MethodGet && s.method != http.MethodPost:
		return remote.Misconfigured("method: %q, choose from: GET, POST", cfg.Method)
	case s.method == http.MethodGet && hasBody:
		return remote.Misconfigured("body: a GET has none; say method: POST")
	}
	if !hasBody {
		if cfg.ContentType != "" {
			return remote.Misconfigured("content_type is named, but no body")
		}
		return nil
	}
	if s.bodyType == "" {
		s.bodyType = "application/json"
	}
	kind, _, err := mime.ParseMediaType(s.bodyType)
	switch {
	case err != nil:
		return remote.Misconfigured("content_type: %q is none", s.bodyType)
	case kind == formType:
		s.body, err = parse("body", inURL, strings.TrimSpace(cfg.Body))
		return err
	case kind != "application/json" && !strings.HasSuffix(kind, "+json"):
		return remote.Misconfigured("content_type: %s: the question can be escaped for JSON and for %s", kind, formType)
	}
	if s.body, err = parse("body", inJSON, cfg.Body); err != nil {
		return err
	}
	sample, _ := s.body.fill(question{text: "viva", words: []string{"viva"}, k: 1})
	var problem any
	if err := json.Unmarshal([]byte(sample), &problem); err != nil {
		return remote.Misconfigured("body: is no JSON: %v", err)
	}
	return nil
}

// request is what asks the question; false when nothing of it can be looked for.
func (s *search) request(q question) (remote.Request, bool) {
	r := remote.Request{Method: s.method, Type: s.bodyType}
	body, ok := s.body.fill(q)
	if !ok {
		return r, false
	}
	r.Body = []byte(body)
	query, ok := s.url.fill(q)
	if !ok {
		return r, false
	}
	for _, f := range s.query {
		v, ok := f.value.fill(q)
		if !ok {
			return r, false
		}
		if query != "" {
			query += "&"
		}
		query += encode(f.name) + "=" + encode(v)
	}
	if r.URL = s.endpoint.Address(); query != "" {
		r.URL += "?" + query
	}
	return r, true
}

func (s *search) find(ctx context.Context, q question) ([]records.Node, error) {
	r, ok := s.request(q)
	if !ok {
		return nil, nil
	}
	body, err := s.endpoint.Send(ctx, r)
	if err != nil {
		return nil, err
	}
	doc, err := reply(s.endpoint, body, s.errors)
	if err != nil {
		return nil, err
	}
	found, err := s.mapping.Records(doc)
	if err != nil {
		return nil, s.endpoint.Malformed("%v", err)
	}
	return found, nil
}

// sameAddress resolves an address that a reply names against the one it was asked at; false when it is of another host. Servers behind a gateway
// often do not know that they are spoken to over https.
func sameAddress(e *remote.Endpoint, asked, named string) (string, bool) {
	base, err := url.Parse(asked)
	if err != nil {
		return "", false
	}
	u, err := base.Parse(named)
	if err != nil {
		return "", false
	}
	if u.Scheme == "http" && base.Scheme == "https" {
		u.Scheme = "https"
	}
	u.Fragment, u.User = "", nil
	return u.String(), e.Same(u)
}
