package fakeai

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokens(t *testing.T) {
	for _, row := range []struct {
		text string
		want []string
		why  string
	}{
		{"", nil, "nothing"},
		{"The fee is 5%.", []string{"The", " fee", " is", " 5%."}, "a word takes the space before it and its punctuation"},
		{"  a \n b ", []string{"  a", " \n b", " "}, "white space at the end stands alone"},
		{"三十天。", []string{"三", "十", "天", "。"}, "a rune each"},
		{"共 30 天", []string{"共", " 30", " 天"}, "mixed"},
		{"तीस दिन।", []string{"तीस", " दिन।"}, "marks stay with their letters"},
	} {
		if got := Tokens(row.text); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "a b", "三 十\u3000天。x", "\xff\xfe 天\xe5", " \n"} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		toks := Tokens(s)
		if strings.Join(toks, "") != s || slices.Contains(toks, "") || len(toks) != count(s) {
			t.Errorf("%q: tokens %q, count %d", s, toks, count(s))
		}
		if p := pieces(s, n); strings.Join(p, "") != s || n > 1 && len(p) != (len(toks)+n-1)/n {
			t.Errorf("%q: pieces of %d: %q", s, n, p)
		}
	})
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a\"b\\c\n\t\x01", "三\U0001F600", "\u2028", "\xff", "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, ascii := range []bool{false, true} {
			b := quote(nil, s, ascii)
			var back string
			if err := json.Unmarshal(b, &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") && utf8.ValidString(s) {
				t.Errorf("%q: %s comes back as %q, %v", s, b, back, err)
			}
			if ascii && strings.ContainsFunc(string(b), func(r rune) bool { return r > 0x7f }) {
				t.Errorf("%q: %s is not ASCII", s, b)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{}`, `{"messages":[{"role":"user","content":"a"}]}`, `{"messages":[{"content":[{"type":"text","text":"a"}]}],"stream_options":null,"seed":1}`, `[`, `{"messages":null,"seed":1e99}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if q, err := parse(b); err == nil && (len(q.Messages) == 0 || !json.Valid(b)) {
			t.Errorf("%q parsed as %+v", b, q)
		}
	})
}
