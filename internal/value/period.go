package value

// quarterAt reads Q3 at token k: a lone letter that touches a digit from 1 to 4.
func (rd *reader) quarterAt(k int) (q, next int) {
	t, n := rd.tok(k), rd.tok(k+1)
	if t.kind == wordToken && t.end-t.start == 1 && rd.s[t.start]|0x20 == 'q' && n.kind == numberToken && !n.space && n.num >= 1 && n.num <= 4 && n.digits == 1 && !n.decimal {
		return int(n.num), k + 2
	}
	return 0, 0
}

// quarterWord reads "Q3 2026", "Q3 of FY2026".
func (rd *reader) quarterWord(i int) int {
	q, j := rd.quarterAt(i)
	if q == 0 {
		return 0
	}
	y, k, fy := rd.periodYear(j)
	if y == 0 {
		return j
	}
	return rd.emitQuarter(i, k, y, q, fy)
}

// periodYear reads the year of a quarter, with "of" and "fiscal" before it.
func (rd *reader) periodYear(j int) (year, next int, fiscalYear bool) {
	for n := 0; n < 5; n++ {
		t := rd.tok(j)
		switch {
		case t.line:
			return 0, 0, false
		case t.is(fiscal):
			fiscalYear = true
		case t.is(of), t.mark('/'), t.mark(','), t.mark('-'), t.lex != nil && t.lex.unit != nil && t.lex.unit.name == "year":
		default:
			if y := rd.year(j); y > 0 {
				return y, j + 1, fiscalYear
			}
			return 0, 0, false
		}
		j++
	}
	return 0, 0, false
}

// quarterOrdinal reads "third quarter of 2026" and "पहली तिमाही 2026".
func (rd *reader) quarterOrdinal(i int) int {
	t, n := rd.tok(i), rd.tok(i+1)
	if n.kind != wordToken || !(n.is(quarter) || n.lex == nil && eqFold(rd.s[n.start:n.end], "quarter")) {
		return 0
	}
	y, j, fy := rd.periodYear(i + 2)
	if y == 0 {
		return 0
	}
	return rd.emitQuarter(i, j, y, int(t.lex.num), fy)
}

func eqFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i]|0x20 != b[i] {
			return false
		}
	}
	return true
}

// fiscalYear reads FY2026, FY26, "fiscal year 2026", "वित्त वर्ष 2025-26".
func (rd *reader) fiscalYear(i int) int {
	j := i + 1
	for n := 0; n < 2 && rd.tok(j).lex != nil && rd.tok(j).lex.unit != nil && rd.tok(j).lex.unit.name == "year"; n++ {
		j++
	}
	t := rd.tok(j)
	if t.kind != numberToken || t.line || t.decimal || t.grouped {
		return 0
	}
	y := int(t.num)
	switch {
	case t.digits == 2 && !t.space:
		y += 2000
	case t.digits != 4 || !plausibleYear(y):
		return 0
	}
	k := j + 1
	if d := rd.tok(k); (d.mark('-') || d.mark('/')) && !d.space && rd.adjacent(k+1) && rd.tok(k+1).kind == numberToken && int(rd.tok(k+1).num)%100 == (y+1)%100 {
		k += 2
	}
	return rd.emit(Value{Kind: Date, Unit: "FY", Date: civil(y, 1, 1), Grain: Year}, i, k)
}
