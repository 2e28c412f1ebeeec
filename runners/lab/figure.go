package lab

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// numeral is a number as it stands in a mention: its digits with their script, grouping and decimals, or a number word.
type numeral struct {
	text.Span         // within the mention
	zero      rune    // the script's zero; 0: a number word
	group     string  // what stands between groups; "": nothing
	indian    bool    // groups of two after the first three
	point     string  // what stands before the decimals
	decimals  int     // how many are written
	value     float64 // of the digits alone
	ratio     float64 // the mention's magnitude over value: the scale word's
}

// zeros of the scripts in which figures are written here.
var zeros = []rune{'0', '०', '０'}

// digitsOf gives a rune's digit and the zero of its script.
func digitsOf(r rune) (digit int, zero rune) {
	for _, z := range zeros {
		if r >= z && r <= z+9 {
			return int(r - z), z
		}
	}
	return -1, 0
}

// numeralIn finds the one number in a mention of magnitude num. It fails for a mention with two, such as a range.
func numeralIn(written, language string, num float64) (numeral, bool) {
	var runs []numeral
	for i := 0; i < len(written); {
		r, size := utf8.DecodeRuneInString(written[i:])
		_, zero := digitsOf(r)
		if zero == 0 {
			i += size
			continue
		}
		j := i
		for j < len(written) {
			r, size := utf8.DecodeRuneInString(written[j:])
			if _, z := digitsOf(r); z == zero {
				j += size
				continue
			}
			next, _ := utf8.DecodeRuneInString(written[j+size:])
			if _, z := digitsOf(next); z != zero || !strings.ContainsRune(",.，'’\u00a0\u202f", r) {
				break
			}
			j += size
		}
		runs = append(runs, numeral{Span: text.Span{Start: i, End: j}, zero: zero})
		i = j
	}
	switch len(runs) {
	case 0:
		return wordIn(written, language, num)
	case 1:
		return runs[0].scan(runs[0].Of(written), num)
	}
	return numeral{}, false
}

// scan reads the digits so that their value is the magnitude, or a round part of it.
func (n numeral) scan(run string, num float64) (numeral, bool) {
	var groups []string
	var seps []string
	digits := ""
	for _, r := range run {
		if d, z := digitsOf(r); z == n.zero {
			digits += strconv.Itoa(d)
			continue
		}
		groups, seps, digits = append(groups, digits), append(seps, string(r)), ""
	}
	groups = append(groups, digits)
	last := len(groups) - 1
	for _, ratio := range []float64{1, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e11, 1e12, 10, 100, .1, .01} {
		for _, point := range []bool{true, false} {
			m := n
			whole := groups
			fraction := ""
			if point && last > 0 {
				m.point, m.decimals, whole, fraction = seps[last-1], len(groups[last]), groups[:last], "."+groups[last]
			}
			if len(whole) > 1 {
				m.group = seps[0]
				m.indian = len(whole) > 2 && len(whole[len(whole)-2]) == 2
			}
			if point && m.point != "" && m.group == m.point || !grouping(whole) {
				continue
			}
			x, err := strconv.ParseFloat(strings.Join(whole, "")+fraction, 64)
			if err == nil && alike(x*ratio, math.Abs(num)) {
				m.value, m.ratio = x, ratio
				return m, true
			}
		}
	}
	return numeral{}, false
}

// grouping reports whether digits are grouped as people group them: three at the end, two or three before.
func grouping(whole []string) bool {
	for i, g := range whole[1:] {
		if len(g) != 3 && (len(g) != 2 || i == len(whole)-2) {
			return false
		}
	}
	return true
}

func alike(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// write gives the digits of a magnitude in the numeral's manner, with as many decimals as it has, or up to more, where it needs them.
func (n numeral) write(num float64, more int) (string, bool) {
	x := math.Abs(num) / n.ratio
	for d := n.decimals; d <= n.decimals+more; d++ {
		s := strconv.FormatFloat(x, 'f', d, 64)
		if back, _ := strconv.ParseFloat(s, 64); !alike(back, x) {
			continue
		}
		whole, fraction, _ := strings.Cut(s, ".")
		if n.group != "" || len(whole) > 3 && n.value < 1e3 {
			whole = n.grouped(whole)
		}
		if fraction != "" {
			point := n.point
			if point == "" {
				point = "."
				if n.group == "." {
					point = ","
				}
			}
			whole += point + fraction
		}
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return n.zero + r - '0'
			}
			return r
		}, whole), true
	}
	return "", false
}

func (n numeral) grouped(whole string) string {
	sep := n.group
	if sep == "" {
		sep = ","
	}
	width := 3
	for at := len(whole) - 3; at > 0; at -= width {
		whole = whole[:at] + sep + whole[at:]
		if n.indian {
			width = 2
		}
	}
	return whole
}

