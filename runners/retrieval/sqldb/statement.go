package sqldb

import (
	"fmt"
	"slices"
	"strings"
)

// reading are the words with which a statement may begin. That nothing is written is the database's business, not this list's: it is
// here so that an examinee is told at once what the tool is for.
var reading = []string{"SELECT", "WITH", "VALUES", "EXPLAIN"}

// single returns the one statement of the text, without the semicolon at its end. Anything else is a *refusal.
func single(d dialect, sql string) (string, error) {
	end := len(sql)
	for _, t := range d.tokens(sql) {
		switch {
		case t.kind == symbol && sql[t.start] == ';':
			end = min(end, t.start)
		case t.kind != space && end < len(sql):
			return "", &refusal{"only one statement at a time"}
		}
	}
	sql = sql[:end]
	first := firstWord(d, sql)
	if !slices.Contains(reading, strings.ToUpper(first)) {
		return "", &refusal{fmt.Sprintf("a statement must begin with %s; this one begins with %q", strings.Join(reading, ", "), first)}
	}
	return sql, nil
}

// firstWord is the first word of a statement, behind comments and parentheses; what stands there instead of one; "" of nothing.
func firstWord(d dialect, sql string) string {
	for _, t := range d.tokens(sql) {
		if t.kind == space || t.kind == symbol && sql[t.start] == '(' {
			continue
		}
		return sql[t.start:t.end]
	}
	return ""
}
