// Package retrieval holds what an open book can be: the retrievers that find passages for a question. A retriever sees the
// question and how many passages are wanted, never the item, so that ground truth cannot leak into what is shown.
package retrieval

import (
	"cmp"

	"github.com/viva-eval/viva/runners/retrieval/remote"
	"github.com/viva-eval/viva/suites"
)

// FromCorpus is the Origin of a passage whose corpus does not say more.
const FromCorpus = "corpus"

// provenance makes sure that the passage says where it comes from.
func provenance(p suites.Passage) suites.Passage {
	p.Origin = cmp.Or(p.Origin, FromCorpus)
	return p
}

// ConfigError says that a retriever's configuration cannot be meant.
type ConfigError = remote.ConfigError

func misconfigured(format string, args ...any) error { return remote.Misconfigured(format, args...) }
