package judged

import (
	"strings"
	"unicode"
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
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
	s = disarm(strings.Trim(s, "\n"))
	return mark + strings.ReplaceAll(s, "\n", "\n"+mark)
}

// openers and closers bound the special tokens of chat templates: <|im_end|>, </s>, [INST], <start_of_turn>, <think>, <<SYS>>,
// <｜User｜>.
var (
	openers = strings.NewReplacer("<|", "< |", "<｜", "< ｜", "</", "< /", "<<", "< <", "[/", "[ /", "[INST", "[ INST", "<s>", "< s>", "<bos>", "< bos>", "<eos>", "< eos>")
	closers = strings.NewReplacer("|>", "| >", "｜>", "｜ >", ">>", "> >")
)

func disarm(s string) string {
	if !strings.ContainsAny(s, "<[>") {
		return s
	}
	s = closers.Replace(openers.Replace(s))
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '<' && i+1 < len(s) && (s[i+1]|0x20 >= 'a' && s[i+1]|0x20 <= 'z') && tagged(s[i+1:]) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// tagged reports whether s, which follows a "<", closes as a tag of one word soon.
func tagged(s string) bool {
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
