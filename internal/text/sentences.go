package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences returns the sentences of s in order, without the space around them; together they hold every character of s that is
// not space.
//
//  1. A line end always ends a sentence, so that headings, list items and table rows stand alone; so does an inline bullet.
//  2. 。！？； । ॥ end a sentence wherever they stand.
//  3. '!' and '?' end one before a space, a Han character or the end, unless a lower-case letter follows.
//  4. '.' does so too, but not after a title ("Dr."), an initial, an abbreviation inside its sentence ("e.g.", "No. 7",
//     "Acme Inc. has"), or the number of a list item.
//
// Closing quotes and brackets go with the sentence they close.
func Sentences(s string) []Span {
	if s == "" {
		return nil
	}
	out := make([]Span, 0, len(s)/80+1)
	start := 0
	add := func(end int) {
		if p := trim(s, start, end); p.End > p.Start {
			out = append(out, p)
		}
		start = end
	}
	lineStart := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c == '|' && trim(s, lineStart, i+1).Start == i { // a table row is one sentence, whatever stands in its cells
			if n := strings.IndexAny(s[i:], "\n\r"); n >= 0 {
				i += n
			} else {
				i = len(s)
			}
			continue
		}
		if c < utf8.RuneSelf {
			switch c {
			case '\n', '\r', '\v', '\f':
				add(i)
				i++
				lineStart = i
				continue
			case '.', '!', '?':
				end := closers(s, terminators(s, i+1))
				lone := c == '.' && end == i+1
				if lone && ends(s, lineStart, i) || !lone && opens(s, end) {
					add(end)
				}
				i = end
				continue
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '。', '！', '？', '；', '।', '॥', '｡', '．':
			end := closers(s, terminators(s, i+n))
			add(end)
			i = end
			continue
		case 0x85, 0x2028, 0x2029:
			add(i)
			i += n
			lineStart = i
			continue
		case '•', '●', '▪', '‣', '◦':
			add(i)
		}
		i += n
	}
	add(len(s))
	return out
}

// terminators returns the end of the run of sentence marks at i.
func terminators(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '.', '!', '?', '。', '！', '？', '।', '॥', '…':
			i += n
		default:
			return i
		}
	}
	return i
}

// closers returns the end of the run of closing quotes, brackets and Markdown emphasis at i.
func closers(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '"', '\'', ')', ']', '}', '*', '”', '’', '»', '」', '』', '）', '】', '》', '〉':
			i += n
		default:
			return i
		}
	}
	return i
}

// opens reports whether a sentence may begin at i: at the end, or at a Han character, or after space when no lower-case letter
// follows.
func opens(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	if isHan(r) {
		return true
	}
	if !unicode.IsSpace(r) {
		return false
	}
	return !unicode.IsLower(nextRune(s, i))
}

// nextRune returns the first rune at or after i that is no space on the same line, 0 when there is none.
func nextRune(s string, i int) rune {
	for _, r := range s[i:] {
		if r == '\n' || !unicode.IsSpace(r) {
			return r
		}
	}
	return 0
}

// ends reports whether the full stop at dot ends a sentence of the line that starts at lineStart.
func ends(s string, lineStart, dot int) bool {
	if !opens(s, dot+1) {
		return false
	}
	next := nextRune(s, dot+1)
	if next == 0 || next == '\n' {
		return true
	}
	word := wordBefore(s, lineStart, dot)
	if word == "" {
		return true
	}
	if isNumber(word) {
		return strings.TrimLeft(s[lineStart:dot-len(word)], " \t>*-") != "" // "1. First" is a list item
	}
	if len(word) == 1 && isLetter(word[0]) || strings.Contains(word, ".") { // initials, "e.g", "U.S", "p.m"
		switch lowerASCII(word) {
		case "e.g", "i.e", "cf", "viz":
			return false
		}
		return strings.Contains(word, ".") && !shortDotted(word) || starter(s, dot+1)
	}
	kind, known := abbreviations[lowerASCII(word)]
	if !known {
		return true
	}
	switch kind {
	case beforeName:
		return false
	case beforeNumber:
		return !unicode.IsDigit(next)
	default:
		return starter(s, dot+1)
	}
}

