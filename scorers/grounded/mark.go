package grounded

import "strings"

// longestMark is how many bytes a mark of citation has at most.
const longestMark = 80

// bare blanks out the marks of citation in an answer, byte for byte: they point at passages and claim nothing. A mark is a pair of
// square brackets around words without spaces but after commas and semicolons ("[2]", "[1, 3]", "[hr-leave-2026]"), that opens no link.
func bare(s string) string {
	if !strings.Contains(s, "[") {
		return s
	}
	b := []byte(s)
	for i := 0; i < len(b); i++ {
		if b[i] != '[' {
			continue
		}
		end := i + 1
		for end < len(b) && end-i <= longestMark && inMark(b, end) {
			end++
		}
		if end > i+1 && end < len(b) && b[end] == ']' && (end+1 == len(b) || b[end+1] != '(') {
			for k := i; k <= end; k++ {
				b[k] = ' '
			}
			i = end
		}
	}
	return string(b)
}

func inMark(b []byte, i int) bool {
	switch b[i] {
	case ']', '[', '\n', '\r', '\t':
		return false
	case ' ':
		return b[i-1] == ',' || b[i-1] == ';'
	}
	return true
}
