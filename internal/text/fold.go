package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold brings a text into the form in which texts are compared: [Normalize], Unicode case folding, and Latin letters without
// their accents ("Café Straße" is "cafe strasse"). Marks of other scripts are kept, since a Devanagari vowel sign is a vowel.
// It returns s itself, without allocating, when there is nothing to do.
func Fold(s string) string {
	s = Normalize(s)
	upper, foreign := false, false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			upper = upper || 'A' <= c && c <= 'Z'
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !caseless(r) {
			foreign = true
			break
		}
		i += n
	}
	switch {
	case foreign:
		return foldForeign(s)
	case upper:
		return lowerASCII(s)
	}
	return s
}

// caseless reports whether r, beyond ASCII, has neither case nor a Latin accent.
func caseless(r rune) bool {
	return isDevanagari(r) || isHan(r) || r >= 0x0964 && r <= 0x0965 || r >= 0x2000 && r <= 0x209F || r >= 0x20A0 && r <= 0x20CF ||
		r >= 0x2190 && r <= 0x245F || r >= 0x2500 && r <= 0x2BFF || r >= 0x3000 && r <= 0x33FF || r >= 0xAC00 && r <= 0xD7A3 ||
		r >= 0xFF01 && r <= 0xFF20 || r == '°' || r == '±' || r == '×' || r == '§' || r == '£' || r == '¥'
}

// unaccented spells the Latin letters that no decomposition takes apart.
var unaccented = map[rune]string{
	'ø': "o", 'đ': "d", 'ł': "l", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe",
}

func foldForeign(s string) string {
	s = norm.NFD.String(cases.Fold().String(s))
	var b strings.Builder
	b.Grow(len(s))
	latin := false // the last base letter was Latin
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			latin = 'a' <= r && r <= 'z'
			b.WriteRune(r)
		case r >= 0x0300 && r <= 0x036F && latin: // accent on a Latin letter
		case unaccented[r] != "":
			latin = true
			b.WriteString(unaccented[r])
		default:
			if !unicode.Is(unicode.Mn, r) {
				latin = unicode.Is(unicode.Latin, r)
			}
			b.WriteRune(r)
		}
	}
	return norm.NFKC.String(b.String())
}

// lowerASCII lowers the ASCII letters of s and leaves every other byte alone.
func lowerASCII(s string) string {
	buf := make([]byte, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return string(buf)
}
