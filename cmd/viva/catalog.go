package main

import (
	"context"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/compare"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/lab"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/mcp"
	"github.com/viva-eval/viva/runners/retrieval/rest"
	"github.com/viva-eval/viva/runners/retrieval/sqldb"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/audit"
	"github.com/viva-eval/viva/scorers/cites"
	"github.com/viva-eval/viva/scorers/claims"
	"github.com/viva-eval/viva/scorers/consistency"
	"github.com/viva-eval/viva/scorers/grounded"
	"github.com/viva-eval/viva/scorers/judged"
	"github.com/viva-eval/viva/scorers/nli"
	"github.com/viva-eval/viva/scorers/tooluse"
)

// This file is the only place where names become things. To add an arm, a scorer or a format, write it in a file of
// its own package and add a line to a list here. (Importers are listed by their package: suites.Importers.)

// armEntry is one condition of the examination, with the parameters it takes.
type armEntry struct {
	name   string
	params []string
	book   func(ctx context.Context, l *library, spec runners.ArmSpec) (runners.Book, error)
}

// arms are in the order in which reports show them.
var arms = []armEntry{
	{runners.ClosedBook, nil, func(context.Context, *library, runners.ArmSpec) (runners.Book, error) { return nil, nil }},
	{runners.Oracle, lab.Params(runners.Oracle), oracleBook},
	{runners.Retrieved, []string{"k", "with", "as-of"}, retrievedBook},
	laboratoryArm(runners.Noisy),
	laboratoryArm(runners.Distractors),
	laboratoryArm(runners.Incomplete),
	laboratoryArm(runners.Stale),
	laboratoryArm(runners.Counterfactual),
	laboratoryArm(runners.Conflict),
	laboratoryArm(runners.Injected),
	{runners.Tools, []string{"k", "turns"}, func(context.Context, *library, runners.ArmSpec) (runners.Book, error) { return nil, nil }},
}

func armNames() []string {
	var names []string
	for _, a := range arms {
		names = append(names, a.name)
	}
	return names
}

// suiteRetriever is the retriever that is always there: BM25 over the suite's own corpus.
const suiteRetriever = "bm25"

// retrieverCatalogue are the types of connectors that a plan's retrievers may have.
func retrieverCatalogue() []retrieverEntry {
	return []retrieverEntry{
		retrieverOf(suiteRetriever, retrieval.BM25Config{Weights: retrieval.UsualWeights()}, openBM25),
		retrieverOf("dense", retrieval.DenseConfig{}, openDense),
		retrieverOf("hybrid", retrieval.HybridConfig{}, openHybrid),
		retrieverOf("reranked", retrieval.RerankedConfig{}, openReranked),
		retrieverOf("files", retrieval.BM25Config{Weights: retrieval.UsualWeights()}, func(ctx context.Context, l *library, r planRetriever, c retrieval.BM25Config) (runners.Retriever, error) {
			if err := checkFolder(r.Name, c.Folder); err != nil {
				return nil, err
			}
			return openBM25(ctx, l, r, c)
		}),
		connector("sql", func(ctx context.Context, _ planRetriever, c sqldb.Config) (*sqldb.Retriever, error) {
			return sqldb.Open(ctx, c)
		}),
		connector("rest", func(ctx context.Context, r planRetriever, c rest.Config) (*rest.Retriever, error) {
			return rest.Open(ctx, r.Name, c, r.secrets(), nil)
		}),
		connector("odata", func(ctx context.Context, r planRetriever, c rest.ODataConfig) (*rest.Retriever, error) {
			return rest.OpenOData(ctx, r.Name, c, r.secrets(), nil)
		}),
		connector("mcp", func(ctx context.Context, r planRetriever, c mcp.Config) (*mcp.Retriever, error) {
			return mcp.Open(ctx, r.Name, c)
		}),
	}
}

// scorerEntry makes a scorer from what a plan says of judges and verifiers.
type scorerEntry struct {
	name string
	make func(*jury) (scorers.Scorer, error)
}

// headline is the scorer whose verdicts the tables show unless another is named.
var headline = scorers.Facts{}.Name()

// scorerCatalogue are the scorers of a run. facts, judge, panel and cascade judge the truth; the others speak of the passages.
var scorerCatalogue = []scorerEntry{
	{headline, func(*jury) (scorers.Scorer, error) { return scorers.Facts{}, nil }},
	{"abstain", func(*jury) (scorers.Scorer, error) { return scorers.Abstain{}, nil }},
	{"injection", func(*jury) (scorers.Scorer, error) { return scorers.Injection{}, nil }},
	{"grounded", func(*jury) (scorers.Scorer, error) { return grounded.Scorer{}, nil }},
	{"cites", func(*jury) (scorers.Scorer, error) { return cites.Scorer{}, nil }},
	{tooluse.Scorer{}.Name(), func(*jury) (scorers.Scorer, error) { return tooluse.Scorer{}, nil }},
	{"judge", func(j *jury) (scorers.Scorer, error) { return j.oneOrPanel() }},
	{"cascade", func(j *jury) (scorers.Scorer, error) {
		then, err := j.oneOrPanel()
		return &judged.Cascade{First: scorers.Facts{}, Then: then}, err
	}},
	{"claims", func(j *jury) (scorers.Scorer, error) {
		judge, err := j.claims()
		return claims.Scorer{Judge: judge}, err
	}},
	{"claims-rag", func(j *jury) (scorers.Scorer, error) {
		judge, err := j.claims()
		return claims.RAG{Judge: judge}, err
	}},
	{"nli", func(j *jury) (scorers.Scorer, error) {
		client, err := j.verifier()
		return nli.Scorer{Client: client}, err
	}},
}

// groupCatalogue are the scorers that look at all repeats of an item together. They speak of agreement, not of truth.
var groupCatalogue = []struct {
	name string
	make func(*jury) (scorers.GroupScorer, error)
}{
	{"consistency", func(*jury) (scorers.GroupScorer, error) { return consistency.Scorer{}, nil }},
	{"selfcheck", func(*jury) (scorers.GroupScorer, error) {
		return consistency.Scorer{Measure: consistency.SelfCheck}, nil
	}},
	{"consistency-nli", func(j *jury) (scorers.GroupScorer, error) {
		client, err := j.verifier()
		return consistency.Scorer{Entailer: client}, err
	}},
	{"consistency-judge", func(j *jury) (scorers.GroupScorer, error) {
		judge, err := j.claims()
		return consistency.Scorer{Entailer: judge}, err
	}},
}

func scorerNames() []string {
	var names []string
	for _, e := range scorerCatalogue {
		names = append(names, e.name)
	}
	for _, e := range groupCatalogue {
		names = append(names, e.name)
	}
	return names
}

// auditable are the scorers that can sit an examination themselves.
var auditable = []audit.Candidate{
	{Scorer: scorers.Facts{}, Gold: true},
	{Scorer: scorers.Abstain{}},
	{Scorer: grounded.Scorer{}},
	{Scorer: cites.Scorer{}},
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
