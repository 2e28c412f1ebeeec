package fakeai_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	openai "github.com/sashabaranov/go-openai"

	"github.com/viva-eval/viva/internal/fakeai"
)

// A client that knows nothing of this server offers a function, reads its calls streamed and whole, and sends their results back.
func TestCallsByAForeignClient(t *testing.T) {
	calls := []fakeai.Call{{ID: "a", Name: "search", Arguments: `{"query":"annual leave"}`}, {ID: "b", Name: "search", Arguments: `{"query": "年假`}}
	server := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply {
		if len(q.Results) == 0 {
			return fakeai.Reply{Text: "I look.", Calls: calls}
		}
		return fakeai.Reply{Text: q.Tools[0].Name + " " + q.Called[1].Arguments + " " + q.Results[0].Text + " " + q.Results[1].Text + " " + q.ToolChoice}
	})
	config := openai.DefaultConfig("")
	config.BaseURL = server.Base()
	client := openai.NewClientWithConfig(config)
	ask := openai.ChatCompletionRequest{Model: "fake", Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "How many days?"}},
		Tools: []openai.Tool{{Type: openai.ToolTypeFunction, Function: &openai.FunctionDefinition{Name: "search", Parameters: json.RawMessage(`{"type":"object"}`)}}}}

	whole, err := client.CreateChatCompletion(t.Context(), ask)
	if err != nil || whole.Choices[0].FinishReason != openai.FinishReasonToolCalls {
		t.Fatalf("%v: %+v", err, whole)
	}
	stream, err := client.CreateChatCompletionStream(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var streamed []openai.ToolCall
	var text string
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, choice := range chunk.Choices {
			text += choice.Delta.Content
			for _, piece := range choice.Delta.ToolCalls {
				if *piece.Index == len(streamed) {
					streamed = append(streamed, piece)
				} else {
					streamed[*piece.Index].Function.Arguments += piece.Function.Arguments
				}
			}
		}
	}
	for name, got := range map[string][]openai.ToolCall{"whole": whole.Choices[0].Message.ToolCalls, "streamed": streamed} {
		var plain []fakeai.Call
		for _, c := range got {
			plain = append(plain, fakeai.Call{ID: c.ID, Name: c.Function.Name, Arguments: c.Function.Arguments})
		}
		if diff := cmp.Diff(calls, plain); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if text != "I look." || whole.Choices[0].Message.Content != text {
		t.Errorf("text %q and %q", text, whole.Choices[0].Message.Content)
	}

	ask.ToolChoice = "none"
	ask.Messages = append(ask.Messages, whole.Choices[0].Message,
		openai.ChatCompletionMessage{Role: "tool", ToolCallID: "a", Content: "28 days"}, openai.ChatCompletionMessage{Role: "tool", ToolCallID: "b", Content: "error"})
	last, err := client.CreateChatCompletion(t.Context(), ask)
	if want := `search {"query": "年假 28 days error none`; err != nil || last.Choices[0].Message.Content != want {
		t.Errorf("%v: %+v", err, last)
	}

	// What no server takes: results that answer no call, or calls without results.
	ask.Messages[3].ToolCallID = "c"
	var refused *openai.APIError
	if _, err := client.CreateChatCompletion(t.Context(), ask); !errors.As(err, &refused) || refused.HTTPStatusCode != http.StatusBadRequest {
		t.Errorf("a wrong id: %v", err)
	}
	ask.Messages = ask.Messages[:3]
	if _, err := client.CreateChatCompletion(t.Context(), ask); !errors.As(err, &refused) || refused.HTTPStatusCode != http.StatusBadRequest {
		t.Errorf("a call without a result: %v", err)
	}
}
