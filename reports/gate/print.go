package gate

import (
	"fmt"
	"math"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// points writes a difference of shares: "5 points".
func points(x float64) string { return trim(x*100) + " points" }

// signed writes a change of shares: "+1.2 points".
func signed(x float64) string {
	if s := points(x); x > 0 && s != points(0) {
		return "+" + s
	}
	return points(x)
}

// percent writes a share: "10 %".
func percent(x float64) string { return trim(x*100) + " %" }

// trim writes a number with at most two decimals and a true minus sign.
func trim(x float64) string {
	s := fmt.Sprintf("%.2f", math.Abs(x))
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if x < 0 && s != "0" {
		return "−" + s
	}
	return s
}

// written writes a value of the measure as a limit is written: a share in percent, a score, which may be negative, in points.
func (m Measure) written(x float64) string {
	if d, _ := m.look(); d.score {
		return points(x)
	}
	return percent(x)
}

// side writes the measure of one run: a share in percent, a score in points, a time in milliseconds.
func (f Finding) side(v reports.Figure) string {
	d, _ := f.Measure.look()
	switch {
	case math.IsNaN(float64(v)):
		return "–"
	case d.seconds:
		return fmt.Sprintf("%.0f ms", float64(v))
	case d.score:
		return v.Points()
	}
	return v.Percent() + " %"
}

// interval writes what the promise is about and its bounds.
func (f Finding) interval() string {
	d, _ := f.Measure.look()
	switch {
	case math.IsNaN(float64(f.Value)):
		return "–"
	case f.Kind == RatioAtMost:
		return fmt.Sprintf("× %.2f [%.2f, %.2f]", float64(f.Value), float64(f.Low), float64(f.High))
	case f.Kind == NotWorse:
		return signed(float64(f.Value))
	case !f.Low.Defined() || !f.High.Defined(): // of a run that was stopped early
		if f.Kind == NonInferior {
			return f.Value.Points() + " points"
		}
		return "–"
	case f.Kind == NonInferior:
		return fmt.Sprintf("%s [%s, %s] points", f.Value.Points(), f.Low.Points(), f.High.Points())
	case d.score:
		return fmt.Sprintf("[%s, %s]", f.Low.Points(), f.High.Points())
	}
	return fmt.Sprintf("[%s, %s] %%", f.Low.Percent(), f.High.Percent())
}

// legible makes a text fit to be shown: shortened, and sifted.
func legible(s string) string { return reports.Shorten(strings.TrimSpace(sift(s)), replyKept) }

// clean drops control characters, which could move a terminal's cursor or break an XML document, and makes one line of several.
func clean(s string) string { return strings.Map(oneLine, sift(s)) }

func oneLine(r rune) rune {
	if r == '\n' || r == '\t' {
		return ' '
	}
	return r
}

// sift drops what no output can show: control characters but line breaks and tabs, what is no character, and those that turn the direction
// of all that follows.
func sift(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r == '\r' || r == 0x2028 || r == 0x2029:
			return '\n'
		case r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0xd800 && r < 0xe000 || r == 0xfffe || r == 0xffff || r == 0xfffd:
			return -1
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}
