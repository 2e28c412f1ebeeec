package rest

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

// ODataConfig is a retriever of type odata as a plan names it. URL, Entity and one of Match, Search and Filter are needed.
type ODataConfig struct {
	URL     string `yaml:"url"`     // of the service: "https://erp.example/sap/opu/odata/sap/API_PRODUCT_SRV"
	Entity  string `yaml:"entity"`  // set of entities below it: "A_Product"
	Version int    `yaml:"version"` // 2 or 4; 0: 4
	// Match finds the records that hold one of the question's words in one of these fields, whatever its case.
	Match []string `yaml:"match"`
	// PlainContains leaves tolower away in Match, for services that do not know it and compare without case anyway, as Dynamics 365 does.
	PlainContains bool              `yaml:"plain_contains"`
	Search        string            `yaml:"search"` // template of $search; each word becomes a phrase: "{terms|or}"
	Filter        string            `yaml:"filter"` // template of $filter: "contains(Name,'{question}')"
	Select        []string          `yaml:"select"`
	OrderBy       string            `yaml:"orderby"`
	Expand        string            `yaml:"expand"`
	Parameters    map[string]string `yaml:"parameters"` // further ones of the address, which may be templates: {sap-client: "100"}
	PageSize      int               `yaml:"page_size"`  // asked for by Prefer: odata.maxpagesize; 0: the server's
	Headers       map[string]string `yaml:"headers"`
	Bearer        string            `yaml:"bearer"`
	Basic         string            `yaml:"basic"` // "user:password"
	Records       records.Mapping   `yaml:"records"`
	Rank          int               `yaml:"rank"`      // records asked for and ranked here; 0: with Match 100, else none; -1: none
	Timeout       time.Duration     `yaml:"timeout"`   // of one request; 0: a minute
	Attempts      int               `yaml:"attempts"`  // requests that a page may cost while the server is busy or away; 0: 4
	MaxBytes      int64             `yaml:"max_bytes"` // of a reply; 0: 16 MiB
}

const (
	ranked     = 100 // records that are ranked when they were found by Match, which says nothing of their rank
	matchWords = 16  // of a question that Match looks for: servers limit the nodes of a filter
	mostPages  = 1000
)

// service is a set of entities of an OData service.
type service struct {
	endpoint *remote.Endpoint
	address  string
	fields   []field
	match    []string
	contains func(field, word string) string
	mapping  records.Mapping
	kept     []string // names with an annotation's sign that the mapping asks for
}

var _ finder = (*service)(nil)

// OpenOData is [Open] for a service that speaks OData, of version 4 or 2. Pages are read until there are enough records, all of them of one host.
func OpenOData(ctx context.Context, name string, cfg ODataConfig, secrets []string, client *http.Client) (*Retriever, error) {
	r, err := prepareOData(name, cfg, secrets, client)
	if err != nil {
		return nil, err
	}
	return r.try(ctx)
}

// prepareOData is OpenOData without asking.
func prepareOData(name string, cfg ODataConfig, secrets []string, client *http.Client) (*Retriever, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	headers := map[string]string{"OData-MaxVersion": "4.0", "OData-Version": "4.0"}
	if cfg.Version == 2 {
		headers = map[string]string{"MaxDataServiceVersion": "2.0"}
	}
	for name, v := range cfg.Headers {
		headers[http.CanonicalHeaderKey(name)] = v
	}
	if cfg.PageSize > 0 {
		page := "odata.maxpagesize=" + strconv.Itoa(cfg.PageSize)
		if prefer := headers["Prefer"]; prefer != "" {
			page = prefer + "," + page
		}
		headers["Prefer"] = page
	}
	e, err := remote.New(remote.Access{Op: "search " + name, Address: cfg.URL, Bearer: cfg.Bearer, Basic: cfg.Basic, Headers: headers,
		Secrets: secrets, Timeout: cfg.Timeout, Attempts: cfg.Attempts, MaxBytes: orElse(cfg.MaxBytes, maxReply), Client: client})
	if err != nil {
		return nil, err
	}
	s := &service{endpoint: e, address: strings.TrimRight(e.Address(), "/") + "/" + cfg.Entity, match: cfg.Match, contains: cfg.contains(), mapping: cfg.Records}
	for _, path := range slices.Concat(cfg.Records.Title, cfg.Records.Text, records.Paths{cfg.Records.ID, cfg.Records.Date}) {
		if strings.Contains(path, "@") || strings.Contains(path, "__") {
			s.kept = append(s.kept, path)
		}
	}
	if err := s.setFields(cfg); err != nil {
		return nil, err
	}
	rank := max(cfg.Rank, 0)
	if cfg.Rank == 0 && len(cfg.Match) > 0 {
		rank = ranked
	}
	return &Retriever{finder: s, endpoint: e, mapping: cfg.Records, origin: "odata:" + name, rank: rank}, nil
}

