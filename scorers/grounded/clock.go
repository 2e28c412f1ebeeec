package grounded

import (
	"strings"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// clock is a time of day in minutes after midnight. vague: it may be in either half of the day ("7:30" alone).
type clock struct {
	text.Span
	minute int
	vague  bool
}

const (
	halfDay = 12 * 60
	fullDay = 24 * 60
)

// clocks finds the times of day of a text, in order: "7 AM", "7:30 p.m.", "19:00", "noon", "midnight", 下午3点半, "शाम 5 बजे".
func clocks(s string) []clock {
	var out []clock
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			end := digits(s, i)
			if k, ok := clockAt(s, i, end); ok {
				out = append(out, k)
				end = k.End
			}
			i = end
			continue
		case c|0x20 == 'n' || c|0x20 == 'm':
			if wordStart(s, i) {
				for _, w := range [...]struct {
					name   string
					minute int
				}{{"noon", halfDay}, {"midday", halfDay}, {"midnight", 0}} {
					if n := len(w.name); len(s)-i >= n && strings.EqualFold(s[i:i+n], w.name) && (i+n == len(s) || !letter(s[i+n])) {
						out = append(out, clock{Span: text.Span{Start: i, End: i + n}, minute: w.minute})
						break
					}
				}
			}
		}
		i++
	}
	return out
}

// clockAt reads a time of day whose hour is the digits s[i:end].
func clockAt(s string, i, end int) (clock, bool) {
	if end-i > 2 || i > 0 && (s[i-1] == '.' || s[i-1] == ',' || s[i-1] == ':' || s[i-1] == '$') {
		return clock{}, false
	}
	hour, minute, colon := number(s[i:end]), 0, false
	if end+1 < len(s) && s[end] == ':' {
		if e := digits(s, end+1); e > end+1 && e-end <= 3 {
			minute, colon, end = number(s[end+1:e]), true, e
			if end < len(s) && s[end] == ':' { // a time with seconds is a time stamp's
				if e := digits(s, end+1); e > end+1 {
					end = e
				}
			}
		}
	}
	k := clock{Span: text.Span{Start: i, End: end}}
	at := end
	for at < len(s) && at-end < 3 && (s[at] == ' ' || strings.HasPrefix(s[at:], "\u202f")) {
		_, n := utf8.DecodeRuneInString(s[at:])
		at += n
	}
	switch half, n := meridian(s[at:]); {
	case n > 0:
		if hour > 12 && half == 'p' { // "19:00 pm"
			hour -= 12
		}
		if hour > 12 {
			return k, false
		}
		hour %= 12
		if half == 'p' {
			hour += 12
		}
		k.End = at + n
	case strings.HasPrefix(s[end:], "点") || strings.HasPrefix(s[end:], "點"):
		k.End = end + len("点")
		if strings.HasPrefix(s[k.End:], "半") {
			minute = 30
			k.End += len("半")
		}
		hour, k.vague = partOfDay(s[:i], hour)
	case strings.HasPrefix(s[at:], "बजे"):
		k.End = at + len("बजे")
		hour, k.vague = partOfDay(s[:i], hour)
	case colon:
		k.vague = hour >= 1 && hour <= 12
	default:
		return k, false
	}
	if hour > 24 || minute > 59 {
		return k, false
	}
	k.minute = hour%24*60 + minute
	return k, true
}

// partOfDay settles an hour by the word for the part of the day that stands before it.
func partOfDay(before string, hour int) (h int, vague bool) {
	before = strings.TrimRight(before, " ")
	for _, w := range [...]string{"下午", "晚上", "傍晚", "शाम", "रात", "दोपहर"} {
		if strings.HasSuffix(before, w) {
			if hour < 12 {
				hour += 12
			}
			return hour, false
		}
	}
	for _, w := range [...]string{"上午", "早上", "凌晨", "सुबह"} {
		if strings.HasSuffix(before, w) {
			return hour % 12, false
		}
	}
	return hour, hour >= 1 && hour <= 12
}

// meridian reads "am", "a.m.", "PM" at the head of s; n is its length, 0 when there is none.
func meridian(s string) (half byte, n int) {
	if len(s) < 2 {
		return 0, 0
	}
	half = s[0] | 0x20
	if half != 'a' && half != 'p' {
		return 0, 0
	}
	n = 1
	if s[n] == '.' {
		n++
	}
	if n >= len(s) || s[n]|0x20 != 'm' {
		return 0, 0
	}
	n++
	if n < len(s) && letter(s[n]) {
		return 0, 0
	}
	return half, n
}

// same reports whether two times of day may be one.
func (c clock) same(d clock) bool {
	return c.minute == d.minute || (c.vague || d.vague) && c.minute%halfDay == d.minute%halfDay
}

// dial is a set of times of day.
type dial struct {
	exact [fullDay]bool // said with the half of the day, or on 24 hours
	vague [halfDay]bool // said without
	any   [halfDay]bool // either
}

func (d *dial) add(c clock) {
	d.any[c.minute%halfDay] = true
	if c.vague {
		d.vague[c.minute%halfDay] = true
		return
	}
	d.exact[c.minute] = true
}

// has reports whether a time that may be c is in the set.
func (d *dial) has(c clock) bool {
	if c.vague {
		return d.any[c.minute%halfDay]
	}
	return d.exact[c.minute] || d.vague[c.minute%halfDay]
}

func digits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// number reads at most three digits.
func number(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 3; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func wordStart(s string, i int) bool { return i == 0 || !letter(s[i-1]) }
