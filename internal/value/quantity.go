package value

import "math"

// quantity reads a number with its sign, currency, unit or per cent sign at token i, and returns the token after it, or 0.
func (rd *reader) quantity(i int) int {
	t := &rd.toks[i]
	switch t.kind {
	case dottedToken, powerToken:
		return 0
	case wordToken, hanToken:
		if t.lex == nil {
			return 0
		}
	}
	k, sign := i, 1.0
	paren := false
	if t.mark('(') && (rd.accounting(i)) {
		paren = true
		k++
	}
	currency := ""
	take := func() {
		if c := rd.tok(k); c.lex != nil && c.lex.currency != "" && c.lex.minor == 0 && rd.currencyBefore(k) {
			currency = c.lex.currency
			k++
			if rd.tok(k).mark('.') && c.kind == wordToken { // Rs. 500
				k++
			}
		}
	}
	take()
	if currency != "" && rd.tok(k).mark('(') && rd.accounting(k) { // $(134)
		paren = true
		k++
	}
	if s := rd.tok(k); (s.mark('-') || s.mark('+')) && !rd.tok(k+1).space && rd.signed(k) || s.is(minus) {
		if !s.mark('+') {
			sign = -1
		}
		k++
		if currency == "" {
			take()
		}
	}
	per := 0.0
	if s := rd.tok(k); s.is(percentBefore) {
		per = 1
		k++
	} else if s.is(permilleBefore) {
		per = 0.1
		k++
	}
	n := rd.tok(k)
	if n.line && k > i {
		return 0
	}
	if n.mark('.') && k+1 < len(rd.toks) && rd.tok(k+1).kind == numberToken && rd.adjacent(k+1) && (n.space || currency != "") && !rd.tok(k+1).decimal && !rd.tok(k+1).grouped {
		d := rd.tok(k + 1) // .5
		d.num /= pow10(d.digits)
		d.decimals, d.decimal, d.zero = d.digits, true, false
		k++
		n = d
	}
	if n.kind == numberToken && (n.zero && !n.decimal || n.digits > 15) && currency == "" {
		if j := rd.identifier(k); j > 0 {
			return j
		}
		return rd.emit(Value{Kind: ID}, k, k+1)
	}
	if currency == "" && sign == 1 && per == 0 && rd.compound(k) {
		return 0
	}
	f, ok := rd.figure(k)
	if !ok {
		return 0
	}
	f.num *= sign
	if paren {
		f.num = -f.num
	}
	v := Value{Kind: Number, Num: f.num, Step: f.step, Scaled: f.scaled}
	j := f.next
	bounded, unitFound := false, false
	switch {
	case per > 0:
		v.Kind, v.Num, v.Step = Percent, v.Num*per, v.Step*per
		unitFound = true
	case currency != "":
		v.Kind, v.Unit = Money, currency
		if c := rd.tok(j); c.lex != nil && c.lex.currency != "" && c.lex.minor == 0 && sameCurrency(c.lex.currency, currency) && !c.line {
			if v.Unit == "$" || v.Unit == "¥" {
				v.Unit = c.lex.currency
			}
			j++
		}
		unitFound = true
	default:
		if rd.tok(j).is(boundAfter) && rd.tok(j).lex.bound == Over && rd.adjacent(j) { // 200多人
			v.Bound = Over
			j++
			bounded = true
		}
		if rd.tok(j).mark('+') && rd.adjacent(j) {
			v.Bound = AtLeast
			j++
			bounded = true
		}
		u := j
		if rd.tok(k-1).mark('(') && rd.tok(j).mark(')') && !paren { // "twenty-eight (28) days"
			u++
		}
		if u, unitFound = rd.suffix(&v, u, f); unitFound {
			j = u
		}
	}
	if !unitFound {
		if f.indefinite && !rd.one(k, j) {
			return 0
		}
		if rd.refused(k, j) {
			return j
		}
		if c := rd.tok(j); rd.adjacent(j) && c.is(measure) {
			j++
		}
	}
	if paren {
		if !rd.tok(j).mark(')') {
			return 0
		}
		j++
		if s := rd.scaleAt(j); s >= 1000 && !v.Scaled { // (4,625) million
			v.Num, v.Step, v.Scaled = v.Num*s, v.Step*s, true
			j++
		}
	}
	if !bounded {
		v.Bound = rd.boundBefore(i, v.Kind == Duration)
	}
	if v.Bound == Exact {
		if b, n := rd.boundAfter(j); n > 0 {
			v.Bound = b
		}
	}
	if v.Kind == Duration || v.Unit == "ft" {
		j = rd.compose(&v, j)
	}
	// "10–15 days": the unit belongs to both ends.
	if m := len(rd.out); m > 0 && unitFound && v.Unit+string(v.Kind) != "" {
		p := &rd.out[m-1]
		ratio := v.Kind == Percent && math.Abs(p.Num*100-v.Num) <= math.Max(p.Step*100, v.Step) // "0.1652 or 16.52 %" is one figure twice
		if p.Kind == Number && p.Unit == "" && !ratio && rd.rangeMark(p.End, rd.toks[i].start) {
			p.Kind, p.Unit = v.Kind, v.Unit
			if v.Scaled && !p.Scaled && v.Step >= 1000 && p.Num < 1000 {
				f := v.Step
				p.Num, p.Step, p.Scaled = p.Num*f, p.Step*f, true
			}
		}
	}
	return rd.emit(v, i, j)
}

