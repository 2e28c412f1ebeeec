package value

import "time"

// date reads the date at token i, or skips a time of day there, and returns the token after it, or 0. Two-digit years and bare
// months are no dates; a day and a month without a year is one, of year 0.
func (rd *reader) date(i int) int {
	t := &rd.toks[i]
	if t.kind == wordToken || t.mark('\'') {
		if j := rd.eraWord(i); j > 0 {
			return j
		}
	}
	switch t.kind {
	case dottedToken:
		return rd.dotted(i)
	case numberToken:
		if t.grouped || t.decimal {
			return 0
		}
		return rd.dateDigits(i)
	case digitToken:
		return rd.dateHan(i)
	case wordToken, hanToken:
		if t.lex == nil {
			return rd.quarterWord(i)
		}
		switch {
		case t.lex.month > 0:
			return rd.dateMonth(i)
		case t.is(ordinal):
			return rd.quarterOrdinal(i)
		case t.is(fiscal):
			return rd.fiscalYear(i)
		case t.is(nth):
			return 0
		}
	}
	return 0
}

// dateDigits reads dates that begin with a number.
func (rd *reader) dateDigits(i int) int {
	t := &rd.toks[i]
	if v, j := rd.era(i, false); j > 0 {
		return rd.emit(v, i, j)
	}
	n := rd.tok(i + 1)
	if n.mark(':') && !n.space && rd.tok(i+2).kind == numberToken && rd.adjacent(i+2) && rd.tok(i+2).digits == 2 && t.digits <= 2 { // 14:30
		j := i + 3
		for rd.tok(j).mark(':') && rd.adjacent(j) && rd.tok(j+1).kind == numberToken && rd.adjacent(j+1) {
			j += 2
		}
		return j
	}
	if n.kind == hanToken && (n.lex == nil || n.lex.unit != nil) && n.r == '年' && t.digits == 4 {
		return rd.afterYear(i, i+2, int(t.num))
	}
	if n.kind == hanToken && rd.s[n.start:n.end] == "年度" && t.digits == 4 {
		return rd.emitDate(i, i+2, int(t.num), 1, 1, Year)
	}
	if n.kind == hanToken && n.r == '月' && t.digits <= 2 {
		return rd.monthDay(i, int(t.num))
	}
	if n.mark('-') || n.mark('/') {
		if !n.space && rd.adjacent(i+2) {
			if j := rd.separated(i, n.r); j > 0 {
				return j
			}
		}
	}
	// 31 March 2026, 31st of March, 31 मार्च
	if t.digits <= 2 && t.num >= 1 && t.num <= 31 {
		k := i + 1
		if s := rd.tok(k); s.kind == wordToken && !s.space && rd.ordinalSuffix(k) {
			k++
		}
		if rd.tok(k).is(of) {
			k++
			if rd.tok(k).is(of) {
				k++
			}
		}
		if m := rd.tok(k); m.lex != nil && m.lex.month > 0 && m.kind == wordToken && !m.line && (k == i+1 && m.space || k > i+1) {
			day := int(t.num)
			j := k + 1
			if p := rd.tok(j); (p.mark(',') || p.mark('.') && m.end-m.start <= 4) && rd.year(j+1) > 0 {
				j++
			}
			y := rd.year(j)
			if y > 0 {
				j++
			} else {
				j = k + 1
			}
			return rd.emitDate(i, j, y, int(m.lex.month), day, Day)
		}
	}
	if t.digits == 4 {
		return rd.bareYear(i)
	}
	return 0
}

func (rd *reader) ordinalSuffix(k int) bool {
	t := rd.tok(k)
	switch rd.s[t.start:t.end] {
	case "st", "nd", "rd", "th":
		return true
	}
	return false
}

// year reads a four-digit year at token j, or gives 0.
func (rd *reader) year(j int) int {
	t := rd.tok(j)
	if t.kind != numberToken || t.grouped || t.decimal || t.digits != 4 || t.line || t.num < 1000 {
		return 0
	}
	return int(t.num)
}

