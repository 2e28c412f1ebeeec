package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval/records"
	"github.com/viva-eval/viva/suites"
)

// Config is a retriever of type mcp as a plan names it.
type Config struct {
	Server Server `yaml:"server"`
	Tool   string `yaml:"tool"` // empty: the only one, or the one called search
	// Arguments are the tool's, with {question} and {k} in them; empty: guessed from its schema.
	Arguments map[string]string `yaml:"arguments"`
	Records   records.Mapping   `yaml:"records"` // where the passages are in results that are JSON
}

// Retriever asks a server's search tool. A result that is JSON, as structured content or as text, is read by the mapping; of other results each piece is a
// passage: texts by themselves, resources with their address as ID. It is safe for concurrent use.
type Retriever struct {
	client    *client
	name      string
	tool      string
	schema    schema
	arguments map[string]string
	records   records.Mapping
}

var _ runners.Retriever = (*Retriever)(nil)

// Open reaches the server and finds its tool. name is what the plan calls the retriever; it stands in the passages' origin. What the plan has wrong is a
// [*ConfigError].
func Open(ctx context.Context, name string, cfg Config) (_ *Retriever, err error) {
	c, err := dial(ctx, cfg.Server)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = c.Close() // the error says enough
		}
	}()
	tools, err := c.tools(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Tool == "" {
		switch {
		case len(tools) == 1:
			cfg.Tool = tools[0].Name
		case slices.ContainsFunc(tools, func(t *sdk.Tool) bool { return t.Name == "search" }):
			cfg.Tool = "search"
		default:
			return nil, wrong("name the tool to search with; the server has: %s", names(tools))
		}
	}
	tool, err := named(tools, cfg.Tool)
	if err != nil {
		return nil, err
	}
	r := &Retriever{client: c, name: name, tool: tool.Name, schema: readSchema(tool.InputSchema), arguments: cfg.Arguments, records: cfg.Records}
	if len(r.arguments) == 0 {
		r.arguments, err = r.schema.guess()
	} else {
		err = r.schema.check(r.arguments)
	}
	if err != nil {
		return nil, fmt.Errorf("tool %s: %w", tool.Name, err)
	}
	return r, nil
}

// Close ends the connection, and the program if one was started.
func (r *Retriever) Close() error { return r.client.Close() }

// Retrieve calls the tool with the question. An error that the tool reports is an error: it never counts as "nothing found".
func (r *Retriever) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	if err := ctx.Err(); err != nil || k <= 0 {
		return nil, err
	}
	result, err := r.client.call(ctx, r.tool, r.schema.fill(r.arguments, strings.ToValidUTF8(question, "�"), k))
	if err != nil {
		return nil, err
	}
	if result.IsError {
		return nil, fmt.Errorf("tool %s of %s: %s", r.tool, r.client.name(), r.client.scrub(fmt.Errorf("%s", shorten(textOf(result), 300))))
	}
	found, err := passages(result, r.records, k, "mcp:"+r.name)
	if err != nil {
		return nil, fmt.Errorf("tool %s of %s: %w", r.tool, r.client.name(), err)
	}
	return found, nil
}

// passages reads a result.
func passages(result *sdk.CallToolResult, m records.Mapping, k int, origin string) ([]suites.Passage, error) {
	if result.StructuredContent != nil {
		raw, err := json.Marshal(result.StructuredContent)
		if err != nil {
			return nil, err
		}
		return read(raw, m, k, origin)
	}
	if len(result.Content) == 1 { // most servers write their JSON into one text
		if t, ok := result.Content[0].(*sdk.TextContent); ok {
			if s := strings.TrimSpace(t.Text); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
				if found, err := read([]byte(s), m, k, origin); err == nil || m.Results != "" {
					return found, err
				}
			}
		}
	}
	var pieces []records.Node
	for _, c := range result.Content {
		if o := piece(c); o != nil {
			pieces = append(pieces, o)
		}
	}
	return records.Mapping{ID: "id", Title: records.Paths{"title"}, Text: records.Paths{"text"}}.Passages(pieces, k, origin)
}

func read(raw []byte, m records.Mapping, k int, origin string) ([]suites.Passage, error) {
	reply, err := records.Parse(raw)
	if err != nil {
		return nil, err
	}
	found, err := m.Records(reply)
	if err != nil {
		return nil, err
	}
	return m.Passages(found, k, origin)
}

// piece is one piece of a result as a record; nil for pictures and sounds.
func piece(c sdk.Content) records.Node {
	switch c := c.(type) {
	case *sdk.TextContent:
		return records.Object{{Name: "text", Value: c.Text}}
	case *sdk.EmbeddedResource:
		if c.Resource != nil && c.Resource.Text != "" {
			return records.Object{{Name: "id", Value: c.Resource.URI}, {Name: "text", Value: c.Resource.Text}}
		}
	case *sdk.ResourceLink:
		if c.Description != "" {
			return records.Object{{Name: "id", Value: c.URI}, {Name: "title", Value: c.Name}, {Name: "text", Value: c.Description}}
		}
	}
	return nil
}

// textOf is what a result says, as an examinee is shown it.
func textOf(result *sdk.CallToolResult) string {
	var parts []string
	for _, c := range result.Content {
		if o, ok := piece(c).(records.Object); ok {
			parts = append(parts, records.Text(records.Get(o, "text")))
		}
	}
	if len(parts) == 0 && result.StructuredContent != nil {
		if raw, err := json.Marshal(result.StructuredContent); err == nil {
			return string(raw)
		}
	}
	return strings.Join(parts, "\n\n")
}

// shorten cuts a text to at most n bytes, and says so.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
