package wire

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// seen is a chunk with its text mended, so that the two decoders can be compared.
type seen struct {
	Model, Content, Reasoning, Finish string
	Usage                             [3]int
	Counted, Choice, Logprobs         bool
}

func look(c chunk) seen {
	return seen{mend(c.model), mend(c.content), mend(c.reasoning), mend(c.finish), [3]int{c.usage.prompt, c.usage.completion, c.usage.reasoning}, c.counted, c.choice, c.logprobs}
}

func TestScan(t *testing.T) {
	for _, row := range []struct {
		why, raw string
		declines bool
		want     seen
	}{
		{why: "an ordinary chunk", raw: say("days"), want: seen{Model: "qwen", Content: "days", Choice: true}},
		{why: "the finish", raw: finish("stop"), want: seen{Model: "qwen", Finish: "stop", Choice: true}},
		{why: "usage with details", raw: spent, want: seen{Model: "qwen", Usage: [3]int{9, 4, 1}, Counted: true}},
		{why: "SGLang counts reasoning beside", raw: `{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"reasoning_tokens":2}}`, want: seen{Usage: [3]int{9, 4, 2}, Counted: true}},
		{why: "usage null", raw: `{"choices":[],"usage":null}`, want: seen{}},
		{why: "escapes", raw: `{"choices":[{"delta":{"content":"\u901a\n\"\\\/\b\f\r\t\ud83d\ude42"}}]}`, want: seen{Content: "通\n\"\\/\b\f\r\t🙂", Choice: true}},
		{why: "a lone half", raw: `{"choices":[{"delta":{"content":"a\ud83d"}}]}`, want: seen{Content: "a\uFFFD", Choice: true}},
		{why: "space everywhere", raw: " { \"choices\" : [ { \"delta\" : { \"content\" : \"x\" } , \"index\" : 0 } ] } ", want: seen{Content: "x", Choice: true}},
		{why: "another choice", raw: `{"choices":[{"delta":{"content":"x"},"index":1,"finish_reason":"stop"}]}`, want: seen{}},
		{why: "logprobs", raw: `{"choices":[{"delta":{"content":"x"},"logprobs":{"content":[{"token":"x","logprob":-0.5e-3,"top_logprobs":[]}]}}]}`, want: seen{Content: "x", Choice: true, Logprobs: true}},
		{why: "unknown fields of every type", raw: `{"a":{"b":[1,-0.5,true,false,null,"x",{}]},"choices":[{"delta":{"content":"x","tool_calls":[]}}],"z":[]}`, want: seen{Content: "x", Choice: true}},
		{why: "two choices", raw: `{"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}}]}`, declines: true, want: seen{Content: "x", Choice: true}},
		{why: "a field in capitals", raw: `{"Choices":[{"delta":{"content":"x"}}]}`, declines: true, want: seen{Content: "x", Choice: true}},
		{why: "a field spelled with a Kelvin sign", raw: "{\"to\u212Aen\":1,\"choices\":[{\"delta\":{\"content\":\"x\"}}]}", declines: true, want: seen{Content: "x", Choice: true}},
		{why: "a repeated field: the last wins", raw: `{"choices":[{"delta":{"content":"x","content":"y"}}]}`, declines: true, want: seen{Content: "y", Choice: true}},
		{why: "figures with a point", raw: `{"usage":{"prompt_tokens":9.0,"completion_tokens":"4"}}`, declines: true, want: seen{Usage: [3]int{9, 4, 0}, Counted: true}},
		{why: "negative figures", raw: `{"usage":{"prompt_tokens":-9,"completion_tokens":4}}`, declines: true, want: seen{Usage: [3]int{0, 4, 0}, Counted: true}},
		{why: "a refusal is an answer", raw: `{"choices":[{"delta":{"refusal":"I cannot"}}]}`, declines: true, want: seen{Content: "I cannot", Choice: true}},
		{why: "null choices", raw: `{"choices":null,"error":null}`, want: seen{}},
	} {
		s := scan{b: []byte(row.raw)}
		c, ok := s.chunk()
		if ok == row.declines {
			t.Errorf("%s: accepted is %v", row.why, ok)
		}
		if ok {
			if diff := cmp.Diff(row.want, look(c)); diff != "" {
				t.Errorf("%s, scan:\n%s", row.why, diff)
			}
		}
		c, err := decodeSlow([]byte(row.raw))
		if err != nil {
			t.Errorf("%s: %v", row.why, err)
		}
		if diff := cmp.Diff(row.want, look(c)); diff != "" {
			t.Errorf("%s, encoding/json:\n%s", row.why, diff)
		}
	}
}

// FuzzDecode: what the scan accepts, encoding/json accepts too and reads alike. Text that is not valid UTF-8 is left out: there the scan keeps the
// bytes, so that runes cut between events can be joined.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		role, say("thirty"), say("三十"), finish("stop"), spent, think("reasoning", "hm"), think("reasoning_content", "hm"),
		`{"choices":[{"delta":{"content":"\u901a\ud83d\ude42\ud83d"},"index":0,"logprobs":{"a":[1e5,-0.1]},"finish_reason":null}],"usage":null}`,
		`{"object":"error","message":"x"}`, `{"error":{"message":"x"}}`, `{"choices":[{"index":1,"delta":null}]}`,
		`{"usage":{"prompt_tokens":1,"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":3}}}`,
		`{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}}]}`, `{"choices":[{"delta":{"tool_calls":[],"content":"x"}}]}`,
		`{"choices":[{"message":{"content":[{"type":"text","text":"x"}]}}]}`, `{"a":{"b":[[[]]]}}x`, `{"a":01}`, "{\"a\":\"\x01\"}", `{"a":"\x"}`, `{}`, `null`, `[]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := scan{b: raw}
		fast, ok := s.chunk()
		slow, err := decodeSlow(raw)
		if !ok {
			return
		}
		if err != nil {
			t.Fatalf("the scan accepts %q, encoding/json says %v", raw, err)
		}
		if len(slow.calls) > 0 {
			t.Fatalf("the scan misses the calls in %q", raw)
		}
		if slow.failed {
			t.Fatalf("the scan misses the error in %q", raw)
		}
		if !utf8.Valid(raw) {
			return
		}
		if diff := cmp.Diff(look(slow), look(fast)); diff != "" {
			t.Fatalf("%q:\n%s", raw, diff)
		}
	})
}

func TestScanAllocatesNothing(t *testing.T) {
	raw, scratch := []byte(say(`thirty \u901a`)), make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() {
		var err error
		if _, scratch, err = decode(raw, scratch); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
