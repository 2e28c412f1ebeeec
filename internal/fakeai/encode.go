package fakeai

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// quote appends s as a JSON string. Bytes that are no UTF-8 go through as they are, as servers that decode token by token send
// them; with ascii they become \ufffd.
func quote(dst []byte, s string, ascii bool) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				dst = append(dst, '\\', c)
			case c == '\n':
				dst = append(dst, '\\', 'n')
			case c < 0x20:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			default:
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case !ascii:
			dst = append(dst, s[i:i+n]...)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			dst = escape(escape(dst, hi), lo)
		default:
			dst = escape(dst, r)
		}
		i += n
	}
	return append(dst, '"')
}

func escape(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

func (u Usage) append(dst []byte) []byte {
	dst = append(dst, `{"prompt_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.Prompt), 10)
	dst = append(dst, `,"completion_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.Completion), 10)
	dst = append(dst, `,"total_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.Prompt+u.Completion), 10)
	if u.Reasoning > 0 {
		dst = append(dst, `,"completion_tokens_details":{"reasoning_tokens":`...)
		dst = strconv.AppendInt(dst, int64(u.Reasoning), 10)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// frame is the form in which events are put on the line.
type frame struct {
	space, multi, fields bool
	eols                 []string // by turns, one kind an event; none: LF
	n                    int      // events framed so far
	scratch              []byte
}

func framed(s set) frame {
	f := frame{space: !s.has(NoSpace), multi: s.has(MultilineData), fields: s.has(EventFields)}
	switch {
	case s.has(LineCR):
		f.eols = []string{"\r"}
	case s.has(LineCRLF):
		f.eols = []string{"\r\n"}
	case s.has(LineMixed):
		f.eols = []string{"\n", "\r\n", "\r"}
	}
	return f
}

// event appends an event with data.
func (f *frame) event(dst, data []byte) []byte {
	b := f.scratch[:0]
	if f.fields {
		b = append(b, "event: message\nid: "...)
		b = strconv.AppendInt(b, int64(f.n), 10)
		b = append(b, "\nretry: 3000\nx-route: replica-7\nalone\n"...)
	}
	if f.multi {
		var lines bytes.Buffer
		if json.Indent(&lines, data, "", " ") == nil {
			data = lines.Bytes()
		}
	}
	for line := range bytes.SplitSeq(data, []byte{'\n'}) {
		b = append(b, "data:"...)
		if f.space {
			b = append(b, ' ')
		}
		b = append(append(b, line...), '\n')
	}
	return f.raw(dst, append(b, '\n'))
}

// raw appends lines that end with LF, in the line ends of the form.
func (f *frame) raw(dst, lines []byte) []byte {
	f.scratch = lines
	f.n++
	if len(f.eols) == 0 {
		return append(dst, lines...)
	}
	return append(dst, bytes.ReplaceAll(lines, []byte{'\n'}, []byte(f.eols[f.n%len(f.eols)]))...)
}
