package plot

import (
	"fmt"
	"image/color"
)

// The colours mean the same in every chart and table of a report. Blue-green against vermilion stays apart for colour-blind eyes,
// and the two differ in lightness from the amber and the greys between them.
var (
	paper = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	ink   = color.NRGBA{0x1B, 0x26, 0x31, 0xFF}
	faint = color.NRGBA{0x55, 0x63, 0x70, 0xFF}
	rule  = color.NRGBA{0xE1, 0xE6, 0xEA, 0xFF}

	correct   = color.NRGBA{0x0B, 0x7A, 0x8F, 0xFF}
	partial   = color.NRGBA{0xE3, 0xA0, 0x1B, 0xFF}
	abstained = color.NRGBA{0xA9, 0xB4, 0xBD, 0xFF}
	incorrect = color.NRGBA{0xCB, 0x45, 0x29, 0xFF}
	unscored  = color.NRGBA{0xD6, 0xDD, 0xE3, 0xFF}

	// Text on the two dark fills, and on the light ones.
	onDark  = color.NRGBA{0xFE, 0xFE, 0xFE, 0xFF}
	onLight = color.NRGBA{0x1C, 0x27, 0x32, 0xFF}

	// Series, for arms side by side.
	seriesColors = [...]color.NRGBA{
		{0x8A, 0x94, 0x9E, 0xFF}, {0x3B, 0x5B, 0xC4, 0xFF}, {0x8B, 0x3F, 0xA8, 0xFF},
		{0x7A, 0x5C, 0x2E, 0xFF}, {0x2F, 0x7D, 0x4F, 0xFF}, {0xB0, 0x3A, 0x6F, 0xFF},
	}
)

// palette names the colours that a page may replace.
var palette = [...]struct {
	name  string
	color color.NRGBA
}{
	{"paper", paper}, {"ink", ink}, {"faint", faint}, {"rule", rule},
	{"correct", correct}, {"partial", partial}, {"abstained", abstained}, {"incorrect", incorrect}, {"unscored", unscored},
	{"on-dark", onDark}, {"on-light", onLight},
	{"series-1", seriesColors[0]}, {"series-2", seriesColors[1]}, {"series-3", seriesColors[2]},
	{"series-4", seriesColors[3]}, {"series-5", seriesColors[4]}, {"series-6", seriesColors[5]},
}

// hex spells a colour as the SVG canvas does, which rounds down and may miss by one.
func hex(c color.NRGBA) string {
	r, g, b, full := c.RGBA()
	a := 255.0 / float64(full)
	return fmt.Sprintf("#%02X%02X%02X", int(float64(r)*a), int(float64(g)*a), int(float64(b)*a))
}
