package text

import (
	"strings"
	"unicode/utf8"
)

// hindiSuffixes are inflections of nouns, adjectives and verbs, by length in runes; index 0 holds those of five runes. The idea
// of a light stemmer that strips the longest of a fixed list is Ramanathan and Rao's (2003).
var hindiSuffixes = [...][]string{
	strings.Fields("ाएंगी ाएंगे ाऊंगी ाऊंगा ाइयाँ ाइयों ाइयां"),
	strings.Fields("ाएगी ाएगा ाओगी ाओगे एंगी ेंगी एंगे ेंगे ूंगी ूंगा ातीं नाओं नाएं ताओं ताएं ियाँ ियों ियां"),
	strings.Fields("ाकर ाइए ाईं ाया ेगी ेगा ोगी ोगे ाने ाना ाते ाती ाता तीं ाओं ाएं ुओं ुएं ुआं"),
	strings.Fields("कर ाओ िए ाई ाए ने नी ना ते ीं ती ता ां ों ें"),
	strings.Fields("ो े ू ु ी ि ा"),
}

// hindiSpelling unifies spellings that writers use for one another: the dot under a letter is often left out, and the two
// nasal signs are exchanged.
var hindiSpelling = strings.NewReplacer("़", "", "ँ", "ं", "ॅ", "े", "ॉ", "ा")

// stemHindi strips the longest inflection from a folded word, so long as two letters of the stem remain.
func stemHindi(w string) string {
	w = hindiSpelling.Replace(w)
	length := utf8.RuneCountInString(w)
	for i, list := range hindiSuffixes {
		size := len(hindiSuffixes) - i
		if length-size < 2 {
			continue
		}
		for _, suffix := range list {
			if strings.HasSuffix(w, suffix) {
				return w[:len(w)-len(suffix)]
			}
		}
	}
	return w
}
