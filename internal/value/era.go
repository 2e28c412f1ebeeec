package value

// era reads a decade or century that begins with the number at token i: 1990s, "19th century", 1990年代, 20世纪90年代, 19世纪, "1990 के दशक",
// "19वीं सदी". Below 1900 and with an apostrophe a decade needs a "the" or a part of it ("early") before it, since "1800s" is half an hour and "1990's"
// belongs to the year. named says that one of these words stands there. It returns the token after it, or 0.
func (rd *reader) era(i int, named bool) (v Value, j int) {
	t, n := rd.tok(i), rd.tok(i+1)
	if t.kind != numberToken || t.grouped || t.decimal || t.num < 1 {
		return v, 0
	}
	y := int(t.num)
	switch {
	case n.kind == hanToken:
		return rd.eraHan(y, t.digits, i+1)
	case t.digits == 4 && y%10 == 0 && plausibleYear(y):
		switch {
		case rd.letter(i+1, "s") && (y >= 1900 || named):
			return decade(y), i + 2
		case n.mark('\'') && !n.space && rd.letter(i+2, "s") && named:
			return decade(y), i + 3
		case rd.reads(i+1, "के") && rd.reads(i+2, "दशक"):
			return decade(y), i + 3
		}
	case named && t.digits == 2 && y%10 == 0 && y >= 30 && rd.letter(i+1, "s"): // the 90s
		return decade(1900 + y), i + 2
	case t.digits <= 2 && y <= 30 && n.kind == wordToken && !n.space:
		k := i + 2
		if rd.tok(k).mark('-') && rd.adjacent(k) {
			k++
		}
		if rd.ordinalSuffix(i+1) && rd.reads(k, "century") && !rd.beforeChrist(k+1) || rd.reads(i+1, "वीं") && (rd.reads(k, "सदी") || rd.reads(k, "शताब्दी")) {
			return century(y), k + 1
		}
	}
	return v, 0
}

// eraHan goes on behind a number at token k: 年代 or 世纪, the latter with a decade of it or without. A decade of two digits is one of the last century.
func (rd *reader) eraHan(y, digits, k int) (v Value, j int) {
	a, b := rd.tok(k), rd.tok(k+1)
	switch {
	case a.r == '年' && b.r == '代' && b.kind == hanToken && y%10 == 0 && (digits == 4 && plausibleYear(y) || digits == 2):
		if digits == 2 {
			y += 1900
		}
		return rd.partBehind(decade(y), k+2)
	case a.r == '世' && (b.r == '纪' || b.r == '紀') && b.kind == hanToken && y <= 30:
		if n, next := rd.smallInt(k + 2); next > 0 && n%10 == 0 && rd.tok(next).r == '年' && rd.tok(next+1).r == '代' {
			return rd.partBehind(decade(100*(y-1)+n), next+2)
		}
		return rd.partBehind(century(y), k+2)
	}
	return v, 0
}

// decade is the ten years from y on, or where y is a hundred but the last, the hundred: "the 1800s".
func decade(y int) Value {
	v := Value{Kind: Date, Date: civil(y, 1, 1), Grain: Decade}
	if y%100 == 0 && y < 2000 {
		v.Grain = Century
	}
	return v
}

func century(n int) Value { return Value{Kind: Date, Date: civil(100*(n-1), 1, 1), Grain: Century} }

// partBehind reads the part of a Chinese era: 90年代初, 19世纪末.
func (rd *reader) partBehind(v Value, j int) (Value, int) {
	t, n := rd.tok(j), rd.tok(j+1)
	if t.kind != hanToken || t.space {
		return v, j
	}
	two := n.kind == hanToken && (n.r == '期' || n.r == '叶')
	switch t.r {
	case '初', '早':
		v.Unit = "early"
	case '中':
		v.Unit = "mid"
	case '末', '晚', '后':
		v.Unit = "late"
	default:
		return v, j
	}
	switch {
	case two:
		return v, j + 2
	case t.r == '初' || t.r == '末':
		return v, j + 1
	}
	v.Unit = ""
	return v, j
}