// rangeMark reports whether only a dash, a tilde or "to" stands between two figures.
func (rd *reader) rangeMark(a, b int) bool {
	if b <= a {
		return true // "10-15": the dash was read as part of the second
	}
	if b-a > 12 {
		return false
	}
	switch trimSpace(rd.s[a:b]) {
	case "-", "–", "—", "~", "～", "至", "到", "to", "से", "or", "或", "या":
		return true
	}
	return false
}

func trimSpace(s string) string {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// signed reports whether the dash at token k is a sign: nothing that could be a range or a compound touches it.
func (rd *reader) signed(k int) bool {
	if k == 0 {
		return true
	}
	if rd.toks[k].space {
		return true
	}
	p := rd.tok(k - 1)
	return p.kind == markToken && !p.mark(')') || p.lex != nil && p.lex.currency != ""
}

// currencyBefore reports whether the currency at token k stands before its figure: a sign or a code, or a word that does not
// itself close another figure.
func (rd *reader) currencyBefore(k int) bool {
	n := rd.tok(k + 1)
	if n.mark('.') && !n.space {
		n = rd.tok(k + 2)
	}
	if n.mark('-') {
		n = rd.tok(k + 2)
	}
	if n.mark('(') && !n.space && rd.accounting(k+1) {
		return true
	}
	if n.kind != numberToken && n.kind != digitToken && n.kind != fractionToken && !(n.mark('.') && rd.adjacent(k+2)) {
		return false
	}
	if n.line {
		return false
	}
	c := rd.tok(k)
	if c.kind == markToken || c.kind == hanToken {
		return true
	}
	return c.end-c.start <= 4 || rd.tok(k+1).kind == numberToken
}

// accounting reports whether "(134)" at token i is a negative figure of a table rather than a remark: it stands alone in its
// bracket and is written as a sum is, with grouping, decimals, a currency or at least three digits, and is no year.
func (rd *reader) accounting(i int) bool {
	k := i + 1
	money := false
	if c := rd.tok(k); c.lex != nil && c.lex.currency != "" {
		money = true
		k++
	} else if c := rd.tok(i - 1); i > 0 && c.lex != nil && c.lex.currency != "" && !rd.toks[i].space {
		money = true
	}
	n := rd.tok(k)
	if n.kind != numberToken || n.zero {
		return false
	}
	k++
	for j := 0; j < 3 && !rd.tok(k).mark(')'); j++ {
		if l := rd.tok(k).lex; l == nil || l.scale == 0 && l.currency == "" && l.role != percent {
			return false
		}
		k++
	}
	if !rd.tok(k).mark(')') {
		return false
	}
	if m := len(rd.out); m > 0 && rd.out[m-1].End >= rd.toks[i].start-1 {
		return false // "twenty-eight (28) days" repeats a figure
	}
	if p := rd.tok(i - 1); i > 0 && !rd.toks[i].line && (p.kind == wordToken && p.lex == nil || p.kind == hanToken) {
		return false // a remark on the word before it
	}
	return money || n.grouped || n.decimal || n.digits == 3 || n.digits > 4
}

// one decides whether an indefinite "one", एक or 一 is a number: only where a counting word or a stop follows and no pronoun
// stands before it.
func (rd *reader) one(i, j int) bool {
	p, n := rd.tok(i-1), rd.tok(j)
	if rd.toks[i].kind == digitToken {
		if v, _ := hanNumeral(rd.toks[i].r); v >= 10 {
			return v == 10 && (n.is(measure) || j >= len(rd.toks) || n.kind == markToken)
		} else if v == 1 {
			return n.is(measure) && !n.space && !articleMeasure(n.r)
		}
		return n.is(measure) || n.kind == markToken && (i == 0 || rd.tok(i-1).kind == markToken) || j >= len(rd.toks) && (i == 0 || p.kind != hanToken)
	}
	if p.is(pronounish) || p.is(of) || p.is(not) {
		return false
	}
	if j >= len(rd.toks) {
		return true
	}
	return n.kind == markToken && i == 0
}

// articleMeasure reports whether 一 with this counting word is as a rule the article "a", not the number.
func articleMeasure(r rune) bool {
	switch r {
	case '个', '次', '种', '条', '本', '项', '家', '套':
		return true
	}
	return false
}

// refused reports whether the figure over tokens k to j is no quantity: an ordinal, a time of day, a ratio, the year of an
// edition.
func (rd *reader) refused(k, j int) bool {
	t, n := rd.tok(k), rd.tok(j)
	if t.kind == numberToken {
		if n.kind == wordToken && !n.space {
			switch rd.s[n.start:n.end] {
			case "st", "nd", "rd", "th", "ST", "ND", "RD", "TH", "x", "वीं", "वां", "वें", "वाँ":
				return true
			}
		}
		if n.is(clock) && !n.line && (n.kind == wordToken || !n.space) {
			return true
		}
	}
	return n.is(edition) && t.kind == numberToken && t.digits == 4 && !t.grouped && !t.decimal
}
