package grounded

import (
	"flag"
	"hash/fnv"
	"math"
	"testing"
)

var refit = flag.Bool("refit", false, "fit the weights anew and print them")

// TestFit shows where the weights come from: a logistic model with one intercept for each (task, model) cell, so that the weights
// explain answers and not their writers, a ridge penalty of 10 on standardised features, and five folds by source. It prints
// the folds' figures and the weights on the raw features. Calibration is a second fit, of intercept and slope, on the scores
// that the folds gave to the answers they had not seen.
func TestFit(t *testing.T) {
	if !*refit {
		t.Skip("fits only with -refit")
	}
	rows := people(t, "ragtruth")
	x := make([][]float64, len(rows))
	y := make([]int, len(rows))
	cell := make([]int, len(rows))
	ids := map[string]int{}
	for i := range rows {
		l := extract(&rows[i]).features().list()
		x[i] = l[:]
		y[i] = rows[i].bad()
		k := rows[i].Task + "|" + rows[i].Model
		if _, ok := ids[k]; !ok {
			ids[k] = len(ids)
		}
		cell[i] = ids[k]
	}
	d := len(x[0])
	for j := range d {
		s := make([]float64, len(rows))
		for i := range x {
			s[i] = x[i][j]
		}
		all, within, _ := cells(rows, s, everyRow)
		t.Logf("feature %d alone: AUROC %.3f, within cells %.3f", j, all, within)
	}
	dev := make([]float64, d)
	for j := range d {
		mean := 0.0
		for i := range x {
			mean += x[i][j] / float64(len(x))
		}
		for i := range x {
			dev[j] += (x[i][j] - mean) * (x[i][j] - mean) / float64(len(x))
		}
		dev[j] = math.Sqrt(dev[j]) + 1e-9
		for i := range x {
			x[i][j] = (x[i][j] - mean) / dev[j]
		}
		t.Logf("feature %d: mean %.3f, deviation %.3f", j, mean, dev[j])
		for i := range x { // back to a raw origin, keeping the scale
			x[i][j] += mean / dev[j]
		}
	}
	held := make([]float64, len(rows))
	for fold := range 5 {
		var a [][]float64
		var b, c []int
		for i := range rows {
			if foldOf(rows[i].Group) != fold {
				a, b, c = append(a, x[i]), append(b, y[i]), append(c, cell[i])
			}
		}
		w := logistic(a, b, c, len(ids), 10)
		for i := range rows {
			if foldOf(rows[i].Group) == fold {
				for j := range d {
					held[i] += w[j] * x[i][j]
				}
			}
		}
	}
	for _, task := range []string{"", "qa", "summary", "data2txt"} {
		pass := everyRow
		if task != "" {
			pass = ofTask(task)
		}
		all, within, _ := cells(rows, held, pass)
		t.Logf("held out %-9s AUROC %.3f, within cells %.3f", task, all, within)
	}
	w := logistic(x, y, cell, len(ids), 10)
	one := make([]int, len(rows))
	h := make([][]float64, len(rows))
	for i := range h {
		h[i] = []float64{held[i]}
	}
	cal := logistic(h, y, one, 1, 0)
	t.Logf("calibration on held-out scores: slope %.2f, intercept %.2f", cal[0], cal[1])
	for j := range d {
		t.Logf("weight %d: %.2f", j, cal[0]*w[j]/dev[j])
	}
	// Intercept for the final weights, on all rows.
	z := make([][]float64, len(rows))
	for i := range z {
		z[i] = []float64{0}
		for j := range d {
			z[i][0] += cal[0] * w[j] * x[i][j]
		}
	}
	last := logistic(z, y, one, 1, 0)
	t.Logf("bias: %.2f (with slope %.2f)", cal[1], last[0])
}

func foldOf(group string) int {
	h := fnv.New32a()
	h.Write([]byte(group))
	return int(h.Sum32()>>7) % 5
}

// logistic fits weights and one intercept a cell by gradient descent with momentum (Adam).
func logistic(x [][]float64, y, cell []int, cells int, ridge float64) []float64 {
	d := len(x[0])
	w := make([]float64, d+cells)
	m, v := make([]float64, len(w)), make([]float64, len(w))
	for it := 1.0; it <= 4000; it++ {
		g := make([]float64, len(w))
		for i := range x {
			z := w[d+cell[i]]
			for j, f := range x[i] {
				z += w[j] * f
			}
			p := 1/(1+math.Exp(-z)) - float64(y[i])
			for j, f := range x[i] {
				g[j] += p * f
			}
			g[d+cell[i]] += p
		}
		for j := range g {
			if j < d {
				g[j] += ridge * w[j]
			} else if cells > 1 {
				g[j] += 0.1 * w[j]
			}
			m[j] = .9*m[j] + .1*g[j]
			v[j] = .999*v[j] + .001*g[j]*g[j]
			w[j] -= 0.02 * m[j] / (1 - math.Pow(.9, it)) / (math.Sqrt(v[j]/(1-math.Pow(.999, it))) + 1e-9)
		}
	}
	return w
}