// separated reads dates of two or three parts with dashes or slashes.
func (rd *reader) separated(i int, sep rune) int {
	t, b := &rd.toks[i], rd.tok(i+2)
	if b.lex != nil && b.lex.month > 0 { // 31-Mar-2026
		if c := rd.tok(i + 3); c.mark(sep) && !c.space && rd.adjacent(i+4) && rd.year(i+4) > 0 && t.digits <= 2 {
			return rd.emitDate(i, i+5, rd.year(i+4), int(b.lex.month), int(t.num), Day)
		}
		return 0
	}
	if b.kind == wordToken && t.digits == 4 { // 2026-Q3
		if q, j := rd.quarterAt(i + 2); q > 0 {
			return rd.emitQuarter(i, j, int(t.num), q, false)
		}
		return 0
	}
	if b.kind != numberToken || b.grouped || b.decimal {
		return 0
	}
	c := rd.tok(i + 4)
	three := rd.tok(i+3).mark(sep) && rd.adjacent(i+3) && rd.adjacent(i+4) && c.kind == numberToken && !c.decimal && !c.grouped
	switch {
	case t.digits == 4 && three && b.digits <= 2 && c.digits <= 2:
		return rd.emitDate(i, i+5, int(t.num), int(b.num), int(c.num), Day)
	case t.digits == 4 && !three && sep == '-' && b.digits == 2 && (b.num == float64((int(t.num)+1)%100) || b.num > 12):
		if b.num != float64((int(t.num)+1)%100) {
			return 0
		}
		if b.num <= 12 { // 2011-12: the ISO month, unless it is called a fiscal year
			return rd.emitDate(i, i+3, int(t.num), int(b.num), 1, Month)
		}
		v := Value{Kind: Date, Date: civil(int(t.num), 1, 1), Grain: Year, Unit: "FY"}
		return rd.emit(v, i, i+3)
	case t.digits == 4 && !three && b.digits == 2 && t.num >= 1000:
		return rd.emitDate(i, i+3, int(t.num), int(b.num), 1, Month)
	case three && c.digits == 4 && t.digits <= 2 && b.digits <= 2:
		d, m := int(t.num), int(b.num)
		if d > 12 || d == m {
			return rd.emitDate(i, i+5, int(c.num), m, d, Day)
		}
		if m > 12 {
			return rd.emitDate(i, i+5, int(c.num), d, m, Day)
		}
		if !valid(int(c.num), m, d) || !valid(int(c.num), d, m) {
			return 0
		}
		v := Value{Kind: Date, Grain: Day, Date: civil(int(c.num), m, d), Alt: civil(int(c.num), d, m)}
		return rd.emit(v, i, i+5)
	}
	return 0
}

// dotted reads 31.03.2026, which is day before month wherever it is written, and 2026.03.31.
func (rd *reader) dotted(i int) int {
	t := &rd.toks[i]
	var part, width [4]int
	n := 0
	for k := t.start; k < t.end; {
		r, w := rd.next(k)
		k += w
		if r == '.' {
			n++
			if n > 2 {
				return 0
			}
			continue
		}
		if !asciiDigit(r) || width[n] > 4 {
			return 0
		}
		part[n] = part[n]*10 + int(r-'0')
		width[n]++
	}
	switch {
	case n != 2:
	case width[2] == 4 && width[0] <= 2 && width[1] <= 2:
		return rd.emitDate(i, i+1, part[2], part[1], part[0], Day)
	case width[0] == 4 && width[1] <= 2 && width[2] <= 2:
		return rd.emitDate(i, i+1, part[0], part[1], part[2], Day)
	}
	return 0
}

