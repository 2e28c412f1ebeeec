package main

import (
	"context"
	"errors"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/files"
	"github.com/viva-eval/viva/runners/retrieval/mcp"
	"github.com/viva-eval/viva/runners/retrieval/sqldb"
)

// slip gives an error that the plan is to blame for the code of one: a configuration that cannot be meant, a snapshot that is refused.
func slip(r planRetriever, err error) error {
	if errors.As(err, new(*retrieval.ConfigError)) || errors.As(err, new(*retrieval.SnapshotError)) ||
		errors.As(err, new(*sqldb.ConfigError)) || errors.As(err, new(*mcp.ConfigError)) {
		return usage("retriever %s: %w", r.Name, err)
	}
	return err
}

// openDense embeds the documents of a folder, or the suite's corpus. What was embedded before is read from the results file.
func openDense(ctx context.Context, l *library, r planRetriever, c retrieval.DenseConfig) (runners.Retriever, error) {
	passages, err := l.corpus(ctx, files.Config{Folder: c.Folder, Words: c.Words})
	if err != nil {
		return nil, err
	}
	var kept retrieval.Vectors
	if l.file != nil {
		kept = l.file.Embeddings()
	}
	if c.Model != "" { // else it is refused at once
		l.say("%s: embedding %d passages with %s; those that the results file holds are not asked for again", r.Name, len(passages), c.Model)
	}
	d, err := retrieval.OpenDense(ctx, c, passages, kept, nil)
	if err != nil {
		return nil, slip(r, err)
	}
	if c.Folder != "" {
		l.holds(r, retrieval.CorpusDigest(passages))
	}
	return d, nil
}

// openHybrid fuses other retrievers of the plan.
func openHybrid(ctx context.Context, l *library, r planRetriever, c retrieval.HybridConfig) (runners.Retriever, error) {
	var parts []retrieval.Part
	for _, name := range c.Of {
		part, err := l.part(ctx, r, name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	h, err := retrieval.OpenHybrid(c, parts, nil)
	return h, slip(r, err)
}

// openReranked puts another retriever's passages in a reranker's order.
func openReranked(ctx context.Context, l *library, r planRetriever, c retrieval.RerankedConfig) (runners.Retriever, error) {
	part, err := l.part(ctx, r, c.Of)
	if err != nil {
		return nil, err
	}
	reranked, err := retrieval.NewReranked(c.Rerank, part.Retriever, nil)
	if err != nil {
		return nil, slip(r, err)
	}
	return reranked, nil
}

// part opens a retriever that another one is made of.
func (l *library) part(ctx context.Context, of planRetriever, name string) (retrieval.Part, error) {
	if name == "" {
		return retrieval.Part{}, usage("retriever %s: of: names no retriever", of.Name).withHint("name one of the plan's, or %s", suiteRetriever)
	}
	opened, err := l.retriever(ctx, name)
	if err != nil {
		return retrieval.Part{}, err
	}
	if opened == nil {
		return retrieval.Part{}, usage("retriever %s is made of itself, by way of %s", of.Name, name)
	}
	return retrieval.Part{Name: name, Retriever: opened}, nil
}
