package claims

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// invented reports whether a claim holds a figure that neither the reply nor the question does: the judge then says more than the reply
// it was to take apart, from memory or from the passages. Figures agree as values ("1.5 million" and "1,500,000") or as written.
func invented(claim, reply, question, language string) bool {
	var known []value.Mention
	folded := ""
	for _, m := range value.Find(claim, language) {
		written := text.Fold(claim[m.Start:m.End])
		if !strings.ContainsAny(text.Normalize(written), "0123456789") {
			continue
		}
		if folded == "" {
			folded = text.Fold(reply + "\n" + question)
			known = value.Find(reply+"\n"+question, language)
		}
		if strings.Contains(folded, written) {
			continue
		}
		found := false
		for _, k := range known {
			if value.Compare(k.Value, m.Value, 0) == value.Match || value.Compare(m.Value, k.Value, 0) == value.Match ||
				value.Contains(m.Value, k.Value) || k.Num == m.Num && k.Num != 0 {
				found = true
				break
			}
		}
		if !found {
			return true
		}
	}
	return false
}
