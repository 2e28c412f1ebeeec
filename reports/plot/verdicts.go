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

// Verdicts draws what became of the answers, one stacked bar an arm. Arms without an answer keep their row, empty.
func Verdicts(rows []Shares) Chart {
	key := []keyEntry{{"correct", correct, nil}, {"partial", partial, nil}, {"abstained", abstained, nil}, {"incorrect", incorrect, nil}}
	labels := make([]row, len(rows))
	for i, r := range rows {
		labels[i] = row{r.Label, fmt.Sprintf("n %d", r.N)}
		if r.Unscored > 0 && len(key) == 4 {
			key = append(key, keyEntry{"unscored", unscored, nil})
		}
	}
	return Chart{
		Name: "verdicts", Title: "What became of the answers", Alt: "Shares of correct, partial, abstained and incorrect answers by arm.",
		key: key, right: true, rows: len(rows),
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
					if !(part.share > 0) {
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