// eraWord reads an era behind a word: "early 1990s", "mid-1990s", "the 1800s", "nineteenth century", '90s.
func (rd *reader) eraWord(i int) int {
	t := &rd.toks[i]
	if t.mark('\'') {
		if n := rd.tok(i + 1); n.kind == numberToken && !n.space && n.digits == 2 && int(n.num)%10 == 0 && rd.letter(i+2, "s") {
			y := 1900 + int(n.num)
			if n.num < 20 {
				y += 100
			}
			return rd.emit(Value{Kind: Date, Date: civil(y, 1, 1), Grain: Decade}, i, i+3)
		}
		return 0
	}
	part, k := "", i+1 // of "the" alone
	switch w := rd.s[t.start:t.end]; w {
	case "the", "The":
	case "early", "Early":
		part = "early"
	case "late", "Late":
		part = "late"
	case "mid", "Mid":
		part = "mid"
		if rd.tok(k).mark('-') && rd.adjacent(k) {
			k++
		}
	default:
		if !rd.reads(k, "century") {
			return 0
		}
		if n := ordinalCentury(w); n > 0 && !rd.beforeChrist(k+1) {
			return rd.emit(century(n), i, k+1)
		}
		return 0
	}
	v, j := rd.era(k, true)
	if n := ordinalCentury(rd.s[rd.tok(k).start:rd.tok(k).end]); j == 0 && n > 0 && rd.reads(k+1, "century") && !rd.beforeChrist(k+2) {
		v, j = century(n), k+2
	}
	if j == 0 {
		return 0
	}
	v.Unit = part
	return rd.emit(v, i, j)
}

func ordinalCentury(w string) int {
	for i, o := range [...]string{"tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"} {
		if eqFold(w, o) {
			return 10 + i
		}
	}
	return 0
}

// letter reports whether token k is a word that touches what stands before it.
func (rd *reader) letter(k int, w string) bool { return !rd.tok(k).space && rd.reads(k, w) }

// reads reports whether token k is a word on the same line.
func (rd *reader) reads(k int, w string) bool {
	t := rd.tok(k)
	if t.kind != wordToken || t.line {
		return false
	}
	s := rd.s[t.start:t.end]
	return s == w || w[0] >= 0x80 && hindiKey(s) == hindiKey(w)
}

func (rd *reader) beforeChrist(k int) bool {
	return rd.reads(k, "BC") || rd.reads(k, "BCE") || rd.reads(k, "B") && rd.tok(k+1).mark('.')
}

// years gives the first and the last year of an era or any finer date. The parts of an era overlap, since nobody draws a line between them.
func years(v Value) (first, last int) {
	y := v.Date.Year()
	var tenth int
	switch v.Grain {
	case Decade:
		tenth = 1
	case Century:
		tenth = 10
	default:
		return y, y
	}
	switch v.Unit {
	case "early":
		return y, y + 5*tenth - 1
	case "mid":
		return y + 3*tenth, y + 8*tenth - 1
	case "late":
		return y + 6*tenth, y + 10*tenth - 1
	}
	return y, y + 10*tenth - 1
}

// compareEras relates two dates of which one at least is an era: what lies within the gold is right, what only overlaps says nothing.
func compareEras(gold, got Value) Relation {
	if gold.Date.Year() == 0 || got.Date.Year() == 0 {
		return Unrelated
	}
	a, b := years(gold)
	c, d := years(got)
	switch {
	case a <= c && d <= b && gold.Grain >= Decade:
		return Match
	case d < a || b < c:
		return Conflict
	}
	return Unrelated
}

// eraHolds matches a bare figure that is a year of an era: free text does not take 1847 for a year, but who was asked for a century means one.
func eraHolds(gold, got Value) Relation {
	a, b := years(gold)
	if y := int(got.Num); gold.Grain >= Decade && got.Kind == Number && got.Unit == "" && got.Num == float64(y) && a <= y && y <= b {
		return Match
	}
	return Unrelated
}
