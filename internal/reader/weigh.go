package reader

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// What a term of the question counts for, by where it stands. A table row owns its column labels as much as its cells; a heading
// says what the text under it is about; the sentence before explains a pronoun.
const (
	inUnit    = 1.0
	inColumns = 0.9
	inHead    = 0.7
	inBefore  = 0.4
	inPage    = 0.2
)

const (
	missingName  = 0.8  // for each name of the question that the whole page lacks; another page may hold it
	missingExact = 0.6  // for each figure or identifier that it lacks
	outdated     = 0.7  // for a page of which a newer edition that is in force lies open
	notYet       = 0.5  // for a page that is not in force on the date of the question
	otherWords   = 0.6  // of the weight of a term that stands nowhere and is no name: the page may say it in other words
	straddling   = 0.4  // likewise of a Han pair: most such pairs straddle two words
	aside        = 0.5  // of the weight of a term from a sentence that asks nothing
	namedRow     = 0.15 // added for a table row whose first cell the question gives in full
)

// candidate is a unit with the share of the question's weight that it supports, from 0 to 1.
type candidate struct {
	unit    int
	support float64
}

// weigh returns the best-supported units, best first, at most limit of them.
func (d *desk) weigh(limit int) []candidate {
	idf, total := d.weights()
	if total == 0 {
		return nil
	}
	factor := d.pageFactors()
	best := make([]candidate, 0, limit+1)
	for i := range d.units {
		u := &d.units[i]
		p := &d.pages[u.page]
		var sum float64
		for m := p.all; m != 0; m &= m - 1 {
			id := bits.TrailingZeros64(m)
			bit := uint64(1) << id
			switch {
			case u.own&bit != 0:
				sum += inUnit * idf[id]
			case u.column&bit != 0:
				sum += inColumns * idf[id]
			case (u.head|p.title)&bit != 0:
				sum += inHead * idf[id]
			case u.before&bit != 0:
				sum += inBefore * idf[id]
			default:
				sum += inPage * idf[id]
			}
		}
		if u.own|u.column == 0 {
			continue
		}
		support := sum / total
		if u.named {
			support += namedRow
		}
		c := candidate{i, support * factor[u.page]}
		at, _ := slices.BinarySearchFunc(best, c, func(a, b candidate) int {
			if a.support >= b.support { // an equal one that came first stays first
				return -1
			}
			return 1
		})
		if at < limit {
			best = slices.Insert(best, at, c)
			best = best[:min(len(best), limit)]
		}
	}
	return best
}

// weights returns the inverse document frequency of each term of the question over the units, and their sum.
func (d *desk) weights() (idf [maxTerms]float64, total float64) {
	n := float64(len(d.units))
	for id := range len(d.q.terms) {
		df := float64(max(d.df[id], 1)) // a term that stands nowhere weighs no more than one that stands once
		w := math.Log1p((n - df + 0.5) / (df + 0.5))
		if d.df[id] == 0 {
			switch {
			case d.q.pairs>>id&1 == 1:
				w *= straddling
			case d.q.names>>id&1 == 0:
				w *= otherWords
			}
		}
		if d.q.asides>>id&1 == 1 {
			w *= aside
		}
		idf[id] = w
		total += w
	}
	return idf, total
}

// pageFactors says how far each page is to be trusted for this question.
func (d *desk) pageFactors() []float64 {
	factor := make([]float64, len(d.pages))
	newest := make(map[string]string, len(d.pages)) // family to the newest date in force
	families := make([]string, len(d.pages))
	for i, p := range d.pages {
		families[i] = family(p.Title)
		if p.Date != "" && !d.future(p.Date) && p.Date > newest[families[i]] {
			newest[families[i]] = p.Date
		}
	}
	for i, p := range d.pages {
		missing := d.q.names &^ p.all
		exact := bits.OnesCount64(missing & d.q.exact)
		factor[i] = math.Pow(missingName, float64(bits.OnesCount64(missing)-exact)) * math.Pow(missingExact, float64(exact))
		asked := len(p.Date) >= 4 && strings.Contains(d.q.folded, p.Date[:4])
		switch {
		case p.Date == "" || asked:
		case d.future(p.Date):
			factor[i] *= notYet
		case p.Date < newest[families[i]]:
			factor[i] *= outdated
		}
	}
	return factor
}

// future reports whether an edition's date lies after the date of the question. ISO dates compare as text.
func (d *desk) future(date string) bool { return d.asOf != "" && date > d.asOf }

// family is what the titles of a document's editions share: the words without figures and without the word for an edition.
func family(title string) string {
	var b strings.Builder
	for _, t := range text.Terms(title) {
		if strings.ContainsAny(t, "0123456789") || t == "edit" || t == "version" || t == "版本" || t == "संस्करण" {
			continue
		}
		b.WriteString(t)
		b.WriteByte(' ')
	}
	return b.String()
}
