package reports

import (
	"regexp"
	"strings"
)

// guard keeps a text from being run as a formula by a spreadsheet that opens the file: one that begins with = + - @, the wide forms of
// these, a tab or a line break gets an apostrophe before it, unless it is a plain number. So does one in which apostrophes alone stand
// before such a beginning, so that taking one off every cell that looks guarded gives back every text.
func guard(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.ContainsRune("=+-@＝＋－＠\t\r\n", firstRune(rest)) && !plainNumber.MatchString(s) {
		return "'" + s
	}
	return s
}

func firstRune(s string) rune {
	for _, c := range s {
		return c
	}
	return 0
}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