func (c ODataConfig) check() error {
	ways := 0
	for _, named := range []bool{len(c.Match) > 0, c.Search != "", c.Filter != ""} {
		if named {
			ways++
		}
	}
	switch {
	case c.Version != 0 && c.Version != 2 && c.Version != 4:
		return remote.Misconfigured("version: %d, choose from: 2, 4", c.Version)
	case c.Entity == "" || strings.ContainsAny(c.Entity, "?#{ \\") || strings.Contains(c.Entity, ".."):
		return remote.Misconfigured("entity: %q, must be the name of a set of entities", c.Entity)
	case ways != 1:
		return remote.Misconfigured("say one of match, search, filter: how the question is looked for")
	case c.Search != "" && c.Version == 2:
		return remote.Misconfigured("search: version 2 has no $search; SAP's own is parameters: {search: \"{terms}\"} beside a filter")
	case c.PageSize < 0 || c.Rank < -1:
		return remote.Misconfigured("page_size must not be negative, nor rank below -1")
	}
	for _, f := range c.Match {
		if f == "" || strings.ContainsAny(f, "'(), {") {
			return remote.Misconfigured("match: %q is no field", f)
		}
	}
	return nil
}

// contains is how a version asks whether a field holds a word, which is in lower case.
func (c ODataConfig) contains() func(field, word string) string {
	lower := func(f string) string { return "tolower(" + f + ")" }
	if c.PlainContains {
		lower = func(f string) string { return f }
	}
	if c.Version == 2 {
		return func(f, w string) string { return "substringof('" + odataText(w) + "'," + lower(f) + ")" }
	}
	return func(f, w string) string { return "contains(" + lower(f) + ",'" + odataText(w) + "')" }
}

// setFields parses the fields of the query, in a fixed order.
func (s *service) setFields(cfg ODataConfig) error {
	add := func(name string, f form, text string) error {
		if text == "" {
			return nil
		}
		value, err := parse(strings.TrimPrefix(name, "$"), f, text)
		s.fields = append(s.fields, field{name, value})
		return err
	}
	asks := len(cfg.Match) > 0
	for _, f := range []struct {
		name string
		form form
		text string
	}{{"$search", inSearches, cfg.Search}, {"$filter", inFilter, cfg.Filter}} {
		if err := add(f.name, f.form, f.text); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Parameters)) {
		if err := add(name, plain, cfg.Parameters[name]); err != nil {
			return err
		}
	}
	for _, f := range s.fields {
		asks = asks || f.value.asks()
	}
	if !asks {
		return remote.Misconfigured("neither {question} nor {terms} stands in search, filter or parameters: every question would find the same")
	}
	fixed := [][2]string{{"$select", strings.Join(cfg.Select, ",")}, {"$orderby", cfg.OrderBy}, {"$expand", cfg.Expand}}
	if cfg.Version == 2 {
		fixed = append(fixed, [2]string{"$format", "json"})
	}
	for _, f := range fixed {
		if f[1] != "" {
			s.fields = append(s.fields, field{f[0], template{parts: []part{{fixed: f[1]}}}})
		}
	}
	return nil
}

// first is the address of the first page; false when nothing of the question can be looked for.
func (s *service) first(q question) (string, bool) {
	var b strings.Builder
	b.WriteString(s.address + "?$top=" + strconv.Itoa(q.k))
	add := func(name, value string) {
		b.WriteString("&" + strings.Replace(encode(name), "%24", "$", 1) + "=" + encode(value))
	}
	if len(s.match) > 0 {
		var clauses []string
		for _, w := range q.words[:min(len(q.words), matchWords)] {
			for _, f := range s.match {
				clauses = append(clauses, s.contains(f, w))
			}
		}
		if len(clauses) == 0 {
			return "", false
		}
		add("$filter", strings.Join(clauses, " or "))
	}
	for _, f := range s.fields {
		v, ok := f.value.fill(q)
		if !ok {
			return "", false
		}
		add(f.name, v)
	}
	return b.String(), true
}

func (s *service) find(ctx context.Context, q question) ([]records.Node, error) {
	at, ok := s.first(q)
	if !ok {
		return nil, nil
	}
	var found []records.Node
	seen := map[string]bool{}
	for {
		if seen[at] || len(seen) == mostPages {
			return nil, s.endpoint.Malformed("its pages have no end")
		}
		seen[at] = true
		body, err := s.endpoint.Send(ctx, remote.Request{URL: at})
		if err != nil {
			return nil, err
		}
		doc, err := reply(s.endpoint, body, records.Paths{"error"})
		if err != nil {
			return nil, err
		}
		page, next, err := readPage(doc, s.mapping)
		if err != nil {
			return nil, s.endpoint.Malformed("%v", err)
		}
		for _, r := range page {
			found = append(found, tidy(r, s.kept))
		}
		if next == "" || len(found) >= q.k {
			break
		}
		if at, ok = sameAddress(s.endpoint, at, next); !ok {
			return nil, s.endpoint.Malformed("the next page is said to be at another host, which is not asked")
		}
	}
	return found, nil
}
