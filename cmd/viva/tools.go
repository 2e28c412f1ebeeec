package main

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval/mcp"
	"github.com/viva-eval/viva/runners/retrieval/sqldb"
)

// planTools is what the arm "tools" puts at the examinee's disposal.
type planTools struct {
	toolFields
	written string    // the fields as they stand in the file, before variables are expanded: what a digest may hold
	node    yaml.Node // with variables expanded
}

// toolFields are the fields of tools: in a plan file.
type toolFields struct {
	Turns     int               `yaml:"turns"`      // requests that a question may take
	MaxTokens int               `yaml:"max_tokens"` // tokens of prompts and replies that a question may take in all its turns; 0: no limit
	Search    string            `yaml:"search"`     // the retriever behind the tool search; empty: the plan's; "none": no such tool
	SQL       *sqldb.Config     `yaml:"sql"`        // the database behind the tool sql_query
	MCP       []mcp.ToolsConfig `yaml:"mcp"`        // servers whose tools are put at its disposal
}

// noSearch leaves the tool search out.
const noSearch = "none"

// UnmarshalYAML keeps the fields until the variables in them are expanded.
func (t *planTools) UnmarshalYAML(n *yaml.Node) error {
	written, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	t.written, t.node = string(written), *n
	return nil
}

// expand replaces the variables in the fields and reads them.
func (t *planTools) expand(getenv func(string) string) error {
	if t.node.IsZero() {
		return nil
	}
	if err := expandNode(&t.node, getenv); err != nil {
		return err
	}
	return t.node.Decode(&t.toolFields)
}

// fieldsOfTools is what knownFields looks at in the place of planTools.
var fieldsOfTools = reflect.TypeFor[toolFields]()

func (p *plan) checkTools() error {
	t := p.Tools
	if t.Turns < 1 || t.Turns > 100 {
		return usage("tools: turns is %d, must be between 1 and 100", t.Turns)
	}
	if t.MaxTokens < 0 || t.MaxTokens > math.MaxInt32 {
		return usage("tools: max_tokens is %d, must be between 0 and %d", t.MaxTokens, math.MaxInt32)
	}
	if !p.asksTools() {
		return nil
	}
	if t.Search != noSearch {
		name := t.Search
		if name == "" {
			name = p.preferred()
		}
		if _, err := p.retrieverNamed(name); err != nil {
			return err
		}
	} else if t.SQL == nil && len(t.MCP) == 0 {
		return usage("the arm %s has no tool", runners.Tools).withHint("name a retriever under tools: search:, a database under tools: sql:, or servers under tools: mcp:")
	}
	return nil
}

// asksTools reports whether an arm of the plan has tools.
func (p *plan) asksTools() bool {
	return slices.ContainsFunc(p.Arms, func(name string) bool { return runners.BaseArm(name) == runners.Tools })
}

// toolsDigest stands for the tools in the plan's digest; it is empty when no arm has them.
func (p *plan) toolsDigest() string {
	if !p.asksTools() {
		return ""
	}
	return prompt.ToolsDigest() + "\n" + p.Tools.written
}

// withTools gives an arm its tools.
func (l *library) withTools(ctx context.Context, arm *runners.Arm, spec runners.ArmSpec) (err error) {
	fields := l.plan.Tools.toolFields
	if arm.Turns, err = wholeParam(spec, "turns", 1, 100, fields.Turns); err != nil {
		return err
	}
	arm.Tokens = fields.MaxTokens
	if fields.Search != noSearch {
		found, err := l.retriever(ctx, fields.Search)
		if err != nil {
			return err
		}
		arm.Tools = append(arm.Tools, runners.SearchTool{Retriever: found, K: arm.K})
	}
	if err := l.openTools(ctx); err != nil {
		return err
	}
	arm.Tools = append(arm.Tools, l.tools...)
	for i, t := range arm.Tools {
		if name := t.Spec().Name; slices.ContainsFunc(arm.Tools[:i], func(o runners.Tool) bool { return o.Spec().Name == name }) {
			return usage("two tools are called %q", name).withHint("leave one out under tools: in the plan; search: none leaves out our own")
		}
	}
	return nil
}

// openTools opens the tools that the plan names, once for all arms.
func (l *library) openTools(ctx context.Context) error {
	fields := l.plan.Tools.toolFields
	if len(l.tools) > 0 {
		return nil
	}
	if fields.SQL != nil {
		tool, err := sqldb.NewTool(ctx, *fields.SQL)
		var wrong *sqldb.ConfigError
		switch {
		case errors.As(err, &wrong):
			return usage("tools: sql: %w", err)
		case err != nil:
			return infrastructure("open tool %s: %w", sqldb.ToolName, err)
		}
		l.closers, l.tools = append(l.closers, tool), append(l.tools, tool)
	}
	for _, server := range fields.MCP {
		tools, err := mcp.OpenTools(ctx, server)
		var wrong *mcp.ConfigError
		switch {
		case errors.As(err, &wrong):
			return usage("tools: mcp: %w", err)
		case err != nil:
			return infrastructure("open tools: %w", err)
		}
		l.closers, l.tools = append(l.closers, tools), append(l.tools, tools.List...)
	}
	return nil
}

// offered are the tools of a run's arms.
func offered(arms []runners.Arm) []runners.ToolSpec {
	var specs []runners.ToolSpec
	for _, arm := range arms {
		for _, t := range arm.Tools {
			spec := t.Spec()
			if !slices.ContainsFunc(specs, func(s runners.ToolSpec) bool { return s.Name == spec.Name && s.Description == spec.Description }) {
				specs = append(specs, spec)
			}
		}
	}
	return specs
}
