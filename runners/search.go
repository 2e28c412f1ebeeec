package runners

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
)

// SearchTool is a retriever that the examinee calls itself: the tool "search", which takes a query. K is the most passages that a call
// brings; as many of them are shown as fit into a result, and of a very long one its beginning. A retriever's error breaks the tool.
type SearchTool struct {
	Retriever Retriever
	K         int
}

var _ Tool = SearchTool{}

// Spec offers the tool.
func (s SearchTool) Spec() ToolSpec {
	return ToolSpec{
		Name:        "search",
		Description: fmt.Sprintf("Searches the company's documents and returns the %d passages that fit the query best.", max(s.K, 1)),
		Parameters: json.RawMessage(`{"type":"object","properties":{"query":{"type":"string",` +
			`"description":"what to search for, in a few words or as a question"}},"required":["query"],"additionalProperties":false}`),
	}
}

// Call searches.
func (s SearchTool) Call(ctx context.Context, arguments json.RawMessage) (ToolResult, error) {
	var given struct {
		Query *string `json:"query"`
	}
	if err := json.Unmarshal(arguments, &given); err != nil {
		return ToolResult{Problem: "query must be a text"}, nil
	}
	if given.Query == nil || strings.TrimSpace(*given.Query) == "" {
		return ToolResult{Problem: "query is missing: say what to search for"}, nil
	}
	found, err := s.Retriever.Retrieve(ctx, *given.Query, max(s.K, 1))
	if err != nil {
		return ToolResult{}, fmt.Errorf("search: %w", err)
	}
	if len(found) == 0 {
		return ToolResult{Text: "No passage was found."}, nil
	}
	var shown []prompt.Passage
	var result ToolResult
	for _, p := range found {
		p.Text = head(p.Text, resultBytes/2) // a result holds one passage at least
		page := prompt.Passage{ID: p.ID, Title: p.Title, Date: day(p.ValidFrom), Text: p.Text}
		text := prompt.WritePassages(append(shown, page))
		if len(text) > resultBytes && len(shown) > 0 {
			break
		}
		shown = append(shown, page)
		result.Text, result.Passages = text, append(result.Passages, p)
	}
	return result, nil
}
