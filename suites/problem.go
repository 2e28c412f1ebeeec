package suites

import (
	"fmt"
	"slices"
	"strings"
)

// maxProblems is how many problems of one folder are kept; the rest is counted.
const maxProblems = 20

// Problem is one thing wrong in a suite folder: where it stands, what is wrong, and what to write instead.
type Problem struct {
	File    string
	Line    int // from 1; 0: the file as a whole
	Column  int // from 1, in characters; 0: the line as a whole
	Message string
}

// Error gives the problem as file:line:column: message.
func (p Problem) Error() string {
	switch {
	case p.Line == 0:
		return p.File + ": " + p.Message
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// LoadError lists what is wrong in a suite folder. [Load] keeps the first twenty problems, in order of file and line.
type LoadError struct {
	Dir      string
	Problems []Problem
	More     int // problems beyond those listed
}

// Error lists the problems, one a line when there are several.
func (e *LoadError) Error() string {
	if len(e.Problems) == 1 && e.More == 0 {
		return "load suite: " + e.Problems[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "load suite %s: %d problems", e.Dir, len(e.Problems)+e.More)
	for _, p := range e.Problems {
		b.WriteString("\n  " + p.Error())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n  and %d more", e.More)
	}
	return b.String()
}

// Unwrap gives the problems one by one, for [errors.As].
func (e *LoadError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// problems collects what is wrong while a folder is read.
type problems struct {
	list []Problem
	more int
}

func (ps *problems) add(file string, line, column int, format string, args ...any) {
	if len(ps.list) == maxProblems {
		ps.more++
		return
	}
	ps.list = append(ps.list, Problem{File: file, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

func (ps *problems) err(dir string) error {
	if len(ps.list) == 0 {
		return nil
	}
	return &LoadError{Dir: dir, Problems: ps.list, More: ps.more}
}

// choices renders a closed set for a message: `"a", "b" or "c"`.
func choices[S ~string](set []S) string {
	quoted := make([]string, len(set))
	for i, s := range set {
		quoted[i] = fmt.Sprintf("%q", string(s))
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// oneOf says whether s belongs to the set, and if not, what the choices are.
func oneOf[S ~string](s string, set []S) error {
	if slices.Contains(set, S(s)) {
		return nil
	}
	return fmt.Errorf("%s is not known: choose %s", quote(s), choices(set))
}
