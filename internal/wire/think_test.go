package wire

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestTranscript(t *testing.T) {
	for _, row := range []struct {
		why, text, answer, reasoning string
		first                        int // the byte of text with which the answer begins; -1: it never does
	}{
		{"no block", "thirty days", "thirty days", "", 0},
		{"a block", "<think>hm</think>\n\nthirty", "thirty", "hm", 19},
		{"white space before the block", " \n<think>hm</think>thirty", "thirty", "hm", 19},
		{"white space before an answer stays", "\n thirty", "\n thirty", "", 0},
		{"closing tag only", "hm, so</think>\nthirty", "thirty", "hm, so", 15},
		{"a block that never ends", "<think>hm", "", "hm", -1},
		{"a block and nothing more", "<think>hm</think>\n", "", "hm", -1},
		{"an empty block", "<think>\n\n</think>\n\nthirty", "thirty", "\n\n", 19},
		{"a tag later on is text", "thirty <think>", "thirty <think>", "", 0},
		{"a second closing tag is text", "<think>a</think>b</think>c", "b</think>c", "a", 16},
		{"almost a tag", "<thing>thirty", "<thing>thirty", "", 0},
		{"the beginning of a tag and the end", "<thi", "<thi", "", 0},
		{"nothing", "", "", "", -1},
	} {
		for size := 1; size <= len(row.text)+1; size++ {
			var tr transcript
			base := time.Unix(1e9, 0)
			for i := 0; i < len(row.text); i += size {
				tr.say([]byte(row.text[i:min(i+size, len(row.text))]), base.Add(time.Duration(i/size)))
			}
			tr.settle()
			if string(tr.answer) != row.answer || string(tr.reasoning) != row.reasoning {
				t.Errorf("%s, in pieces of %d: answer %q, reasoning %q", row.why, size, tr.answer, tr.reasoning)
			}
			if row.first < 0 {
				if !tr.firstAnswer.IsZero() {
					t.Errorf("%s, in pieces of %d: an answer began", row.why, size)
				}
			} else if want := base.Add(time.Duration(row.first / size)); !tr.firstAnswer.Equal(want) {
				t.Errorf("%s, in pieces of %d: the answer began with piece %d, want %d", row.why, size, tr.firstAnswer.Sub(base), want.Sub(base))
			}
		}
	}
}

func TestClosingTagAfterReasoningField(t *testing.T) {
	var tr transcript
	tr.reason([]byte("hm"))
	tr.say([]byte("the tag </think> ends a block"), time.Time{})
	tr.settle()
	if string(tr.answer) != "the tag </think> ends a block" || string(tr.reasoning) != "hm" {
		t.Errorf("answer %q, reasoning %q", tr.answer, tr.reasoning)
	}
}

func TestMend(t *testing.T) {
	for in, want := range map[string]string{
		"三十":                       "三十",
		"\xE4\xB8\x89":             "三",
		"\xE4\xB8":                 "\uFFFD\uFFFD",
		"\xED\xA0\xBD\xED\xB9\x82": "🙂",
		"a\xED\xA0\xBDb":           "a\uFFFDb",
		"\xED\xB9\x82\xED\xA0\xBD": "\uFFFD\uFFFD",
	} {
		if got := mend([]byte(in)); got != want {
			t.Errorf("mend(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTranscript(f *testing.F) {
	f.Add("<think>hm</think>\n\nthirty", uint8(3))
	f.Add("hm</think>thirty</think>", uint8(1))
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		say := func(size int) (string, string) {
			var tr transcript
			for i := 0; i < len(text); i += size {
				tr.say([]byte(text[i:min(i+size, len(text))]), time.Time{})
			}
			tr.settle()
			return mend(tr.answer), mend(tr.reasoning)
		}
		a1, r1 := say(int(size) + 1)
		a2, r2 := say(len(text) + 1)
		if a1 != a2 || r1 != r2 {
			t.Errorf("in pieces of %d: %q, %q; at once %q, %q", size+1, a1, r1, a2, r2)
		}
		if !utf8.ValidString(a1) || !utf8.ValidString(r1) {
			t.Error("not valid UTF-8")
		}
		if !strings.Contains(text, closeThink) && !strings.Contains(text, openThink) && a1 != mend([]byte(text)) {
			t.Errorf("%q became %q", text, a1)
		}
	})
}
