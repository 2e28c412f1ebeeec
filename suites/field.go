package suites

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The checks on single fields that suite.yaml, front matter and item lines share. Each error says what to write instead; the
// caller puts the place and the field's name before it.

const isoDay = "2006-01-02"

var (
	namePattern     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	idPattern       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._#-]{0,127}$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2,3}$`)
	decimalPattern  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
)

func checkName(s string) error {
	if !namePattern.MatchString(s) {
		return fmt.Errorf("%s is no name: write lower-case letters, digits and single hyphens, such as meridian or q3-audit", quote(s))
	}
	return nil
}

func checkID(s string) error {
	if !idPattern.MatchString(s) {
		return fmt.Errorf("%s is no id: write up to 128 letters, digits and . _ # -, beginning with a letter or digit", quote(s))
	}
	return nil
}

// checkEvidence takes any id on one line: in a suite without passages it names one of a connector's, such as "hr/leave.pdf#page=3".
func checkEvidence(s string) error {
	if strings.TrimSpace(s) != s || s == "" || len(s) > 512 || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("%s is no passage's id: write it as it stands there, on one line and without spaces around it", quote(s))
	}
	return nil
}

func checkLanguage(s string) error {
	if !languagePattern.MatchString(s) {
		return fmt.Errorf("%s is no language: write a two- or three-letter tag in lower case, such as en, zh or hi", quote(s))
	}
	return nil
}

func checkDecimal(s string) error {
	if !decimalPattern.MatchString(s) {
		return fmt.Errorf("%s is no plain decimal: write digits with at most one point and no grouping, such as 1496500000 or -0.25", quote(s))
	}
	return nil
}

func checkText(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("is empty: write a value or leave the field out")
	case strings.ContainsRune(s, 0):
		return errors.New("holds a NUL character: remove it")
	}
	return nil
}

func parseDay(s string) (time.Time, error) {
	day, err := time.Parse(isoDay, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is no day of the calendar: write year-month-day, such as 2026-06-30", quote(s))
	}
	return day, nil
}

// maxQuoted is how much of a value a message repeats, in characters.
const maxQuoted = 60

// quote gives a value in quotes for a message, shortened in the middle.
func quote(s string) string {
	r := []rune(s)
	if len(r) <= maxQuoted {
		return strconv.Quote(s)
	}
	half := maxQuoted / 2
	return strconv.Quote(strings.TrimSpace(string(r[:half])) + " … " + strings.TrimSpace(string(r[len(r)-half:])))
}

// columnAt turns a byte offset of a line into a column counted in characters from 1.
func columnAt(line []byte, offset int) int {
	return utf8.RuneCount(line[:min(max(offset, 0), len(line))]) + 1
}

// decodeText prepares a text file for reading: the byte order mark goes, line ends become \n, and anything but UTF-8 is refused
// with the line on which it stands.
func decodeText(data []byte) (string, int, error) {
	s := strings.TrimPrefix(string(data), "\ufeff")
	if !utf8.ValidString(s) {
		line := 1
		for i, r := range s {
			if r == utf8.RuneError {
				if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
					break
				}
			}
			if r == '\n' {
				line++
			}
		}
		return "", line, errors.New("is not UTF-8: save the file in that encoding")
	}
	return unifyLines(s), 0, nil
}

// unifyLines turns the line ends of other systems into \n.
func unifyLines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
