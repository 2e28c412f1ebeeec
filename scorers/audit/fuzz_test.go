package audit_test

import (
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/scorers/audit"
)

// Whatever golds say, an inferred answer can be read as its kind, and there is one exactly where there is a gold.
func FuzzInfer(f *testing.F) {
	f.Add("when did it open", "in 1999", "2001")
	f.Add("How much has it changed?", "It was flat.", "")
	f.Add("how old must one be", "16 or older", "a week")
	f.Add("Does it?", "Typically, yes. It had $831 million.", "no")
	f.Add("where is it", "the Republic of Tecala, Ruritania", "English author Ada Lovelace[4]")
	f.Fuzz(func(t *testing.T, question, first, second string) {
		golds := []string{first}
		if second != "" {
			golds = append(golds, second)
		}
		a := audit.Infer(golds, question, "en")
		if a.Kind == "" {
			t.Fatalf("%q: no kind", golds)
		}
		if a.Kind != value.Text {
			if _, err := a.Value("en"); err != nil {
				t.Fatalf("%q %q: %v", question, golds, err)
			}
		}
	})
}
