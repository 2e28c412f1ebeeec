package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval/records"
)

// ToolsConfig says which of a server's tools an examinee may call.
type ToolsConfig struct {
	Server Server `yaml:"server"`
	// Tools are their names; empty: those that the server declares to change nothing. Whether that is so only the server knows: what an examinee must
	// not do, its credentials must not allow.
	Tools    []string        `yaml:"tools"`
	Records  records.Mapping `yaml:"records"`   // where the passages are in results that are JSON
	MaxBytes int             `yaml:"max_bytes"` // of a result that is shown; 0: 32 KiB
}

// Tools is a server's tools and the connection that they share.
type Tools struct {
	io.Closer
	List []runners.Tool
}

// OpenTools reaches the server and lists its tools. What the plan has wrong is a [*ConfigError].
func OpenTools(ctx context.Context, cfg ToolsConfig) (_ *Tools, err error) {
	if cfg.MaxBytes < 0 {
		return nil, wrong("max_bytes is negative")
	}
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = 32 << 10
	}
	c, err := dial(ctx, cfg.Server)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = c.Close() // the error says enough
		}
	}()
	offered, err := c.tools(ctx)
	if err != nil {
		return nil, err
	}
	var chosen []*sdk.Tool
	for _, name := range cfg.Tools {
		t, err := named(offered, name)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, t)
	}
	if len(cfg.Tools) == 0 {
		for _, t := range offered {
			if t.Annotations != nil && t.Annotations.ReadOnlyHint {
				chosen = append(chosen, t)
			}
		}
		if len(chosen) == 0 {
			return nil, wrong("no tool of the server declares that it changes nothing: name those that the examinee may call under tools; it has: %s", names(offered))
		}
	}
	tools := &Tools{Closer: c}
	for _, t := range chosen {
		if !callable.MatchString(t.Name) {
			return nil, wrong("models cannot call a tool named %q", t.Name)
		}
		parameters, err := json.Marshal(t.InputSchema)
		if err != nil || t.InputSchema == nil {
			parameters = json.RawMessage(`{"type":"object"}`)
		}
		tools.List = append(tools.List, &tool{client: c, config: cfg, spec: runners.ToolSpec{Name: t.Name, Description: t.Description, Parameters: parameters}})
	}
	return tools, nil
}

// callable are the names that chat completions take.
var callable = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

type tool struct {
	client *client
	config ToolsConfig
	spec   runners.ToolSpec
}

var _ runners.Tool = (*tool)(nil)

func (t *tool) Spec() runners.ToolSpec { return t.spec }

// invalid are the codes by which a server refuses a call for what is in it.
var invalid = []int64{-32600, -32602}

// Call passes the call on. What the tool or the server finds wrong with it is told to the examinee.
func (t *tool) Call(ctx context.Context, arguments json.RawMessage) (runners.ToolResult, error) {
	if len(arguments) == 0 {
		arguments = json.RawMessage(`{}`)
	}
	result, err := t.client.call(ctx, t.spec.Name, arguments)
	var told *refusal
	switch {
	case errors.As(err, &told) && slices.Contains(invalid, told.code):
		return runners.ToolResult{Problem: told.message}, nil
	case err != nil:
		return runners.ToolResult{}, err
	case result.IsError:
		return runners.ToolResult{Problem: t.client.secrets.Replace(shorten(textOf(result), t.config.MaxBytes))}, nil
	}
	text := textOf(result)
	if len(text) > t.config.MaxBytes {
		text = shorten(text, t.config.MaxBytes) + fmt.Sprintf("\n(The result was cut here: it has %d bytes, of which %d are shown.)", len(text), t.config.MaxBytes)
	}
	shown := *result
	if len(result.Content) == 1 {
		shown.Content = []sdk.Content{&sdk.TextContent{Text: text}}
		shown.StructuredContent = nil
	}
	found, err := passages(&shown, t.config.Records, 100, "mcp:"+t.spec.Name)
	if err != nil { // a result of another form than the mapping's is still shown, as one piece
		found, _ = passages(&sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: " " + text}}}, records.Mapping{}, 1, "mcp:"+t.spec.Name)
	}
	return runners.ToolResult{Text: text, Passages: found}, nil
}
