package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// CochranQ tests that several arms succeed equally often on the same items (Cochran 1950); with two arms it is McNemar's test
// without its correction. rows[i][j] says whether item i succeeded in arm j. p comes from χ² with arms − 1 degrees of freedom, an
// approximation that wants some two dozen items that are not all alike across the arms. With no such item q is 0 and p is 1. Both
// are NaN for no items, fewer than two arms or rows of unequal length.
//
//	Q = (k − 1)(k Σ C_j² − N²) / (k N − Σ R_i²)     C_j, R_i, N: successes of arm j, of item i, of all
func CochranQ(rows [][]bool) (q, p float64) {
	if len(rows) == 0 || len(rows[0]) < 2 {
		return math.NaN(), math.NaN()
	}
	arms := len(rows[0])
	columns := make([]float64, arms)
	total, squares := 0.0, 0.0
	for _, row := range rows {
		if len(row) != arms {
			return math.NaN(), math.NaN()
		}
		r := 0.0
		for j, success := range row {
			if success {
				columns[j]++
				r++
			}
		}
		total += r
		squares += r * r
	}
	k := float64(arms)
	spread := k*total - squares
	if spread == 0 {
		return 0, 1
	}
	across := -total * total
	for _, c := range columns {
		across += k * c * c
	}
	q = (k - 1) * across / spread
	return q, distuv.ChiSquared{K: k - 1}.Survival(q)
}
