package main

import (
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/compare"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/audit"
	"github.com/viva-eval/viva/scorers/grounded"
	"github.com/viva-eval/viva/suites"
)

// This file is the only place where names become things. To add an arm, a scorer or a format, write it in a file of
// its own package and add a line to a list here. (Importers are listed by their package: suites.Importers.)

// arms are the conditions of the examination, in the order in which reports show them.
var arms = []struct {
	name string
	book func(*suites.Suite) runners.Book
}{
	{runners.ClosedBook, func(*suites.Suite) runners.Book { return nil }},
	{runners.Oracle, func(s *suites.Suite) runners.Book { return runners.OracleBook{Suite: s} }},
	{runners.Retrieved, func(s *suites.Suite) runners.Book { return runners.FromRetriever(retrieval.NewBM25(s.Passages)) }},
}

// retrieverName is the retriever behind the arm "retrieved".
const retrieverName = "bm25"

func armNames() []string {
	var names []string
	for _, a := range arms {
		names = append(names, a.name)
	}
	return names
}

// buildArms makes the named arms, in the catalogue's order.
func buildArms(names []string, s *suites.Suite, k int) []runners.Arm {
	var built []runners.Arm
	for _, a := range arms {
		for _, name := range names {
			if a.name == name {
				built = append(built, runners.Arm{Name: name, Book: a.book(s), K: k})
			}
		}
	}
	return built
}

// scorer judges the runs.
var scorer scorers.Scorer = scorers.Facts{}

// auditable are the scorers that can sit an examination themselves.
var auditable = []audit.Candidate{
	{Scorer: scorers.Facts{}, Gold: true},
	{Scorer: grounded.Scorer{}},
}

// reportFormats write a report; rowFormats write the graded trials one by one. Both are chosen by a file's extension.
var (
	reportFormats = []struct {
		extension string
		write     reports.Format
	}{
		{".json", reports.JSON},
		{".md", reports.Markdown},
		{".html", reports.HTML},
	}
	rowFormats = []struct {
		extension string
		write     func(io.Writer, runners.Run, iter.Seq2[scorers.Graded, error]) error
	}{
		{".csv", reports.CSV},
		{".jsonl", reports.JSONL},
	}
)

// comparisonFormats write a comparison.
var comparisonFormats = []struct {
	extension string
	write     compare.Format
}{
	{".json", compare.JSON},
	{".md", compare.Markdown},
	{".html", compare.HTML},
}

func formatNames() string {
	var names []string
	for _, f := range rowFormats {
		names = append(names, f.extension)
	}
	for _, f := range reportFormats {
		names = append(names, f.extension)
	}
	return strings.Join(names, " ")
}

// extension is what chooses a format: the end of the name, in lower case.
func extension(name string) string { return strings.ToLower(filepath.Ext(name)) }

// unknownFormat lists the formats there are.
func unknownFormat(name string) error {
	return usage("write %s: no format for the extension %q", name, extension(name)).withHint("choose from: %s", formatNames())
}