// numberWords are the small numbers that prose writes out, from one; a language's second spelling of a number stands in variants.
var numberWords = map[string][]string{
	"en": {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"},
	"zh": {"一", "两", "三", "四", "五", "六", "七", "八", "九", "十"},
	"hi": {"एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ", "दस", "ग्यारह", "बारह"},
}

var variants = map[string]string{"二": "两", "पांच": "पाँच", "छः": "छह", "छे": "छह"}

// wordIn finds the one number word in a mention.
func wordIn(written, language string, num float64) (numeral, bool) {
	list := numberWords[language]
	if num < 1 || num > float64(len(list)) || num != math.Trunc(num) {
		return numeral{}, false
	}
	want := list[int(num)-1]
	var found []text.Span
	for i, w := range text.Words(written) {
		if v, ok := variants[w]; ok {
			w = v
		}
		if slices.Contains(list, w) {
			if w != want {
				return numeral{}, false
			}
			found = append(found, text.WordSpans(written)[i])
		}
	}
	if len(found) != 1 {
		return numeral{}, false
	}
	return numeral{Span: found[0], value: num, ratio: 1}, true
}

// refigure writes a mention again with another magnitude: in the same currency, unit, script, grouping and decimals (with up to more
// further ones), the unit in the plural where one was one. It fails where the outcome would not read as that magnitude.
func refigure(written, language string, old value.Value, num float64, more int) (string, bool) {
	n, ok := numeralIn(written, language, old.Num)
	if !ok || num <= 0 {
		return "", false
	}
	var digits string
	switch list := numberWords[language]; {
	case n.zero != 0:
		if digits, ok = n.write(num, more); !ok {
			return "", false
		}
	case num != math.Trunc(num) || num > float64(len(list)):
		return "", false
	default:
		digits = list[int(num)-1]
		if first, _ := utf8.DecodeRuneInString(written[n.Start:]); unicode.IsUpper(first) {
			digits = strings.ToUpper(digits[:1]) + digits[1:]
		}
	}
	tail := written[n.End:]
	if n.value == 1 && num/n.ratio != 1 {
		tail = plural(tail, language)
	}
	out := written[:n.Start] + digits + tail
	for _, m := range value.Find(out, language) {
		if m.Kind == old.Kind && m.Unit == old.Unit && alike(math.Abs(m.Num), num) && m.Start == 0 && m.End == len(out) {
			return out, true
		}
	}
	return "", false
}

// plural puts the unit that follows a one into the plural; Chinese has none.
func plural(tail, language string) string {
	trimmed := strings.TrimRight(tail, " .")
	switch language {
	case "en":
		if last, _ := utf8.DecodeLastRuneInString(trimmed); unicode.IsLetter(last) && len(strings.TrimSpace(trimmed)) >= 3 && unicode.IsLower(last) && last != 's' {
			return trimmed + "s" + tail[len(trimmed):]
		}
	case "hi": // masculine nouns in -ā: महीना, घंटा, हफ़्ता, रुपया
		if s, ok := strings.CutSuffix(trimmed, "या"); ok {
			return s + "ये" + tail[len(trimmed):]
		}
		if s, ok := strings.CutSuffix(trimmed, "ा"); ok {
			return s + "े" + tail[len(trimmed):]
		}
	}
	return tail
}

// alternatives gives other magnitudes that could as well have stood where a mention stands: as many digits that count, of the same
// length, within about half and double, or far more where a comparison is to turn (wide); per cents stay below a hundred. They come in
// a seeded order.
func alternatives(written, language string, v value.Value, wide bool, dice dicer) []float64 {
	n, ok := numeralIn(written, language, v.Num)
	if !ok || n.value <= 0 {
		return nil
	}
	unit := math.Pow10(-n.decimals) // the weight of the last digit that counts
	whole := math.Round(n.value / unit)
	for whole >= 10 && math.Mod(whole, 10) == 0 {
		whole, unit = whole/10, unit*10
	}
	var picks []float64
	if whole < 10 {
		for d := -4.; d <= 4; d++ {
			picks = append(picks, whole+d)
		}
	} else {
		for _, r := range [...]float64{.55, .6, .65, .7, .75, .8, .85, .9, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8} {
			picks = append(picks, math.Round(whole*r))
		}
	}
	if wide {
		for _, r := range [...]float64{.1, .15, .2, .25, .3, .4, 2, 2.5, 3, 4, 5} {
			picks = append(picks, math.Round(whole*r))
		}
	}
	dice.Shuffle(len(picks), func(i, j int) { picks[i], picks[j] = picks[j], picks[i] })
	var same, others []float64
	for _, p := range picks {
		x := p * unit
		if p == whole || x <= 0 || p < 2 && unit >= 1 || v.Kind == value.Percent && v.Num <= 100 && x*n.ratio >= 100 {
			continue
		}
		num := x * n.ratio
		if math.Floor(math.Log10(x)) == math.Floor(math.Log10(n.value)) {
			same = append(same, num)
		} else {
			others = append(others, num)
		}
	}
	return append(same, others...)
}
