package main

import (
	"context"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/files"
	"github.com/viva-eval/viva/suites"
)

// named is how many of the files that could not be read are named one by one.
const named = 20

// corpus reads a folder's documents, each folder once; without one it is the suite's corpus. Files that cannot be read are named.
func (l *library) corpus(ctx context.Context, c files.Config) ([]suites.Passage, error) {
	if c.Folder == "" {
		return l.suite.Passages, nil
	}
	if read, ok := l.folders[c]; ok {
		return read, nil
	}
	found, err := files.Read(ctx, c)
	if err != nil {
		return nil, usage("%w", err).withHint("folder: names a folder with .md, .txt, .html, .csv, .xlsx, .docx or .pdf files")
	}
	l.say("%s: %d passages of %d files", c.Folder, len(found.Passages), found.Files)
	for i, s := range found.Skipped {
		if i == named {
			l.say("%s: %d more were skipped", c.Folder, len(found.Skipped)-named)
			break
		}
		l.say("skipped %s: %v", s.File, s.Err)
	}
	if len(found.Passages) == 0 {
		return nil, usage("folder %s holds nothing that can be read", c.Folder).withHint("it may hold .md, .txt, .html, .csv, .xlsx, .docx and .pdf files")
	}
	l.folders[c] = found.Passages
	return found.Passages, nil
}

// openBM25 searches the documents of a folder, or the suite's corpus.
func openBM25(ctx context.Context, l *library, r planRetriever, c retrieval.BM25Config) (runners.Retriever, error) {
	found, err := retrieval.OpenBM25(ctx, c, func(ctx context.Context) ([]suites.Passage, error) {
		read, err := l.corpus(ctx, files.Config{Folder: c.Folder, Words: c.Words})
		if err == nil && c.Folder != "" {
			l.holds(r, retrieval.CorpusDigest(read))
		}
		return read, err
	})
	if s, ok := found.(*retrieval.Snapshot); ok {
		l.holds(r, s.Corpus())
	}
	return found, slip(r, err)
}

// checkFolder refuses a connector of type files without a folder.
func checkFolder(name, folder string) error {
	if strings.TrimSpace(folder) == "" {
		return usage("retriever %s: no folder is named", name).withHint("add folder: ./documents")
	}
	return nil
}
