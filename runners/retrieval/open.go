package retrieval

import (
	"context"
	"errors"
	"io/fs"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// BM25Config is a retriever of type bm25 as a plan names it. The zero BM25Config is an index in memory with the usual weights.
type BM25Config struct {
	Folder  string  `yaml:"folder"` // documents that are its corpus; empty: the suite's corpus
	Words   int     `yaml:"words"`  // length that a passage of the folder should not go beyond; 0: the folder reader's own
	Weights Weights `yaml:"weights"`
	// Snapshot is a file that holds the index. It is written when it is absent, and opened, instead of indexing, as long as it is of this
	// corpus and these weights.
	Snapshot string `yaml:"snapshot"`
	// Frozen opens the snapshot whatever the corpus holds by now, without looking there: the book as it stood when the snapshot was taken.
	Frozen bool `yaml:"frozen"`
}

// UsualWeights are what the zero [Weights] stand for, spelt out.
func UsualWeights() Weights { return usual }

// OpenBM25 makes the retriever, an [io.Closer] when it holds a file. The corpus is what cfg names, and is called for unless the snapshot is
// frozen. A snapshot that is of another corpus or damaged is an error, never overwritten: it may be the only record of an earlier book.
func OpenBM25(ctx context.Context, cfg BM25Config, corpus func(context.Context) ([]suites.Passage, error)) (runners.Retriever, error) {
	if cfg.Frozen {
		if cfg.Snapshot == "" {
			return nil, misconfigured("open bm25: frozen without a snapshot: name the file to open")
		}
		return opening(OpenSnapshot(cfg.Snapshot))
	}
	passages, err := corpus(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Snapshot == "" {
		return opening(NewWeightedBM25(passages, cfg.Weights))
	}
	s, err := OpenSnapshot(cfg.Snapshot)
	if errors.Is(err, fs.ErrNotExist) {
		x, err := NewWeightedBM25(passages, cfg.Weights)
		if err != nil {
			return nil, err
		}
		if err := x.WriteSnapshot(cfg.Snapshot); err != nil {
			return nil, err
		}
		return opening(OpenSnapshot(cfg.Snapshot)) // so that the first run reads what the later ones will
	}
	if err != nil {
		return nil, err
	}
	if err := s.Of(CorpusDigest(passages), cfg.Weights); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// opening lets no nil pointer pass for a retriever.
func opening[R runners.Retriever](r R, err error) (runners.Retriever, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}
