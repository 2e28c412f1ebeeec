package gate

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
)

// Odds are the chances of each decision.
type Odds struct {
	Pass         float64 `json:"pass"`
	Fail         float64 `json:"fail"`
	Inconclusive float64 `json:"inconclusive"`
}

// OddsOf returns the exact chances that a rule of non-inferiority on a yes-or-no measure decides one way or the other over n independent
// items, when the runs differ on the share discordance of them and the run is truly worse by loss (negative: better). All are NaN
// where |loss| > discordance.
func OddsOf(n int, discordance, loss, margin, alpha float64) Odds {
	z := distuv.UnitNormal.Quantile(1 - alpha)
	size := float64(n)
	pass := stats.PairedPower(n, discordance, -loss, func(b, c int) bool {
		return stats.PairedScore(float64(b), float64(c), size, -margin) > z
	})
	fail := stats.PairedPower(n, discordance, -loss, func(b, c int) bool {
		return float64(b-c)/size < -margin-1e-9 && stats.PairedScore(float64(b), float64(c), size, 0) < -z && signTest(float64(b), float64(c)) <= alpha
	})
	return Odds{pass, fail, math.Max(0, 1-pass-fail)}
}