type abbreviation uint8

const (
	beforeName   abbreviation = iota // a title: a name follows
	beforeNumber                     // a number follows, else it was a word: "No."
	atEnd                            // may end its sentence: "Inc."
)

var abbreviations = map[string]abbreviation{
	"dr": beforeName, "mr": beforeName, "mrs": beforeName, "ms": beforeName, "prof": beforeName, "st": beforeName, "messrs": beforeName,
	"gen": beforeName, "col": beforeName, "lt": beforeName, "capt": beforeName, "hon": beforeName, "rev": beforeName, "vs": beforeName,
	"cf": beforeName, "approx": beforeName, "incl": beforeName, "excl": beforeName, "resp": beforeName, "mt": beforeName,
	"no": beforeNumber, "nos": beforeNumber, "art": beforeNumber, "sec": beforeNumber, "fig": beforeNumber, "figs": beforeNumber,
	"vol": beforeNumber, "pp": beforeNumber, "p": beforeNumber, "ch": beforeNumber, "para": beforeNumber, "cl": beforeNumber,
	"eq": beforeNumber, "ref": beforeNumber, "tel": beforeNumber, "ext": beforeNumber, "rs": beforeNumber,
	"jan": beforeNumber, "feb": beforeNumber, "mar": beforeNumber, "apr": beforeNumber, "jun": beforeNumber, "jul": beforeNumber,
	"aug": beforeNumber, "sep": beforeNumber, "sept": beforeNumber, "oct": beforeNumber, "nov": beforeNumber, "dec": beforeNumber,
	"inc": atEnd, "ltd": atEnd, "co": atEnd, "corp": atEnd, "llc": atEnd, "plc": atEnd, "pvt": atEnd, "bros": atEnd, "etc": atEnd,
	"jr": atEnd, "sr": atEnd, "al": atEnd, "dept": atEnd, "est": atEnd, "min": atEnd, "max": atEnd, "avg": atEnd,
}

// starters are words that begin sentences far oftener than they follow an abbreviation within one.
var starters = map[string]bool{
	"the": true, "a": true, "an": true, "it": true, "its": true, "this": true, "that": true, "these": true, "those": true, "in": true,
	"on": true, "at": true, "for": true, "from": true, "if": true, "when": true, "he": true, "she": true, "they": true, "we": true,
	"you": true, "i": true, "all": true, "each": true, "no": true, "there": true, "however": true, "as": true, "after": true,
	"before": true, "with": true, "by": true, "to": true, "our": true, "your": true, "their": true, "his": true, "her": true,
	"please": true, "any": true, "both": true, "but": true, "and": true, "since": true, "under": true, "every": true,
}

// starter reports whether the word after i is capitalised and one of the starters, or is not Latin at all.
func starter(s string, i int) bool {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '"' || s[i] == '(') {
		i++
	}
	end := i
	for end < len(s) && isLetter(s[end]) {
		end++
	}
	if end == i {
		return i >= len(s) || s[i] >= utf8.RuneSelf
	}
	return starters[lowerASCII(s[i:end])]
}

// wordBefore returns the run of letters, digits and inner full stops that ends at end.
func wordBefore(s string, from, end int) string {
	i := end
	for i > from {
		c := s[i-1]
		if isAlnum(c) || c == '.' && i < end {
			i--
			continue
		}
		break
	}
	if i > from && s[i-1] >= utf8.RuneSelf { // the tail of a word in another script
		return ""
	}
	return s[i:end]
}

// shortDotted reports whether every part of a dotted word is one or two letters: "U.S", "p.m", "Ph.D".
func shortDotted(w string) bool {
	for part := range strings.SplitSeq(w, ".") {
		if len(part) == 0 || len(part) > 2 || isDigit(part[0]) {
			return false
		}
	}
	return true
}

func isNumber(w string) bool {
	for i := 0; i < len(w); i++ {
		if !isDigit(w[i]) {
			return false
		}
	}
	return w != ""
}

// trim returns the span of s[start:end] without the space at its ends.
func trim(s string, start, end int) Span {
	for start < end {
		r, n := utf8.DecodeRuneInString(s[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(s[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	return Span{start, end}
}
