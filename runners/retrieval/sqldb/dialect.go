package sqldb

import (
	"regexp"
	"strings"
)

// dialect is what must be known of a database's SQL to tell its strings, names and comments from the rest. The zero dialect is
// standard SQL.
type dialect struct {
	name          string // as people write it
	quote         string // around names
	backslash     bool   // \' does not end a string
	escapeStrings bool   // it does not in E'...' either
	dollar        bool   // $tag$ ... $tag$ is a string
	backtick      bool   // `name`
	bracket       bool   // [name]
	hash          bool   // # begins a comment
	spacedDashes  bool   // -- begins a comment only before white space
	nested        bool   // comments lie within comments
	numbered      bool   // bound values are $1, $2, ... instead of ?
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// ident writes a name as SQL takes it.
func (d dialect) ident(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return d.quote + strings.ReplaceAll(name, d.quote, d.quote+d.quote) + d.quote
}

// kind is what a token is.
type kind uint8

const (
	symbol kind = iota // anything else
	space              // white space and comments
	word               // a keyword, a bare name, a number
	quoted             // a string or a quoted name
	bound              // :name
)

// token is a stretch of SQL, from start to end.
type token struct {
	kind       kind
	start, end int
}

// tokens cuts SQL into tokens, which together are all of it. A string or comment without an end reaches to the end of the text.
func (d dialect) tokens(sql string) []token {
	var list []token
	for at := 0; at < len(sql); {
		k, n := d.next(sql[at:], list, sql)
		list = append(list, token{k, at, at + n})
		at += n
	}
	return list
}

// next is the kind and length of the token at the beginning of s, which is not empty.
func (d dialect) next(s string, before []token, all string) (kind, int) {
	c := s[0]
	switch {
	case isSpace(c):
		n := 1
		for n < len(s) && isSpace(s[n]) {
			n++
		}
		return space, n
	case strings.HasPrefix(s, "--") && (!d.spacedDashes || len(s) == 2 || s[2] <= ' '), c == '#' && d.hash:
		return space, through(s, strings.IndexByte(s, '\n'), 1)
	case strings.HasPrefix(s, "/*"):
		return space, d.comment(s)
	case c == '\'' || c == '"' || c == '`' && d.backtick:
		escapes := d.backslash && c != '`' || d.escapeStrings && c == '\'' && afterE(before, all)
		return quoted, closing(s, c, escapes)
	case c == '[' && d.bracket:
		return quoted, through(s, strings.IndexByte(s, ']'), 1)
	case c == '$' && d.dollar:
		if tag := dollarTag(s); tag != "" {
			return quoted, through(s, after(s, tag), len(tag))
		}
		return symbol, 1
	case strings.HasPrefix(s, "::"):
		return symbol, 2
	case c == ':' && len(s) > 1 && isLetter(s[1]):
		return bound, 1 + wordLength(s[1:])
	case isLetter(c) || c >= '0' && c <= '9':
		return word, wordLength(s)
	}
	return symbol, 1
}

// comment is the length of the comment at the beginning of s.
func (d dialect) comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch {
		case s[i] == '/' && s[i+1] == '*' && (d.nested || depth == 0):
			depth++
			i++
		case s[i] == '*' && s[i+1] == '/':
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// closing is the length of the string at the beginning of s. A doubled quote stands for itself, as two strings side by side would do.
func closing(s string, quote byte, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && escapes:
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}

// dollarTag is the tag $name$ at the beginning of s, or "".
func dollarTag(s string) string {
	n := 1
	if n < len(s) && isLetter(s[n]) {
		n += wordLength(s[n:])
	}
	if n < len(s) && s[n] == '$' {
		return s[:n+1]
	}
	return ""
}

// after is where part stands in s a second time, its first place being the beginning; -1 for nowhere.
func after(s, part string) int {
	if i := strings.Index(s[len(part):], part); i >= 0 {
		return i + len(part)
	}
	return -1
}

// through is the length up to and with what stands at i, or all of s where i is -1.
func through(s string, i, n int) int {
	if i < 0 {
		return len(s)
	}
	return i + n
}

// afterE reports whether the last token is the E before a string.
func afterE(before []token, all string) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	return last.kind == word && strings.EqualFold(all[last.start:last.end], "e")
}

func wordLength(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

// isLetter takes all of what is not ASCII for letters, as databases do.
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
