package wire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// events parses text fed in pieces of the sizes given, over and over; a size of 0 is the rest.
func events(t testing.TB, text string, sizes ...int) []string {
	t.Helper()
	var p parser
	var out []string
	emit := func(e event) error {
		name := ""
		if e.name != "" {
			name = e.name + "|"
		}
		out = append(out, name+string(e.data))
		return nil
	}
	for i := 0; len(text) > 0; i++ {
		n := sizes[i%len(sizes)]
		if n <= 0 || n > len(text) {
			n = len(text)
		}
		if err := p.feed([]byte(text[:n]), emit); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := p.finish(emit); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEvents(t *testing.T) {
	for _, row := range []struct {
		why, text string
		want      []string
	}{
		{"the standard's first example", "data: YHOO\ndata: +2\ndata: 10\n\n", []string{"YHOO\n+2\n10"}},
		{"the standard's second: a comment, an id reset, a space kept", ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n", []string{"first event", "second event", " third event"}},
		{"the standard's fourth: one space is optional", "data:test\n\ndata: test\n\n", []string{"test", "test"}},
		{"an event without data is none", "data\n\nevent: x\n\ndata:\n\n", nil},
		{"the name holds for one event only", "event: error\ndata: a\n\ndata: b\n\n", []string{"error|a", "b"}},
		{"a name without data is dropped with it", "event: error\n\ndata: b\n\n", []string{"b"}},
		{"fields are case-sensitive, unknown ones are ignored", "Data: a\nfoo: b\ndata: c\n\n", []string{"c"}},
		{"a mark only at the start", "\xEF\xBB\xBFdata: a\n\n\xEF\xBB\xBFdata: b\n\n", []string{"a"}},
		{"half a mark is no mark", "\xEF\xBBdata: a\n\ndata: b\n\n", []string{"b"}},
		{"mixed line ends", "data: a\r\rdata: b\r\n\r\ndata: c\n\n", []string{"a", "b", "c"}},
		{"CR LF is one end", "data: a\r\ndata: b\r\n\r\n", []string{"a\nb"}},
		{"LF CR is two", "data: a\n\rdata: b\n\n", []string{"a", "b"}},
		{"objects on neighbouring data lines are events", "data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n", []string{`{"a":1}`, `{"b":2}`, done}},
		{"an object over several lines is one", "data: {\ndata: \"a\":{}\ndata: }\n\n", []string{"{\n\"a\":{}\n}"}},
		{"an error field is an event at once", "data: {}\nerror: {\"code\":1}\n", []string{"{}", `error|{"code":1}`}},
		{"no end at all", "data: a", []string{"a"}},
	} {
		for _, size := range []int{0, 1, 2, 3, 7} {
			if diff := cmp.Diff(row.want, events(t, row.text, size)); diff != "" {
				t.Errorf("%s, in pieces of %d:\n%s", row.why, size, diff)
			}
		}
	}
}

// TestStampOfDataLine: an event is stamped by the bytes that ended its data line, not by the blank line that may come much later.
func TestStampOfDataLine(t *testing.T) {
	var p parser
	var got []uint64
	emit := func(e event) error { got = append(got, e.at.read); return nil }
	for i, part := range []string{"data: a\n", "\ndata: b", "\n", "\n"} {
		p.now.read = uint64(i)
		if err := p.feed([]byte(part), emit); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]uint64{0, 2}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCaps(t *testing.T) {
	drop := func(event) error { return nil }
	for _, text := range []string{
		strings.Repeat("x", maxEvent+1),
		"data: " + strings.Repeat("x", maxEvent) + "\n\n",
		strings.Repeat("data: "+strings.Repeat("x", 1<<20)+"\n", 17),
	} {
		for _, size := range []int{4096, len(text)} {
			var p parser
			var err error
			for rest := text; len(rest) > 0 && err == nil; {
				n := min(size, len(rest))
				err = p.feed([]byte(rest[:n]), drop)
				rest = rest[n:]
			}
			if e, ok := asError(err); !ok || e.Kind != Malformed {
				t.Errorf("%d bytes: %v", len(text), err)
			}
		}
	}
}

// FuzzEvents: however the bytes are split, the events are the same, and no event is empty.
func FuzzEvents(f *testing.F) {
	for _, s := range []string{
		sse(role, say("thirty"), finish("stop"), done),
		strings.ReplaceAll(sse(role, say("三十"), done), "\n", "\r\n"),
		"\xEF\xBB\xBF: c\r\revent: error\rdata: x\r\n\r\n", "error: {}\ndata: {}\ndata: {}\n", "data\ndata:\ndata: \n\nid: 1\nretry: 2", "\r\n\r\n\n\r",
	} {
		f.Add(s, uint8(1), uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, a, b uint8) {
		want := events(t, text, 0)
		if diff := cmp.Diff(want, events(t, text, int(a)%16, int(b)%7+1)); diff != "" {
			t.Errorf("in pieces of %d and %d:\n%s", a%16, b%7+1, diff)
		}
		if diff := cmp.Diff(want, events(t, text, 1)); diff != "" {
			t.Errorf("byte by byte:\n%s", diff)
		}
		for _, e := range want {
			if strings.TrimSpace(e) == "" {
				t.Errorf("an empty event in %q", want)
			}
		}
	})
}
