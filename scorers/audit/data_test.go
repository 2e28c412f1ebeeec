package audit_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/audit"
)

// dataset audits a public data set, and skips where the data is not there.
func dataset(t *testing.T, path string, plan audit.Plan) []audit.Sheet {
	t.Helper()
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("VIVA_DATA is not set: it names the folder of public data sets")
	}
	f, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Skipf("VIVA_DATA has no %s: %v", path, err)
	}
	defer f.Close()
	plan.Candidates, plan.Workers, plan.Draws = []audit.Candidate{{Scorer: scorers.Facts{}, Gold: true}}, 2, 20
	res, err := audit.Run(t.Context(), path, f, plan)
	if err != nil {
		t.Fatal(err)
	}
	return res.Sheets
}

func between(t *testing.T, s audit.Sheet, scorer string, m audit.Measure, low, high float64) {
	t.Helper()
	if x := line(t, s, scorer).Figures[m].Value; !(low <= x && x <= high) {
		t.Errorf("%s: %s of %s is %.4f, want %g to %g", s.File, m, scorer, x, low, high)
	}
}

// The baselines do on EVOUNA what others measured on the whole of it: exact match kappa .10 and .09, contains-gold .65 and .73, half of
// the tokens .71 and .76. These rows are two fifths of it.
func TestBaselinesOnPublicData(t *testing.T) {
	sheets := dataset(t, "evouna/dev.jsonl", audit.Plan{By: "meta.source"})
	if len(sheets) != 2 || sheets[0].Rows != 5912 || sheets[1].Rows != 3965 {
		t.Fatalf("sheets %v", sheets)
	}
	nq, tq := sheets[0], sheets[1]
	between(t, nq, audit.ExactMatch, audit.Kappa, .08, .12)
	between(t, tq, audit.ExactMatch, audit.Kappa, .07, .11)
	between(t, nq, audit.ContainsGold, audit.Kappa, .60, .69)
	between(t, tq, audit.ContainsGold, audit.Kappa, .70, .75)
	between(t, nq, audit.TokenRecall, audit.Kappa, .70, .73)
	between(t, tq, audit.TokenRecall, audit.Kappa, .76, .79)
	between(t, nq, "facts", audit.PrecisionPass, .975, 1)
	between(t, tq, "facts", audit.PrecisionPass, .99, 1)
}

// FinanceBench's own count: 247 of these 800 answers are refusals, 169 of the others wrong.
func TestRefusalsOnPublicData(t *testing.T) {
	s := dataset(t, "financebench/answers_dev.jsonl", audit.Plan{Truth: audit.Refusal})[0]
	between(t, s, audit.AlwaysFlag, audit.PrecisionFail, 247.0/800, 247.0/800)
	between(t, s, audit.RefusalWords, audit.Kappa, .82, .89)
	s = dataset(t, "financebench/answers_dev.jsonl", audit.Plan{})[0]
	if s.Outside != 247 {
		t.Errorf("%d rows outside, want the 247 refusals", s.Outside)
	}
	between(t, s, audit.AlwaysFlag, audit.PrecisionFail, 169.0/553, 169.0/553)
}

// Marking the whole of every English answer of Mu-SHROOM overlaps .349 on its test part; this is its validation part.
func TestSpansOnPublicData(t *testing.T) {
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("VIVA_DATA is not set: it names the folder of public data sets")
	}
	f, err := os.Open(filepath.Join(dir, "mu_shroom/dev.jsonl"))
	if err != nil {
		t.Skipf("VIVA_DATA has no mu_shroom/dev.jsonl: %v", err)
	}
	defer f.Close()
	var all, n float64
	for r, err := range audit.Rows("mu_shroom/dev.jsonl", f) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Lang != "en" {
			continue
		}
		all += audit.IoU(r.Answer, r.Spans, spans(0, len(r.Answer)))
		n++
	}
	if n != 50 || all/n < .2 || all/n > .5 { // .349 on the test part
		t.Errorf("marking everything overlaps %.3f over %g English rows", all/n, n)
	}
}
