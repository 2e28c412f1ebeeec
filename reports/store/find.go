package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/viva-eval/viva/runners"
)

// Latest is the reference that names the newest run.
const Latest = "latest"

// RunError says that a reference names no single run.
type RunError struct {
	Ref     string
	Matches []string // several: the reference is ambiguous. None: there is no such run.
	Nearest []string // where there is none: what may have been meant, the best guess first; empty when the file holds no runs
}

func (e *RunError) Error() string {
	switch {
	case len(e.Matches) > 0:
		return fmt.Sprintf("find run %q: several begin so: %s", e.Ref, strings.Join(e.Matches, ", "))
	case len(e.Nearest) > 0:
		return fmt.Sprintf("find run %q: there is none; did you mean %s", e.Ref, strings.Join(e.Nearest, ", "))
	}
	return fmt.Sprintf("find run %q: the file holds no runs", e.Ref)
}

// Run returns the run that ref names: an id, the beginning of exactly one id, or "latest". The error is a [*RunError] when
// it names none or several.
func (f *File) Run(ctx context.Context, ref string) (runners.Run, error) {
	runs, err := f.Runs(ctx)
	if err != nil {
		return runners.Run{}, err
	}
	if ref == Latest && len(runs) > 0 {
		return runs[0], nil
	}
	var matches []runners.Run
	for _, r := range runs {
		if r.ID == ref {
			return r, nil
		}
		if ref != "" && strings.HasPrefix(r.ID, ref) {
			matches = append(matches, r)
		}
	}
	switch len(matches) {
	case 1:
		return matches[0], nil
	case 0:
		return runners.Run{}, &RunError{Ref: ref, Nearest: nearest(ref, runs)}
	}
	e := &RunError{Ref: ref}
	for _, r := range matches {
		e.Matches = append(e.Matches, r.ID)
	}
	return runners.Run{}, e
}

// nearest returns up to three ids by edit distance to ref, newer ones first among equals.
func nearest(ref string, runs []runners.Run) []string {
	var ids []string
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	slices.SortStableFunc(ids, func(a, b string) int {
		return levenshtein.Distance(ref, a, nil) - levenshtein.Distance(ref, b, nil)
	})
	return ids[:min(3, len(ids))]
}

// notFound is the error of an id that the caller believed to exist.
func (f *File) notFound(ctx context.Context, id string) error {
	runs, err := f.Runs(ctx)
	if err != nil {
		return err
	}
	return &RunError{Ref: id, Nearest: nearest(id, runs)}
}
