package claims_test

import (
	"fmt"

	"github.com/viva-eval/viva/scorers/claims"
)

// Two claims of a reply, one of the truth, two passages: the right claim is in the first passage, the wrong one in none.
func ExampleEntailments_Diagnose() {
	d, err := claims.Entailments{
		Correct:  []bool{true, false},
		Covered:  []bool{true},
		Grounded: [][]bool{{true, false}, {false, false}},
		Findable: [][]bool{{true, false}},
	}.Diagnose()
	f1, _ := d.F1()
	fmt.Printf("precision %s, recall %s, F1 %.2f, hallucination %s, noise %s, %v\n", d.Precision, d.Recall, f1, d.Hallucination, d.NoiseRelevant, err)
	fmt.Println("faithfulness of a reply without claims:", claims.Tally{}.Faithfulness())
	// Output:
	// precision 1/2, recall 1/1, F1 0.67, hallucination 1/2, noise 0/2, <nil>
	// faithfulness of a reply without claims: –
}
