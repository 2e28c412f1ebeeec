package judged

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark begins every line of text that is not ours. Since no line of a quoted text can do without it, none can pass for a line of the
// rubric, whatever it says.
const mark = "| "

// quote sets a foreign text as lines that begin with the mark. What reaches the judge differs from the text only so far as it must not
// work as an instruction:
//
//  1. Every kind of line end starts a line, and with it a mark.
//  2. Control characters, and characters that reverse, hide or tag text, are left out; the joiners that Indian scripts need stay.
//  3. A space goes into what a server's template could take for the end of a message or the start of another ("<|", "|>", "[INST]",
//     "<think>" and their like), which some servers read as such inside a message.
func quote(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t', r == '\u200c', r == '\u200d':
			return r
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
	s = disarm(strings.Trim(s, "\n"))
	return mark + strings.ReplaceAll(s, "\n", "\n"+mark)
}

// disarm parts what bounds the special tokens of chat templates: <|im_end|>, </s>, [INST], <start_of_turn>, <think>, <<SYS>>, <｜User｜>.
func disarm(s string) string {
	if !strings.ContainsAny(s, "<[>") {
		return s
	}
	var b strings.Builder
	before := rune(0)
	for i, r := range s {
		if r == '>' && (before == '|' || before == '｜' || before == '>') {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before = r
		switch rest := s[i+utf8.RuneLen(r):]; {
		case r == '<' && (strings.HasPrefix(rest, "|") || strings.HasPrefix(rest, "｜") || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "<") || tagged(rest)),
			r == '[' && (strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "INST")):
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// tagged reports whether s, which follows a "<", closes as a tag of one word soon.
func tagged(s string) bool {
	if s == "" || !(s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') {
		return false
	}
	for i := 0; i < len(s) && i < 40; i++ {
		switch c := s[i]; {
		case c == '>':
			return true
		case c|0x20 >= 'a' && c|0x20 <= 'z', c == '_', c == '-', c >= '0' && c <= '9':
		default:
			return false
		}
	}
	return false
}
