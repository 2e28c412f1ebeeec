package main

import (
	"errors"
	"fmt"

	"github.com/viva-eval/viva/reports/store"
)

// Exit codes. A script can tell a verdict on the model (1, 3) from a mistake in the command (2) and from a broken box (4).
const (
	exitOK             = 0
	exitFailed         = 1   // a promise about the data was broken: lint findings, a failed gate
	exitUsage          = 2   // the command line, a plan or a suite is wrong
	exitInconclusive   = 3   // a gate has too little evidence for a verdict
	exitInfrastructure = 4   // the target, the disk or viva itself failed, or nothing could be scored
	exitInterrupted    = 130 // Ctrl-C or SIGTERM
)

// exit is an error that carries its exit code and, where there is one, the hint that repairs the command. A nil err means that
// everything has been said.
type exit struct {
	code int
	err  error
	hint string
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func (e *exit) withHint(format string, args ...any) *exit {
	e.hint = fmt.Sprintf(format, args...)
	return e
}

func usage(format string, args ...any) *exit {
	return &exit{code: exitUsage, err: fmt.Errorf(format, args...)}
}

func infrastructure(format string, args ...any) *exit {
	return &exit{code: exitInfrastructure, err: fmt.Errorf(format, args...)}
}

// exitFor gives an error of any kind its exit code. A results file that is something else is a slip of the user's, a disk that is
// full is the machine's; what has no code of its own is taken for an internal failure.
func exitFor(err error) *exit {
	var e *exit
	if errors.As(err, &e) {
		return e
	}
	var file *store.FileError
	if errors.As(err, &file) {
		switch file.Problem {
		case store.OtherProblem, store.Busy, store.Full:
			return infrastructure("%w", err).withHint("%s", file.Hint())
		}
		return usage("%w", err).withHint("%s", file.Hint())
	}
	return infrastructure("%w", err)
}
