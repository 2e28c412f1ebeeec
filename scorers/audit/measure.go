package audit

import (
	"encoding/json"
	"math"
)

// Measure is one figure of agreement. A row is bad where the person says so, flagged where the scorer does.
type Measure uint8

const (
	Coverage      Measure = iota // rows decided / rows
	Passed                       // rows passed (not flagged) / rows
	PrecisionPass                // rows rightly passed / rows passed
	PrecisionFail                // rows rightly flagged / rows flagged
	Accuracy                     // rows rightly passed or flagged / rows decided
	Balanced                     // mean of the shares of bad rows flagged and of good rows passed
	F1                           // harmonic mean of precision and recall of the bad rows
	Kappa                        // Cohen's kappa over the decided rows
	KappaAll                     // Cohen's kappa over all rows; undecided ones fall back to contains-gold
	AC1                          // Gwet's first agreement coefficient
	MCC                          // Matthews' correlation coefficient
	AUROC                        // probability that a bad row ranks above a good one, ties halved
	AUROCWithin                  // the same over pairs of the same task and model only, each pair counting once
	Overlap                      // mean over rows of the characters marked by both / by either; only where rows and scorer mark spans
	measures
)

// key is the measure's name in JSON; empty for those that are printed only.
func (m Measure) key() string {
	return [measures]string{"coverage", "", "precision_pass", "precision_fail", "accuracy", "balanced_accuracy", "f1", "kappa", "kappa_all", "ac1", "mcc",
		"auroc", "auroc_within", "iou"}[m]
}

// String is the measure's name in tables.
func (m Measure) String() string {
	return [measures]string{"coverage", "passed", "precision of pass", "precision of fail", "accuracy", "balanced accuracy", "F1 of bad", "kappa, decided",
		"kappa, all rows", "AC1", "MCC", "AUROC", "AUROC within", "span IoU"}[m]
}

// Figure is a value with its 95 % interval. What is undefined is NaN, and null in JSON.
type Figure struct{ Value, Low, High float64 }

// MarshalJSON writes {"value":…,"low":…,"high":…}.
func (f Figure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Value *float64 `json:"value"`
		Low   *float64 `json:"low"`
		High  *float64 `json:"high"`
	}{orNull(f.Value), orNull(f.Low), orNull(f.High)})
}

// orNull rounds to six places, which is more than any sample bears, so that files compare well.
func orNull(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = math.Round(x*1e6) / 1e6
	return &x
}
