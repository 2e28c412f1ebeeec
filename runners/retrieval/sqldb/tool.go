package sqldb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/runners"
)

// ToolName is how an examinee calls the [Tool].
const ToolName = "sql_query"

const (
	longestStatement = 64 << 10 // bytes
	mostCounted      = 10_000   // rows of a table
)

// Tool lets an examinee ask a database: one statement a call, that can only read. That it cannot write is up to the database: the
// session and its transaction are read-only, whatever the statement does ends with the session, and a role whose SELECT reaches the
// server's files is not accepted.
//
// All methods may be called concurrently.
type Tool struct {
	source *source
	spec   runners.ToolSpec
}

var _ runners.Tool = (*Tool)(nil)

// NewTool connects and reads the schema, which becomes part of the tool's description. What is wrong with the configuration, a role
// that may do too much among it, is a [*ConfigError].
func NewTool(ctx context.Context, c Config) (*Tool, error) {
	s, err := open(c.withDefaults(100, 32<<10), true)
	if err != nil {
		return nil, err
	}
	t := &Tool{source: s}
	if err := t.prepare(ctx); err != nil {
		s.Close()
		return nil, s.scrub(err)
	}
	return t, nil
}

func (t *Tool) prepare(ctx context.Context) error {
	if err := t.source.trust(ctx); err != nil {
		return err
	}
	tables, err := t.source.tables(ctx)
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	if len(tables) == 0 {
		return &ConfigError{errors.New("read schema: there is no table that may be read")}
	}
	if err := t.count(ctx, tables); err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	c := t.source.config
	t.spec = runners.ToolSpec{
		Name: ToolName,
		Description: fmt.Sprintf("Runs a read-only SQL query on the %s database %s and returns its rows as a Markdown table. One statement a call, "+
			"beginning with %s. At most %d rows and %d bytes come back, within %s.\n\nTables:\n%s",
			t.source.dialect.name, t.source.name, strings.Join(reading, ", "), c.MaxRows, c.MaxBytes, c.Timeout, describe(tables)),
		Parameters: json.RawMessage(`{"type":"object","properties":{"sql":{"type":"string","description":"the query, in the SQL of ` +
			t.source.dialect.name + `"}},"required":["sql"],"additionalProperties":false}`),
	}
	return nil
}

// count fills in the rows of the tables, counting no further than mostCounted: exactly, so that the same data make the same prompt,
// where a database's own estimate would change from day to day.
func (t *Tool) count(ctx context.Context, tables []table) error {
	for i := range tables {
		if !tables[i].base {
			continue
		}
		statement := fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d) AS t", tables[i].name, mostCounted+1)
		_, err := t.source.read(ctx, statement, nil, func(_ []string, cells []cell) bool {
			switch n := cells[0].text; n {
			case fmt.Sprint(mostCounted + 1):
				tables[i].rows = fmt.Sprintf("more than %d rows", mostCounted)
			case "1":
				tables[i].rows = "1 row"
			default:
				tables[i].rows = n + " rows"
			}
			return true
		})
		var refused *refusal
		if err != nil && !errors.As(err, &refused) { // a table that takes too long stays uncounted
			return err
		}
	}
	return nil
}

// Close ends the sessions.
func (t *Tool) Close() error { return t.source.Close() }

// Spec describes the tool, its limits and the schema.
func (t *Tool) Spec() runners.ToolSpec { return t.spec }

// Call runs the statement. What the database has against it is a Problem; a lost connection is an error.
func (t *Tool) Call(ctx context.Context, arguments json.RawMessage) (runners.ToolResult, error) {
	statement, err := t.statement(arguments)
	if err == nil {
		g := &grid{rows: t.source.config.MaxRows, bytes: t.source.config.MaxBytes}
		var columns []string
		columns, err = t.source.read(ctx, statement, nil, g.row)
		if err == nil {
			g.head(columns)
			return runners.ToolResult{Text: g.text()}, nil
		}
	}
	var refused *refusal
	if errors.As(err, &refused) {
		return runners.ToolResult{Problem: refused.text}, nil
	}
	return runners.ToolResult{}, fmt.Errorf("%s: %w", ToolName, err)
}

// statement reads the arguments.
func (t *Tool) statement(arguments json.RawMessage) (string, error) {
	var a struct {
		SQL *string `json:"sql"`
	}
	if err := json.Unmarshal(arguments, &a); err != nil || a.SQL == nil {
		return "", &refusal{`the arguments must be a JSON object with the query as the string "sql"`}
	}
	sql := strings.ToValidUTF8(*a.SQL, "\uFFFD")
	switch {
	case len(sql) > longestStatement:
		return "", &refusal{fmt.Sprintf("the query is longer than %d bytes", longestStatement)}
	case strings.Contains(sql, "\x00"):
		return "", &refusal{"the query holds a NUL character"}
	}
	return single(t.source.dialect, sql)
}
