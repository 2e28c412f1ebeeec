package wire

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestHabits sends what real servers send, byte by byte where that matters. A row without a kind must give the whole answer.
func TestHabits(t *testing.T) {
	whole := sse(role, say("thirty "), say("days"), finish("stop"), spent, done)
	pages := "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>"
	answer := `{"id":"x","object":"chat.completion","model":"qwen","choices":[{"index":0,"message":{"role":"assistant","content":"thirty days","reasoning_content":"hm"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":4}}`

	for _, row := range []struct {
		name, why string
		parts     []string // HTTP chunks, each its own segment
		hang      bool     // the server keeps the body open
		cut       bool     // the server drops the connection
		text      string   // "": "thirty days"
		reasoning string
		finish    string // "": "stop"
		kind      Kind
		says      string // in the error
		completes int    // Usage.Completion; 0: an estimate
		chunks    int
	}{
		{name: "plain", why: "the ordinary case", parts: []string{whole}, completes: 4, chunks: 5},
		{name: "one event a segment", why: "events arrive apart", parts: []string{sse(role), sse(say("thirty ")), sse(say("days")), sse(finish("stop")), sse(spent), sse(done)}, completes: 4, chunks: 5},
		{name: "split everywhere", why: "every byte a segment, runes cut in two", parts: strings.Split(sse(say("三十天 थर्टी")+"", finish("stop"), done), ""), text: "三十天 थर्टी", chunks: 2},
		{name: "byte order mark", why: "some gateways put one first", parts: []string{"\xEF", "\xBB\xBF" + whole}, completes: 4, chunks: 5},
		{name: "CRLF", why: "allowed by the grammar", parts: []string{strings.ReplaceAll(whole, "\n", "\r\n")}, completes: 4, chunks: 5},
		{name: "CRLF cut between", why: "CR and LF in two reads", parts: strings.SplitAfter(strings.ReplaceAll(whole, "\n", "\r\n"), "\r"), completes: 4, chunks: 5},
		{name: "CR", why: "allowed by the grammar", parts: []string{strings.ReplaceAll(whole, "\n", "\r")}, completes: 4, chunks: 5},
		{name: "no space after the colon", why: "the space is optional", parts: []string{strings.ReplaceAll(whole, "data: ", "data:")}, completes: 4, chunks: 5},
		{name: "event, id and retry fields", why: "unused, but legal", parts: []string{"retry: 10\n\n" + strings.ReplaceAll(whole, "data: ", "event: message\nid: 7\ndata: ")}, completes: 4, chunks: 5},
		{name: "multi-line data", why: "two data lines are one event", parts: []string{"data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"thirty days\"}}]}\n\n" + sse(finish("stop"), done)}, chunks: 2},
		{name: "no blank lines", why: "sloppy servers end events with one newline", parts: []string{strings.ReplaceAll(whole, "\n\n", "\n")}, completes: 4, chunks: 5},
		{name: "comments", why: "OpenRouter pings while it waits", parts: []string{": OPENROUTER PROCESSING\n\n" + sse(role) + ":\n\n" + sse(say("thirty ")) + ": ping\n" + sse(say("days"), finish("stop"), done)}, chunks: 4},
		{name: "500 comments in one gap", why: "go-openai alone gives up after 300", parts: []string{sse(say("thirty ")), strings.Repeat(": ping\n\n", 500), sse(say("days"), finish("stop"), done)}, chunks: 3},
		{name: "late role", why: "aimock sends it after the reasoning", parts: []string{sse(think("reasoning_content", "hm"), role, say("thirty days"), finish("stop"), done)}, reasoning: "hm", chunks: 4},
		{name: "null content", why: "several gateways", parts: []string{sse(`{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning":null}}]}`, say("thirty days"), finish("stop"), done)}, chunks: 3},
		{name: "empty and absent choices", why: "Azure's filter results; usage chunks", parts: []string{sse(`{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}`, `{"choices":null}`, `{"model":"qwen"}`, say("thirty days"), finish("stop"), done)}, chunks: 5},
		{name: "reasoning", why: "vLLM since 2026, Ollama, OpenRouter", parts: []string{sse(think("reasoning", "h"), think("reasoning", "m"), say("thirty days"), finish("stop"), done)}, reasoning: "hm", chunks: 4},
		{name: "both reasoning fields", why: "OpenRouter sends both alike", parts: []string{sse(`{"choices":[{"index":0,"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}`, say("thirty days"), finish("stop"), done)}, reasoning: "hm", chunks: 3},
		{name: "think block", why: "servers without a reasoning parser", parts: []string{sse(say("<thi"), say("nk>h"), say("m</th"), say("ink>\n\n"), say("thirty days"), finish("stop"), done)}, reasoning: "hm", chunks: 6},
		{name: "closing tag only", why: "the opening tag stood in the prompt", parts: []string{sse(say("h"), say("m</think>"), say("thirty days"), finish("stop"), done)}, reasoning: "hm", chunks: 4},
		{name: "content parts", why: "Mistral's lists", parts: []string{sse(`{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}`, `{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"thirty days"}]}}]}`, finish("stop"), done)}, reasoning: "hm", chunks: 3},
		{name: "rune cut between chunks", why: "raw bytes of one rune in two events", parts: []string{sse("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xE4\xB8\"}}]}", "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\x89\"}}]}", finish("stop"), done)}, text: "三", chunks: 3},
		{name: "surrogates cut between chunks", why: "servers that slice UTF-16", parts: []string{sse(`{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}`, `{"choices":[{"index":0,"delta":{"content":"\ude42!"}}]}`, finish("stop"), done)}, text: "🙂!", chunks: 3},
		{name: "usage on the finish chunk", why: "llama.cpp", parts: []string{sse(say("thirty days"), `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":4}}`, done)}, completes: 4, chunks: 2},
		{name: "usage on every chunk", why: "continuous_usage_stats: the last wins", parts: []string{sse(`{"choices":[{"index":0,"delta":{"content":"thirty "}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}`, `{"choices":[{"index":0,"delta":{"content":"days"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}`, done)}, completes: 2, chunks: 2},
		{name: "usage of zeros", why: "some gateways fill the block in without counting", parts: []string{sse(say("thirty days"), finish("stop"), `{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}`, done)}, chunks: 3},
		{name: "no usage", why: "never counted from chunks", parts: []string{sse(say("thirty "), say("days"), finish("stop"), done)}, chunks: 3},
		{name: "no [DONE]", why: "the finish reason is what counts", parts: []string{sse(say("thirty days"), finish("stop"))}, chunks: 2},
		{name: "no [DONE], connection dropped", why: "the answer was whole", parts: []string{sse(say("thirty days"), finish("stop"))}, cut: true, chunks: 2},
		{name: "last event without its blank line", why: "seen at the end of streams", parts: []string{strings.TrimRight(sse(say("thirty days"), finish("stop")), "\n")}, chunks: 2},
		{name: "double [DONE]", why: "proxies that add their own", parts: []string{whole + sse(done)}, completes: 4, chunks: 5},
		{name: "[DONE] then silence", why: "no waiting for the end", parts: []string{whole}, hang: true, completes: 4, chunks: 5},
		{name: "noise after [DONE]", why: "not part of the answer", parts: []string{whole + sse(say("?"), "gibberish")}, completes: 4, chunks: 5},
		{name: "JSON answer instead of a stream", why: "stream:true ignored", parts: []string{answer}, reasoning: "hm", completes: 4, chunks: 1},
		{name: "JSON answer over several lines", why: "indented", parts: []string{"\n{\n \"choices\" : [ {\"message\": {\"content\": \"thirty ", "days\"},\n \"finish_reason\": \"stop\"}]}\n"}, chunks: 1},
		{name: "whole answer in one event", why: "message instead of delta", parts: []string{sse(`{"choices":[{"index":0,"message":{"content":"thirty days"},"finish_reason":"stop"}]}`)}, chunks: 1},
		{name: "other choices", why: "only the first was asked for", parts: []string{sse(`{"choices":[{"index":1,"delta":{"content":"no"}}]}`, `{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"thirty days"}}]}`, finish("stop"), done)}, chunks: 3},
		{name: "finish reason in quotes", why: "a gateway's \"null\"", parts: []string{sse(`{"choices":[{"index":0,"delta":{"content":"thirty "},"finish_reason":"null"}]}`, `{"choices":[{"index":0,"delta":{"content":"days"},"finish_reason":""}]}`, finish("stop"))}, chunks: 3},
		{name: "cut by length", why: "a whole reply with a status of its own", parts: []string{sse(say("thirty days"), finish("length"), done)}, finish: "length", chunks: 2},
		{name: "filtered", why: "withheld by the server", parts: []string{sse(say("thirty days"), finish("content_filter"), done)}, finish: "content_filter", chunks: 2},
		{name: "ten megabytes on a line", why: "logged by real servers", parts: []string{sse(`{"pad":"`+strings.Repeat("x", 10<<20)+`","choices":[{"index":0,"delta":{"content":"thirty days"}}]}`, finish("stop"), done)}, chunks: 2},

		{name: "ends early", why: "no finish reason, no [DONE]", parts: []string{sse(say("thirty days"))}, kind: CutShort, says: "without a finish reason", chunks: 1},
		{name: "[DONE] without a finish reason", why: "[DONE] proves that the stream is over, not that the answer is whole", parts: []string{sse(say("thirty days"), done)}, kind: CutShort, says: "without a finish reason", chunks: 1},
		{name: "dropped", why: "the connection breaks inside the body", parts: []string{sse(say("thirty days"))}, cut: true, kind: CutShort, says: "connection broke", chunks: 1},
		{name: "dropped inside an event", why: "half an event is none", parts: []string{sse(say("thirty days")) + `data: {"choices":[{"ind`}, cut: true, kind: CutShort, chunks: 1},
		{name: "ended inside an event", why: "a clean end does not make it whole", parts: []string{sse(say("thirty days")) + `data: {"choices":[{"ind`}, kind: CutShort, says: "not whole", chunks: 2},
		{name: "aborted", why: "SGLang's abort", parts: []string{sse(say("thirty days"), finish("abort"), done)}, kind: CutShort, says: "abort", chunks: 2},
		{name: "empty body", why: "200 and nothing", parts: nil, kind: CutShort, says: "before any event", chunks: 0},
		{name: "finish reason null in quotes only", why: "it is none", parts: []string{sse(`{"choices":[{"index":0,"delta":{"content":"thirty days"},"finish_reason":"null"}]}`, done)}, kind: CutShort, chunks: 1},
		{name: "words with 200", why: "a proxy's plain text", parts: []string{"upstream connect error or disconnect"}, kind: CutShort, says: "upstream connect error", chunks: 0},
		{name: "white space only", why: "200 and next to nothing", parts: []string{"\n\n"}, kind: CutShort, chunks: 0},
		{name: "JSON answer cut off", why: "a body closed by the connection's end", parts: []string{answer[:len(answer)-60]}, kind: CutShort, says: "cut off", text: "-", chunks: 0},
		{name: "JSON answer without a finish reason", why: "the same rule", parts: []string{`{"choices":[{"message":{"content":"thirty days"}}]}`}, kind: CutShort, chunks: 1},

		{name: "error in the stream", why: "OpenAI's shape", parts: []string{sse(say("thirty days"), `{"error":{"message":"out of memory","type":"server_error","code":500}}`, done)}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "error in the stream, spaced", why: "go-openai alone lets it pass", parts: []string{sse(say("thirty days"), `{ "error" : {"message":"out of memory"}}`)}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "error as text", why: "Ollama, TGI", parts: []string{sse(say("thirty days"), `{"error":"out of memory"}`)}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "vLLM's error", why: `{"object":"error"}`, parts: []string{sse(say("thirty days"), `{"object":"error","message":"out of memory","type":"Internal","param":null,"code":500}`, done)}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "llama.cpp's error line", why: "a field named error", parts: []string{sse(say("thirty days")) + "error: {\"code\":500,\"message\":\"out of memory\"}\n\n"}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "error line in words", why: "no JSON", parts: []string{sse(say("thirty days")) + "error: out of memory\n\n"}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "error event", why: "event: error", parts: []string{sse(say("thirty days")) + "event: error\ndata: {\"message\":\"out of memory\"}\n\n"}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "error after a comment", why: "go-openai alone loses it", parts: []string{": ping\n\n" + sse(say("thirty days")) + ": ping\n\n" + sse(`{"error":{"message":"out of memory"}}`)}, kind: InStream, says: "out of memory", chunks: 2},
		{name: "error after the finish reason", why: "a server that contradicts itself is not believed", parts: []string{sse(say("thirty days"), finish("stop"), `{"error":{"message":"out of memory"}}`)}, kind: InStream, says: "out of memory", chunks: 3},
		{name: "finish reason error", why: "OpenRouter", parts: []string{sse(say("thirty days"), finish("error"), done)}, kind: InStream, chunks: 2},
		{name: "JSON error with 200", why: "instead of a stream", parts: []string{`{"error":{"message":"out of memory"}}`}, kind: InStream, says: "out of memory", text: "-", chunks: 1},
		{name: "JSON words with 200", why: "no choices at all", parts: []string{`{"detail":"out of memory"}`}, kind: InStream, says: "out of memory", text: "-", chunks: 1},

		{name: "page with 200", why: "a login page or a proxy's", parts: []string{pages}, kind: Malformed, says: "502 Bad Gateway", text: "-", chunks: 0},
		{name: "no JSON in an event", why: "not a chat server", parts: []string{sse(say("thirty days"), "hello")}, kind: Malformed, says: "hello", chunks: 2},
		{name: "broken JSON in an event", why: "in the middle of a stream", parts: []string{sse(say("thirty days"), `{"choices":[`, finish("stop"))}, kind: Malformed, chunks: 2},
		{name: "line past the cap", why: "memory is bounded", parts: []string{sse(say("thirty days")) + "data: " + strings.Repeat("x", maxEvent+1)}, kind: Malformed, says: "longer than", chunks: 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			base := serve(t, func(c *conn) bool {
				c.begin()
				for _, p := range row.parts {
					c.chunk(p)
				}
				switch {
				case row.hang:
					buf := make([]byte, 1)
					c.Read(buf) // until the client leaves
					return false
				case row.cut:
					return false
				}
				c.end()
				return true
			})
			c := client(t, base)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			r, err := c.Chat(ctx, question())

			want := row.text
			switch want {
			case "":
				want = "thirty days"
			case "-":
				want = ""
			}
			if row.chunks == 0 {
				want = ""
			}
			if r.Text != want || r.Reasoning != row.reasoning {
				t.Errorf("%s: text %q, reasoning %q; want %q, %q", row.why, r.Text, r.Reasoning, want, row.reasoning)
			}
			if row.chunks != r.Chunks {
				t.Errorf("%s: %d chunks, want %d", row.why, r.Chunks, row.chunks)
			}
			if row.kind != 0 {
				var e *Error
				if !errors.As(err, &e) || e.Kind != row.kind || e.Status != 200 {
					t.Fatalf("%s: error %v, want %v with HTTP 200", row.why, err, row.kind)
				}
				if !strings.Contains(e.Error(), row.says) {
					t.Errorf("%s: error %q does not say %q", row.why, e, row.says)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", row.why, err)
			}
			finish := row.finish
			if finish == "" {
				finish = "stop"
			}
			if r.Finish != finish {
				t.Errorf("%s: finish %q, want %q", row.why, r.Finish, finish)
			}
			if r.Usage.FromServer != (row.completes > 0) || row.completes > 0 && r.Usage.Completion != row.completes {
				t.Errorf("%s: usage %+v, want %d from the server", row.why, r.Usage, row.completes)
			}
			if !r.Usage.FromServer && r.Usage.Completion != tokens(r.Text)+tokens(r.Reasoning) {
				t.Errorf("%s: estimate %+v", row.why, r.Usage)
			}
			ordered(t, r)
		})
	}
}

// ordered checks that the moments of a whole answer follow each other.
func ordered(t *testing.T, r Reply) {
	t.Helper()
	c := r.Clock
	moments := []time.Time{c.Begun, c.Connected, c.Sent, c.FirstByte, c.FirstToken, c.FirstAnswer, c.Last, c.End}
	if !r.Streamed {
		if !c.FirstToken.IsZero() || !c.FirstAnswer.IsZero() || c.Gaps != nil {
			t.Errorf("an answer that was not streamed has times of tokens: %+v", c)
		}
		moments = slices.Delete(moments, 4, 6)
	}
	for i, m := range moments {
		if m.IsZero() {
			t.Errorf("moment %d of %+v never came", i, c)
		}
		if i > 0 && m.Before(moments[i-1]) {
			t.Errorf("moment %d of %+v is before the one before", i, c)
		}
	}
	if c.Coalesced > len(c.Gaps) {
		t.Errorf("%d coalesced of %d gaps", c.Coalesced, len(c.Gaps))
	}
}
