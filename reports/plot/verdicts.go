package plot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// Shares is one arm's answers by verdict, as fractions of N answers.
type Shares struct {
	Label                                            string
	Correct, Partial, Abstained, Incorrect, Unscored float64
	N                                                int
}

// Verdicts draws what became of the answers, one stacked bar an arm. Arms without an answer keep their row, empty, beside others.
func Verdicts(rows []Shares) Chart {
	key := []keyEntry{{"correct", correct, nil}, {"partial", partial, nil}, {"abstained", abstained, nil}, {"incorrect", incorrect, nil}}
	labels, drawn := make([]row, len(rows)), 0
	for i, r := range rows {
		labels[i] = row{r.Label, fmt.Sprintf("n %d", r.N)}
		for _, v := range []float64{r.Correct, r.Partial, r.Abstained, r.Incorrect, r.Unscored} {
			if finite(v) && v > 0 {
				drawn = len(rows)
			}
		}
		if r.Unscored > 0 && len(key) == 4 {
			key = append(key, keyEntry{"unscored", unscored, nil})
		}
	}
	return Chart{
		Name: "verdicts", Title: "What became of the answers", Alt: "Shares of correct, partial, abstained and incorrect answers by arm.",
		Note: "% of all n answers, unscored ones included. Elsewhere rates are of scored answers, and “correct” of those to answerable questions.",
		key:  key, right: true, rows: drawn,
		paint: func(a area) {
			data, at := a.rows(labels, percentScale(1))
			for i, r := range rows {
				from := 0.0
				for _, part := range []struct {
					share    float64
					fill, on color.Color
				}{
					{r.Correct, correct, onDark}, {r.Partial, partial, onLight}, {r.Abstained, abstained, onLight},
					{r.Incorrect, incorrect, onDark}, {r.Unscored, unscored, onLight},
				} {
					if !finite(part.share) || part.share <= 0 {
						continue
					}
					left, right := at(from, i), at(from+part.share, i)
					bar(data, left, right, 20, part.fill)
					if from > 0 { // a hairline keeps neighbours apart without relying on hue
						data.SetColor(paper)
						data.Fill(vg.Rectangle{Min: vg.Point{X: left.X - .5, Y: left.Y - 10}, Max: vg.Point{X: left.X + .5, Y: left.Y + 10}}.Path())
					}
					if right.X-left.X > 20 {
						a.press.write(data, fmt.Sprintf("%.0f", math.Round(part.share*100)), vg.Point{X: (left.X + right.X) / 2, Y: left.Y},
							smallSize, part.on, alignCentre, alignMiddle)
					}
					from += part.share
				}
			}
		},
	}
}