// dateMonth reads dates that begin with the name of a month. English "may" and "march" need their capital.
func (rd *reader) dateMonth(i int) int {
	t := &rd.toks[i]
	if c := rd.s[t.start]; c >= 'a' && c <= 'z' && (t.lex.month == time.May || t.lex.month == time.March) {
		return 0
	}
	k := i + 1
	if p := rd.tok(k); p.mark('.') && !p.space && t.end-t.start <= 4 {
		k++
	}
	if rd.tok(k).mark('-') && rd.adjacent(k) && rd.adjacent(k+1) && rd.year(k+1) > 0 { // Mar-2026
		return rd.emitDate(i, k+2, rd.year(k+1), int(t.lex.month), 1, Month)
	}
	if p := rd.tok(k); p.mark(',') || p.is(of) {
		if y := rd.year(k + 1); y > 0 && plausibleYear(y) {
			return rd.emitDate(i, k+2, y, int(t.lex.month), 1, Month)
		}
		return 0
	}
	d := rd.tok(k)
	if d.kind != numberToken || d.grouped || d.decimal || d.line {
		return 0
	}
	if y := rd.year(k); y > 0 {
		if !plausibleYear(y) {
			return 0
		}
		return rd.emitDate(i, k+1, y, int(t.lex.month), 1, Month)
	}
	if d.digits > 2 {
		return 0
	}
	j := k + 1
	if s := rd.tok(j); s.kind == wordToken && !s.space && rd.ordinalSuffix(j) {
		j++
	}
	y := 0
	if rd.tok(j).mark(',') && rd.year(j+1) > 0 {
		y = rd.year(j + 1)
		j += 2
	} else if y = rd.year(j); y > 0 {
		j++
	}
	if y == 0 && rd.counted(j) {
		return 0 // "in March 12 people": the number counts
	}
	return rd.emitDate(i, j, y, int(t.lex.month), int(d.num), Day)
}

func plausibleYear(y int) bool { return y >= 1000 && y <= 2999 }

// dateHan reads 二〇二六年三月 and 三月三十一日.
func (rd *reader) dateHan(i int) int {
	f, ok := rd.hanFigure(i)
	if !ok || f.num != float64(int(f.num)) {
		return 0
	}
	n := rd.tok(f.next)
	if n.kind != hanToken {
		return 0
	}
	digits := 2
	if f.next-i == 4 {
		digits = 4
	}
	if v, j := rd.eraHan(int(f.num), digits, f.next); j > 0 {
		return rd.emit(v, i, j)
	}
	switch {
	case n.r == '年' && f.num >= 1000 && f.num < 3000 && f.next-i == 4:
		return rd.afterYear(i, f.next+1, int(f.num))
	case n.r == '月' && f.num <= 12:
		return rd.monthDayAt(i, f.next+1, 0, int(f.num))
	}
	return 0
}

// smallInt reads a whole number of at most two digits at token k in digits or characters.
func (rd *reader) smallInt(k int) (n, next int) {
	t := rd.tok(k)
	switch t.kind {
	case numberToken:
		if t.digits <= 2 && !t.decimal {
			return int(t.num), k + 1
		}
	case digitToken:
		if f, ok := rd.hanFigure(k); ok && f.num < 100 {
			return int(f.num), f.next
		}
	}
	return 0, 0
}

// afterYear goes on behind "2026年": a month, a quarter, or nothing.
func (rd *reader) afterYear(i, k, year int) int {
	if rd.tok(k).is(edition) && rd.adjacent(k) {
		return k
	}
	q := k
	if t := rd.tok(q); t.is(nth) || t.r == '的' {
		q++
	}
	if n, next := rd.smallInt(q); next > 0 {
		switch u := rd.tok(next); {
		case u.kind == hanToken && u.r == '月' && n >= 1 && n <= 12:
			return rd.monthDayAt(i, next+1, year, n)
		case u.kind == hanToken && rd.s[u.start:u.end] == "季度" && n >= 1 && n <= 4:
			return rd.emitQuarter(i, next+1, year, n, false)
		}
	}
	if qn, j := rd.quarterAt(q); qn > 0 {
		return rd.emitQuarter(i, j, year, qn, false)
	}
	return rd.emitDate(i, k, year, 1, 1, Year)
}

