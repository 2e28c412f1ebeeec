package text

import "unicode"

// hanWeight makes up for the density of Chinese: one character stands for about three letters of an alphabet, so that a
// Chinese sentence that names a product in Latin letters stays Chinese.
const hanWeight = 3

// Detect names the language of a text by the script that most of its letters belong to: "zh" for Han, "hi" for Devanagari,
// "en" for everything else and for a text without letters.
func Detect(s string) string {
	var han, devanagari, other int
	for _, r := range s {
		switch {
		case r < 0x80:
			if 'a' <= r|0x20 && r|0x20 <= 'z' {
				other++
			}
		case isDevanagari(r):
			devanagari++
		case isHan(r):
			han += hanWeight
		case unicode.IsLetter(r):
			other++
		}
	}
	switch {
	case han > devanagari && han > other:
		return "zh"
	case devanagari >= han && devanagari > other:
		return "hi"
	}
	return "en"
}
