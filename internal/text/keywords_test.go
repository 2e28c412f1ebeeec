package text

import (
	"slices"
	"testing"
)

func TestKeywords(t *testing.T) {
	for _, c := range []struct {
		question string
		want     []string
	}{
		{"What is the limit of O'Brien's card?", []string{"limit", "o'brien", "card"}},
		{"Café Łódź: invoice INV-20417, invoice", []string{"café", "łódź", "invoice", "inv", "20417"}},
		{"员工年假 card 假", []string{"员工", "工年", "年假", "card", "假"}},
		{"कर्मचारियों को छुट्टी", []string{"कर्मचारियों", "छुट्टी"}},
		{"is it the?", nil},
		{"", nil},
		{"caf\xe9 \xff", []string{"caf"}},
	} {
		if got := Keywords(c.question); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.question, got, c.want)
		}
	}
}
