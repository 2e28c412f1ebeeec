package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// connectorBlocks are the code blocks of docs/CONNECTORS.md in one language.
func connectorBlocks(t *testing.T, language string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "CONNECTORS.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(string(raw), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// Every plan in docs/CONNECTORS.md is one that viva takes, down to the fields of each type.
func TestConnectorsPlans(t *testing.T) {
	dir, types := t.TempDir(), map[string]bool{}
	for i, block := range connectorBlocks(t, "yaml") {
		if strings.HasPrefix(block, "name:") { // the suite
			continue
		}
		p, err := readPlan(writeText(t, filepath.Join(dir, fmt.Sprintf("plan-%d.yaml", i)), block), func(name string) string { return "value-of-" + name })
		if err == nil {
			err = p.check()
		}
		if err != nil {
			t.Errorf("%v in:\n%s", err, block)
		}
		for _, r := range p.Retrievers {
			types[r.Type] = true
		}
	}
	for _, name := range []string{"files", "dense", "hybrid", "reranked", "sql", "rest", "odata", "mcp"} {
		if !types[name] {
			t.Errorf("no example of type %s", name)
		}
	}
}

// The way from a folder and a database to a report, as docs/CONNECTORS.md leads it.
func TestConnectorsWalk(t *testing.T) {
	admin := os.Getenv("VIVA_TEST_POSTGRES")
	if admin == "" {
		t.Skip("VIVA_TEST_POSTGRES names no PostgreSQL server; source .ci/databases && start_databases starts one")
	}
	yaml, items := connectorBlocks(t, "yaml"), connectorBlocks(t, "json")
	t.Chdir(t.TempDir())
	db, err := pgx.Connect(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	role := fmt.Sprintf("walk_%d", os.Getpid())
	exec := func(on *pgx.Conn, statements ...string) {
		for _, s := range statements {
			if _, err := on.Exec(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	exec(db, "CREATE DATABASE "+role, "CREATE ROLE "+role+" LOGIN PASSWORD 'sesame-open'")
	defer exec(db, "DROP DATABASE "+role+" WITH (FORCE)", "DROP ROLE "+role)
	u.Path = "/" + role
	own, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	exec(own, "CREATE TABLE customers (id integer PRIMARY KEY, name text, city text, credit_limit_eur numeric(12,2), since date)",
		"INSERT INTO customers VALUES (1, 'Meridian AG', 'Graz', 19860, '2019-04-01'), (2, 'Boreas GmbH', 'Zurich', 120500, '2024-11-15')", "GRANT SELECT ON customers TO "+role)
	if err := own.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(role, "sesame-open")
	t.Setenv("CRM_DSN", u.String())

	writeText(t, "documents/leave.html", "<h1>Leave 2026</h1><p>Every employee of Nordlicht has 29 days of leave a year.</p>")
	writeText(t, "documents/travel.html", "<h1>Travel</h1><table><tr><th>City</th><th>Hotel, at most</th></tr><tr><td>Graz</td><td>EUR 130</td></tr><tr><td>Zurich</td><td>EUR 240</td></tr></table>")
	writeText(t, "suite/suite.yaml", yaml[0])
	writeText(t, "suite/items.jsonl", items[0])
	writeText(t, "plan.yaml", yaml[1])
	for _, args := range [][]string{{"suites", "lint", "./suite"}, {"run", "plan.yaml"}} {
		var words strings.Builder
		if code := execute(t.Context(), args, nil, io.Discard, &words); code != exitOK {
			t.Fatalf("%v: exit code %d\n%s", args, code, words.String())
		}
	}
	for _, arm := range reportOf(t, "viva.db").Summary.Arms {
		if arm.Counts.Answered != 5 || arm.Name != "closed-book" && arm.Accuracy.Successes == 0 {
			t.Errorf("%+v", arm)
		}
	}
	for _, name := range []string{"viva.db", "viva-report/index.html"} {
		if raw, err := os.ReadFile(name); err != nil || strings.Contains(string(raw), "sesame-open") {
			t.Errorf("%s: %v, or it holds the password", name, err)
		}
	}
}

// What the plan has wrong, or a service refuses, ends with code 2; a service that is away with code 4; no message holds a key.
func TestConnectorsRefused(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":{"message":"no such key: %s %s"}}`, r.Header.Get("Authorization"), strings.ReplaceAll(string(body), `"`, ""))
	}))
	defer service.Close()
	t.Setenv("SERVICE", service.URL)
	t.Setenv("SERVICE_KEY", "sesame-open")
	for _, c := range []struct {
		fields, says string
		code         int
	}{
		{"type: rest, url: '${SERVICE}/s', bearer: '${SERVICE_KEY}', body: '{\"q\": \"{question}\"}'", "no such key", exitUsage},
		{"type: rest, url: '${SERVICE}/s', body: '{\"q\": \"{question}\", \"key\": \"${SERVICE_KEY}\"}'", "key: [key]", exitUsage},
		{"type: rest, url: '${SERVICE}/s'", "neither {question} nor {terms}", exitUsage},
		{"type: rest, url: 'http://127.0.0.1:1/?q={question}&key=${SERVICE_KEY}', attempts: 1", "refused", exitInfrastructure},
		{"type: rest, uri: x", `unknown field "uri"`, exitUsage},
		{"type: odata, url: '${SERVICE}', entity: A, match: [B], basic: 'ada:${SERVICE_KEY}'", "HTTP 401", exitUsage},
		{"type: odata, url: '${SERVICE}'", "entity", exitUsage},
		{"type: mcp", "", exitUsage},
		{"type: mcp, server: {command: [cat], url: '${SERVICE}'}", "either a command or a url", exitUsage},
	} {
		dir := t.TempDir()
		plan := writeText(t, filepath.Join(dir, "plan.yaml"), fmt.Sprintf("arms: [retrieved]\nretriever: x\ndb: %s\nout: ''\nretrievers:\n  - {name: x, %s}\n", filepath.Join(dir, "viva.db"), c.fields))
		var words strings.Builder
		code := execute(t.Context(), []string{"run", plan}, nil, io.Discard, &words)
		if code != c.code || !strings.Contains(words.String(), c.says) || strings.Contains(words.String(), "sesame") {
			t.Errorf("%s: exit code %d\n%s", c.fields, code, words.String())
		}
	}
}

// A folder that has changed is another plan, and so is a snapshot of another corpus; neither is what stands in them twice.
func TestCorpusIsPartOfPlan(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "documents")
	writeText(t, filepath.Join(folder, "leave.md"), "# Leave\n\n29 days.\n")
	digest := func(fields string) string {
		t.Helper()
		file := writeText(t, filepath.Join(dir, "plan.yaml"), fmt.Sprintf("arms: [retrieved]\nretriever: x\nretrievers:\n  - {name: x, folder: %s, %s}\n", folder, fields))
		p, err := readPlan(file, os.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.check(); err != nil {
			t.Fatal(err)
		}
		s, err := findSuite(p.Suite)
		if err != nil {
			t.Fatal(err)
		}
		l := newLibrary(s, &p, nil)
		defer l.Close()
		if _, err := l.arms(t.Context(), p.Arms); err != nil {
			t.Fatal(err)
		}
		return p.digest(s)
	}
	frozen := "type: files, frozen: true, snapshot: " + filepath.Join(dir, "a.bm25")
	digest("type: files, snapshot: " + filepath.Join(dir, "a.bm25"))
	before, kept := digest("type: files"), digest(frozen)
	if digest("type: files") != before {
		t.Error("the same folder is another plan")
	}
	writeText(t, filepath.Join(folder, "leave.md"), "# Leave\n\n30 days.\n")
	if digest("type: files") == before {
		t.Error("a folder that has changed is the same plan")
	}
	if digest(frozen) != kept {
		t.Error("a frozen snapshot is another plan when the folder changes")
	}
}
