package retrieval

import (
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/suites"
)

// build makes an index in memory: first the terms of each passage in turn, then the same counts turned round, by term.
func build(passages []suites.Passage, w Weights) index {
	var (
		analyzer text.Analyzer
		buf      []string
		flat     []uint32               // term numbers of all passages, each once a passage
		counts   []float32              // their weighted frequencies
		until    = make([]int, 0, 1024) // where each passage's terms end
		lengths  = make([]float32, 0, len(passages))
		numbers  = map[string]uint32{} // by first use
		names    []string
		df       []uint32
		slot     []int // per term: its place in flat for the current passage, plus one; 0: not seen
		total    float64
	)
	for _, p := range passages {
		start := len(flat)
		length := float32(0)
		add := func(s string, weight float32) {
			if weight == 0 {
				return
			}
			buf = analyzer.Append(buf[:0], s)
			for _, t := range buf {
				id, ok := numbers[t]
				if !ok {
					id = uint32(len(df))
					t = strings.Clone(t) // it may be a part of the whole text
					numbers[t] = id
					names = append(names, t)
					df = append(df, 0)
					slot = append(slot, 0)
				}
				if slot[id] <= start {
					flat = append(flat, id)
					counts = append(counts, 0)
					slot[id] = len(flat)
					df[id]++
				}
				counts[slot[id]-1] += weight
			}
			length += weight * float32(len(buf))
		}
		add(p.Title, float32(w.Title))
		add(p.Text, float32(w.Text))
		until = append(until, len(flat))
		lengths = append(lengths, length)
		total += float64(length)
	}

	mean := total / max(float64(len(passages)), 1)
	lex, order := sorted(names)
	ends := make([]uint32, len(order))
	next := make([]uint32, len(order)) // by first use: where the next posting goes
	filled := uint32(0)
	for t, id := range order {
		next[id] = filled
		filled += df[id]
		ends[t] = filled
	}
	postings := make([]posting, len(flat))
	at := 0
	for doc, end := range until {
		norm := k1 * (1 - b + b*float64(lengths[doc])/max(mean, 1))
		for ; at < end; at++ {
			id := flat[at]
			postings[next[id]] = posting{uint32(doc), impact(len(passages), int(df[id]), float64(counts[at]), norm)}
			next[id]++
		}
	}
	return index{lexicon: lex, ends: ends, places: places(passages), shelf: memory{passages, postings}, scratch: newScratch(len(passages))}
}

// sorted makes a lexicon of the names, and says which name each of its terms was.
func sorted(names []string) (lexicon, []uint32) {
	order := make([]uint32, len(names))
	size := 0
	for i, n := range names {
		order[i] = uint32(i)
		size += len(n)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(names[a], names[b]) })
	var letters strings.Builder
	letters.Grow(size)
	ends := make([]uint32, len(names))
	for t, id := range order {
		letters.WriteString(names[id])
		ends[t] = uint32(letters.Len())
	}
	return lexicon{letters.String(), ends}, order
}

// memory is the shelf of an index that was just made.
type memory struct {
	passages []suites.Passage
	list     []posting
}

func (m memory) postings(_ *scores, _, from, end uint32) ([]posting, error) {
	return m.list[from:end], nil
}
func (m memory) passage(doc uint32) (suites.Passage, error) { return m.passages[doc], nil }

func compareIDs(a, b suites.Passage) int { return strings.Compare(a.ID, b.ID) }
