package retrieval

import "sort"

// lexicon is a sorted list of terms, a term's place being its number: all terms in one string, and where each ends.
type lexicon struct {
	letters string
	ends    []uint32
}

// term gives the term with the number t.
func (l lexicon) term(t int) string {
	if t == 0 {
		return l.letters[:l.ends[0]]
	}
	return l.letters[l.ends[t-1]:l.ends[t]]
}

// find gives a term's number.
func (l lexicon) find(term string) (uint32, bool) {
	t, found := sort.Find(len(l.ends), func(t int) int {
		switch at := l.term(t); {
		case term < at:
			return -1
		case term > at:
			return 1
		}
		return 0
	})
	return uint32(t), found
}
