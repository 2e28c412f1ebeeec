package wire

import "unicode/utf8"

// scan reads the JSON of an ordinary stream event in one pass and without allocation. It must accept nothing that encoding/json
// refuses, and must understand what it accepts just as [decodeSlow] does; whatever is unusual it declines: keys that could match a
// field when letter case is ignored, repeated fields, several choices, odd types. One thing it does better: text that is not valid
// UTF-8, or has halves of surrogate pairs, is kept as it is, so that runes cut between events can be joined; see [mend].
type scan struct {
	b       []byte
	i       int
	depth   int
	scratch []byte // unescaped text; slices of it stay valid, as it is only ever replaced by larger arrays
}

const maxDepth = 64

func (s *scan) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// is consumes c after white space.
func (s *scan) is(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scan) peek() byte {
	s.space()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scan) word(w string) bool {
	if len(s.b)-s.i >= len(w) && string(s.b[s.i:s.i+len(w)]) == w {
		s.i += len(w)
		return true
	}
	return false
}

// raw consumes a string and gives what stands between its quotes.
func (s *scan) raw() (text []byte, escaped, ok bool) {
	if !s.is('"') {
		return nil, false, false
	}
	start := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start : s.i-1], escaped, true
		case c == '\\':
			escaped = true
			if s.i+1 >= len(s.b) {
				return nil, false, false
			}
			switch s.b[s.i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				s.i += 2
			case 'u':
				if _, ok := hex4(s.b[s.i+2:]); !ok {
					return nil, false, false
				}
				s.i += 6
			default:
				return nil, false, false
			}
		case c < ' ':
			return nil, false, false
		default:
			s.i++
		}
	}
	return nil, false, false
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	r := rune(0)
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// text consumes a string or null and gives the string's text.
func (s *scan) text() ([]byte, bool) {
	if s.peek() == 'n' {
		return nil, s.word("null")
	}
	raw, escaped, ok := s.raw()
	if !ok || !escaped {
		return raw, ok
	}
	start := len(s.scratch)
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			s.scratch = append(s.scratch, raw[i])
			i++
			continue
		}
		c := raw[i+1]
		i += 2
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r, _ := hex4(raw[i:])
			i += 4
			s.scratch = appendUnit(s.scratch, r)
			continue
		}
		s.scratch = append(s.scratch, c)
	}
	return s.scratch[start:len(s.scratch):len(s.scratch)], true
}

// appendUnit writes a UTF-16 unit: as UTF-8, or half of a pair as the three bytes that [mend] knows.
func appendUnit(b []byte, r rune) []byte {
	if r < 0xD800 || r > 0xDFFF {
		return utf8.AppendRune(b, r)
	}
	return append(b, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
}

// count consumes a small whole number or null.
func (s *scan) count() (int, bool) {
	if s.peek() == 'n' {
		return 0, s.word("null")
	}
	start, n := s.i, 0
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		n = n*10 + int(s.b[s.i]-'0')
		s.i++
	}
	width := s.i - start
	if width == 0 || width > 15 || width > 1 && s.b[start] == '0' {
		return 0, false
	}
	if s.i < len(s.b) {
		switch s.b[s.i] {
		case '.', 'e', 'E':
			return 0, false
		}
	}
	return n, true
}

func (s *scan) digits() bool {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

// skip consumes any value, as strictly as encoding/json.
func (s *scan) skip() bool {
	switch c := s.peek(); {
	case c == '"':
		_, _, ok := s.raw()
		return ok
	case c == 'n':
		return s.word("null")
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == '{':
		return s.object(func([]byte) bool { return s.skip() })
	case c == '[':
		return s.array(s.skip)
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	}
	return false
}

func (s *scan) number() bool {
	if s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return false
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return false
		}
	}
	if s.i < len(s.b) && s.b[s.i]|0x20 == 'e' {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		return s.digits()
	}
	return true
}

// object consumes an object; field is called at each value and consumes it.
func (s *scan) object(field func(key []byte) bool) bool {
	if s.depth++; s.depth > maxDepth || !s.is('{') {
		return false
	}
	defer func() { s.depth-- }()
	if s.is('}') {
		return true
	}
	for {
		s.space()
		key, escaped, ok := s.raw()
		if !ok || escaped || !s.is(':') || !field(key) {
			return false
		}
		if s.is('}') {
			return true
		}
		if !s.is(',') {
			return false
		}
	}
}

func (s *scan) array(element func() bool) bool {
	if s.depth++; s.depth > maxDepth || !s.is('[') {
		return false
	}
	defer func() { s.depth-- }()
	if s.is(']') {
		return true
	}
	for {
		if !element() {
			return false
		}
		if s.is(']') {
			return true
		}
		if !s.is(',') {
			return false
		}
	}
}