func (rd *reader) monthDay(i, month int) int { return rd.monthDayAt(i, i+2, 0, month) }

// monthDayAt goes on behind "3月" at token k. Without a year and a day nothing is said, and the month is skipped.
func (rd *reader) monthDayAt(i, k, year, month int) int {
	if d, next := rd.smallInt(k); next > 0 {
		if u := rd.tok(next); u.kind == hanToken && (u.r == '日' || u.r == '号') && d >= 1 && d <= 31 {
			return rd.emitDate(i, next+1, year, month, d, Day)
		}
	}
	if year == 0 {
		return k
	}
	return rd.emitDate(i, k, year, month, 1, Month)
}

// bareYear reads a year that stands alone. It keeps its Num, since a count can look like it, and is none where something is
// counted or a document is named.
func (rd *reader) bareYear(i int) int {
	t, n := &rd.toks[i], rd.tok(i+1)
	if t.num < 1900 || t.num >= 2100 {
		return 0
	}
	if p := rd.tok(i - 1); p.kind == markToken && !t.space && (p.r == '-' || p.r == '/' || p.r == '#' || p.r == '.' || p.r == '+') {
		if p.r != '-' || !rd.tok(i-1).space {
			return 0
		}
	}
	if p := rd.tok(i - 1); p.lex != nil && p.lex.currency != "" {
		return 0
	}
	if n.kind == digitToken && !n.space || n.kind == powerToken || n.kind == fractionToken {
		return 0
	}
	if l := n.lex; l != nil && !n.line {
		switch {
		case l.role == edition:
			return i + 2
		case l.unit != nil && n.kind != wordToken, l.unit != nil && rd.unitHere(i+1), l.currency != "" && n.kind != markToken, l.scale > 0, l.role == percent, l.role == measure:
			return 0
		}
		if q, j := rd.quarterAt(i + 1); q > 0 {
			return rd.emitQuarter(i, j, int(t.num), q, false)
		}
	} else if n.kind == wordToken && !n.line {
		if q, j := rd.quarterAt(i + 1); q > 0 {
			return rd.emitQuarter(i, j, int(t.num), q, false)
		}
		if !n.space {
			return 0 // part of an identifier
		}
		if w := rd.s[n.start:n.end]; len(w) > 4 && w[len(w)-1] == 's' && w[0] >= 'a' && w[0] <= 'z' {
			return 0 // a plural: "2000 units"
		}
	}
	if c := rd.tok(i - 1); i > 0 && !t.space && c.kind == wordToken {
		return 0
	}
	v := Value{Kind: Date, Grain: Year, Date: civil(int(t.num), 1, 1), Num: t.num, Step: 1}
	return rd.emit(v, i, i+1)
}

func civil(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func valid(y, m, d int) bool {
	if m < 1 || m > 12 || d < 1 || d > 31 || y < 0 {
		return false
	}
	if y == 0 {
		y = 4 // a leap year: 29 February may be meant
	}
	return civil(y, m, d).Day() == d
}

// emitDate records a date, or reads nothing where no such day exists.
func (rd *reader) emitDate(i, j, y, m, d int, g Grain) int {
	if !valid(y, m, d) || y > 0 && !plausibleYear(y) {
		return 0
	}
	return rd.emit(Value{Kind: Date, Date: civil(y, m, d), Grain: g}, i, j)
}

func (rd *reader) emitQuarter(i, j, y, q int, fy bool) int {
	v := Value{Kind: Date, Date: civil(y, 3*q-2, 1), Grain: Quarter}
	if fy {
		v.Unit = "FY"
	}
	return rd.emit(v, i, j)
}
