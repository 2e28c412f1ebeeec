package runners

import (
	"context"
	"encoding/json"

	"github.com/viva-eval/viva/suites"
)

// Tool is something an examinee may call. Call's error means that the tool itself broke, which is a failure of the infrastructure. What
// the examinee did wrong (bad SQL, a missing argument) comes back in ToolResult.Problem, and it is told so.
//
// Several goroutines may call a tool at once.
type Tool interface {
	Spec() ToolSpec
	Call(ctx context.Context, arguments json.RawMessage) (ToolResult, error)
}

// ToolSpec is how a tool is offered to the examinee.
type ToolSpec struct {
	Name        string // letters, digits, _ and -, at most 64
	Description string
	Parameters  json.RawMessage // JSON schema of the arguments, an object
}

// ToolResult is what a call brought.
type ToolResult struct {
	Text     string           // what the examinee is told; empty when there is a Problem
	Problem  string           // what the examinee did wrong, in words it can mend the call by
	Passages []suites.Passage // the passages that Text shows, if it shows any: they lie open like those of a book
}
