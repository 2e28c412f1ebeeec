package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/runners/retrieval/conformance"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// documented decodes the retriever of that name from the YAML of docs/CONNECTORS.md. A variable holds "key-" and its name.
func documented[C any](t *testing.T, name string) C {
	t.Helper()
	raw, err := os.ReadFile("../../../docs/CONNECTORS.md")
	if err != nil {
		t.Fatal(err)
	}
	set := regexp.MustCompile(`\$\{([A-Z_]+)\}`).ReplaceAllString(string(raw), "key-$1")
	for _, block := range regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllStringSubmatch(set, -1) {
		var plan struct{ Retrievers []yaml.Node }
		if err := yaml.Unmarshal([]byte(block[1]), &plan); err != nil {
			t.Fatalf("%v in:\n%s", err, block[1])
		}
		for _, r := range plan.Retrievers {
			var c C
			var head struct{ Name, Type string }
			if err := r.Decode(&head); err != nil || head.Name != name {
				continue
			}
			if err := r.Decode(&c); err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatalf("docs/CONNECTORS.md has no retriever named %q", name)
	panic("unreachable")
}

// reaching is a client that finds the handler at whatever address a configuration names.
func reaching(t *testing.T, handle http.HandlerFunc) *http.Client {
	t.Helper()
	open, closed := httptest.NewServer(handle), httptest.NewTLSServer(handle)
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, open.Listener.Addr().String())
		},
		DialTLSContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
			return d.DialContext(ctx, network, closed.Listener.Addr().String())
		},
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		open.Close()
		closed.Close()
	})
	return &http.Client{Transport: transport}
}

// stuck never answers.
func stuck(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then the end of the request is seen
	<-r.Context().Done()
}

// examples are those of docs/CONNECTORS.md, each with the server it is meant for, which denies it when the key is wrong.
var examples = []struct {
	name   string
	server http.HandlerFunc
	open   func(t *testing.T, name, key string, client *http.Client) (*Retriever, error)
	asks   func(t *testing.T, name string, client *http.Client) (*Retriever, error)
	denied string // empty: it takes no key
	first  string // origin of what is found for the first question, and its title, text and date
}{
	{"assistant", ownService, openRest, prepareRest, "Not authenticated", "rest:assistant#leave|Leave|Staff have 29 days of leave; a café voucher is no leave.|2026-03-01"},
	{"salesforce", salesforce, openRest, prepareRest, "Session expired or invalid", "rest:salesforce#leave|Leave|Staff have 29 days of leave; a café voucher is no leave.|2026-03-01"},
	{"odoo", odoo, openRest, prepareRest, "Odoo Server Error: Access Denied: [key]", "rest:odoo#leave|Leave|Staff have 29 days of leave; a café voucher is no leave.|2026-03-01"},
	{"opensearch", openSearch, openRest, prepareRest, "missing authentication credentials", "rest:opensearch#leave|Leave|Staff have 29 days of leave; a café voucher is no leave.|2026-03-01"},
	{"web", searxNG, openRest, prepareRest, "", "rest:web#https://intranet.example/leave|Leave|Staff have 29 days of leave; a café voucher is no leave.|0001-01-01"},
	{"sap-products", s4v2, openOData, prepareODataOf, "Anmeldung fehlgeschlagen", "odata:sap-products#leave|leave|Leave: Staff have 29 days of leave; a café voucher is no leave.|0001-01-01"},
	{"sap-articles", s4v4, openOData, prepareODataOf, "Unauthorized", "odata:sap-articles#leave|Leave|Staff have 29 days of leave; a café voucher is no leave.|2026-03-01"},
	{"dynamics", dynamics, openOData, prepareODataOf, "not a member of the organization", "odata:dynamics#leave|Leave|content: Staff have 29 days of leave; a café voucher is no leave.\nstatuscode: Published|2026-03-01"},
}

// openRest opens the example with a key put in the place of its own, unless that is empty.
func openRest(t *testing.T, name, key string, client *http.Client) (*Retriever, error) {
	c := documented[Config](t, name)
	if key != "" {
		c.Body = regexp.MustCompile(`key-[A-Z_]+`).ReplaceAllString(c.Body, key)
		c.Bearer, c.Basic = otherKey(c.Bearer, key), otherKey(c.Basic, key)
	}
	return Open(t.Context(), name, c, []string{key}, client)
}

func openOData(t *testing.T, name, key string, client *http.Client) (*Retriever, error) {
	c := documented[ODataConfig](t, name)
	if key != "" {
		c.Bearer, c.Basic = otherKey(c.Bearer, key), otherKey(c.Basic, key)
	}
	return OpenOData(t.Context(), name, c, nil, client)
}

func otherKey(s, key string) string {
	return regexp.MustCompile(`key-[A-Z_]+`).ReplaceAllString(s, key)
}

func prepareRest(t *testing.T, name string, client *http.Client) (*Retriever, error) {
	return prepare(name, documented[Config](t, name), nil, client)
}

func prepareODataOf(t *testing.T, name string, client *http.Client) (*Retriever, error) {
	return prepareOData(name, documented[ODataConfig](t, name), nil, client)
}

func TestDocumentedExamples(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			r, err := e.open(t, e.name, "", reaching(t, e.server))
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			silent, err := e.asks(t, e.name, reaching(t, stuck))
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			conformance.Test(t, conformance.Case{Retriever: r, Questions: questions, Stuck: silent})

			found, err := r.Retrieve(t.Context(), questions[0], 1)
			if err != nil || len(found) != 1 {
				t.Fatalf("%v: %v", found, err)
			}
			p := found[0]
			if got := strings.Join([]string{p.Origin, p.Title, p.Text, p.ValidFrom.Format("2006-01-02")}, "|"); got != e.first {
				t.Errorf("found %q, want %q", got, e.first)
			}
			all, err := r.Retrieve(t.Context(), "staff", 4)
			if err != nil || len(all) != 4 { // those that page do so here
				t.Errorf("%d passages of 4: %v", len(all), err)
			}
			if e.denied == "" {
				return
			}
			_, err = e.open(t, e.name, "sesame-open", reaching(t, e.server))
			if !errors.As(err, new(*remote.ConfigError)) || !strings.Contains(err.Error(), e.denied) || strings.Contains(err.Error(), "sesame") {
				t.Errorf("a wrong key: %v", err)
			}
		})
	}
}
