package wire

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// canned answers every request with the same bytes.
type canned func() io.Reader

func (f canned) RoundTrip(req *http.Request) (*http.Response, error) {
	io.Copy(io.Discard, req.Body)
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(f()), Request: req}, nil
}

// FuzzChat: whatever a server sends with 200, and however it is split, there is no panic, the same reply and the same kind of error; what
// is taken for whole has a finish reason; texts are valid UTF-8.
func FuzzChat(f *testing.F) {
	for _, s := range []string{
		plainly, sse(think("reasoning", "hm"), say("thirty"), finish("stop"), spent, done), "error: x\n", "event: error\ndata: x\n\n", "data: [DONE]",
		sse(`{"error":{"message":"x"}}`), sse(`{ "error":"x"}`), "data: {\"error\"\ndata: :1}\n\n", `{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}`,
		"<html>", " \n", ": ping\r\rdata:{}\r\r", "data: \u00a0\n\n", "data: \x0b[DONE]\n\n", "data: x\n\ndata: [DONE] \n\n", "data: null\n\n", "data: [DONE]\ndata: {}\n\n",
		"\xEF\xBB\xBFdata: {}\n\n", sse(`{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]}}]}`, `{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}}]}`, finish("tool_calls"), done),
		"data: {\"choices\":[{\"delta\":{\"content\":\"\xE4\"}}]}\n\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ask := func(stream bool, body canned) (Reply, Kind) {
			c, err := New(Config{BaseURL: "http://box", Model: "m", NoStream: !stream, HTTP: &http.Client{Transport: body}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := c.Chat(t.Context(), question())
			if !utf8.ValidString(r.Text + r.Reasoning + r.Model) {
				t.Errorf("not valid UTF-8: %+v", r)
			}
			r.Clock = Clock{}
			if err == nil {
				if r.Finish == "" {
					t.Errorf("taken for whole: %+v", r)
				}
				return r, 0
			}
			e, ok := asError(err)
			if !ok || e.Kind == 0 || e.Kind == Unreachable || e.Message == "" {
				t.Fatalf("%#v", err)
			}
			return r, e.Kind
		}
		for _, stream := range []bool{true, false} {
			r1, k1 := ask(stream, func() io.Reader { return strings.NewReader(text) })
			r2, k2 := ask(stream, func() io.Reader { return iotest.OneByteReader(strings.NewReader(text)) })
			if diff := cmp.Diff(r1, r2, cmp.AllowUnexported(Reply{})); diff != "" || k1 != k2 {
				t.Errorf("stream %v: at once %v, byte by byte %v:\n%s", stream, k1, k2, diff)
			}
		}
	})
}
