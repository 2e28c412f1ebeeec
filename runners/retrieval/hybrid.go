package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// HybridConfig is a retriever of type hybrid as a plan names it: what two or more retrievers find, fused by rank.
type HybridConfig struct {
	Of     []string     `yaml:"of"`     // names of two or more retrievers of the plan
	Depth  int          `yaml:"depth"`  // passages asked of each, at least k of them; 0: 50
	Rerank RerankConfig `yaml:"rerank"` // put over the fused order; zero: none
}

// rankConstant is k of reciprocal-rank fusion, as its authors chose it.
const rankConstant = 60

// Part is one of the retrievers of a [Hybrid], with the name that its errors and, where IDs clash, its passages go by.
type Part struct {
	Name      string
	Retriever runners.Retriever
}

// Hybrid fuses what several retrievers find by reciprocal rank (Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and
// individual Rank Learning Methods"): a passage scores the sum of 1/(60 + its rank) over the retrievers that found it. Passages of equal ID and text
// are the same passage. It may be used concurrently if its parts may.
type Hybrid struct {
	parts []Part
	depth int
}

var _ runners.Retriever = (*Hybrid)(nil)

// OpenHybrid makes the retriever that cfg says of the parts, which are those of cfg.Of in that order. A nil client is one of our own.
func OpenHybrid(cfg HybridConfig, parts []Part, client *http.Client) (runners.Retriever, error) {
	h, err := NewHybrid(cfg.Depth, parts...)
	if err != nil {
		return nil, err
	}
	if cfg.Rerank == (RerankConfig{}) {
		return h, nil
	}
	return opening(NewReranked(cfg.Rerank, h, client))
}

// NewHybrid fuses two or more retrievers, asking each for depth passages, or k if that is more; 0: 50.
func NewHybrid(depth int, parts ...Part) (*Hybrid, error) {
	switch {
	case len(parts) < 2:
		return nil, misconfigured("fuse retrievers: fewer than two")
	case depth < 0:
		return nil, misconfigured("fuse retrievers: depth must not be negative")
	}
	return &Hybrid{parts: parts, depth: cmp.Or(depth, 50)}, nil
}

// Retrieve returns the k passages of the highest score; of equal scores that of the part named first, by its own order. It asks all parts at once.
// An error of any part is its error: what the others found is not what was configured.
func (h *Hybrid) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k <= 0 {
		return nil, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type list struct {
		part  int
		found []suites.Passage
		err   error
	}
	lists := make([][]suites.Passage, len(h.parts))
	answered := 0
	var failed error
	for l := range fan.Map(ctx, len(h.parts), indexes(len(h.parts)), func(ctx context.Context, i int) list {
		found, err := h.parts[i].Retriever.Retrieve(ctx, question, max(k, h.depth))
		return list{i, found, err}
	}) {
		if l.err != nil && failed == nil {
			failed = fmt.Errorf("retriever %s: %w", h.parts[l.part].Name, l.err)
			cancel()
		}
		lists[l.part] = l.found
		answered++
	}
	if failed != nil {
		return nil, failed
	}
	if answered < len(h.parts) { // fan starts nothing once ctx has ended
		return nil, ctx.Err()
	}
	return h.fuse(lists, k), nil
}

// fuse merges the parts' lists.
func (h *Hybrid) fuse(lists [][]suites.Passage, k int) []suites.Passage {
	type identity struct{ id, text string }
	type candidate struct {
		passage suites.Passage
		part    int
		score   float64
	}
	var all []*candidate
	met := map[identity]*candidate{}
	for part, list := range lists {
		for i, p := range list {
			c := met[identity{p.ID, p.Text}]
			if c == nil {
				c = &candidate{passage: p, part: part}
				met[identity{p.ID, p.Text}] = c
				all = append(all, c)
			}
			c.score += 1 / float64(rankConstant+i+1)
		}
	}
	slices.SortStableFunc(all, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
	// Which of two different passages keeps the ID they share does not hang on k or their ranks.
	owner := map[string]int{}
	for _, c := range all {
		if part, taken := owner[c.passage.ID]; !taken || c.part < part {
			owner[c.passage.ID] = c.part
		}
	}
	out := make([]suites.Passage, 0, min(k, len(all)))
	for _, c := range all[:min(k, len(all))] {
		p := c.passage
		if owner[p.ID] != c.part {
			p.ID = h.parts[c.part].Name + ":" + p.ID
		}
		out = append(out, p)
	}
	return out
}

func indexes(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
