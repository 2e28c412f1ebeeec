package value

import "math"

// figure is a number as the grammar reads it, before any unit.
type figure struct {
	num, step  float64
	scaled     bool // a scale word was written
	words      bool // written in words, not digits
	indefinite bool // "one", "एक", 一: a number only where something is counted
	next       int  // the token after it
}

func (rd *reader) tok(i int) *token {
	if i < 0 || i >= len(rd.toks) {
		return &noToken
	}
	return &rd.toks[i]
}

var noToken = token{kind: markToken, space: true, line: true}

func (t *token) is(r role) bool { return t.lex != nil && t.lex.role == r }

func (t *token) mark(r rune) bool { return t.kind == markToken && t.r == r }

// adjacent reports whether token i stands directly behind the one before it.
func (rd *reader) adjacent(i int) bool {
	return i > 0 && i < len(rd.toks) && !rd.toks[i].space
}

// figure reads the number at token i: digits, Chinese, English or Hindi numerals, with its scale words.
func (rd *reader) figure(i int) (figure, bool) {
	t := rd.tok(i)
	var f figure
	switch t.kind {
	case numberToken:
		if n := rd.tok(i + 1); n.kind == digitToken && (!n.space || bigScale(n)) {
			if h, ok := rd.hanFigure(i); ok {
				return rd.parts(h), true
			}
		}
		f = figure{num: t.num, step: 1 / pow10(t.decimals), next: i + 1}
		f = rd.fractions(f, t)
	case fractionToken:
		f = figure{num: t.num, step: t.num, next: i + 1}
	case digitToken:
		h, ok := rd.hanFigure(i)
		if !ok {
			return f, false
		}
		return rd.parts(h), true
	case wordToken:
		if t.lex == nil {
			return f, false
		}
		var ok bool
		switch {
		case t.lex.hindi:
			f, ok = rd.hindiFigure(i)
		case t.lex.numeral != noNumeral || t.is(article) || t.is(half):
			f, ok = rd.englishFigure(i)
		}
		if !ok {
			return f, false
		}
	case hanToken:
		return f, false
	default:
		return f, false
	}
	f = rd.scale(f)
	return rd.parts(f), true
}

// fractions reads what may follow digits to make one number of them: 2½, 2 1/2, 10⁶, 1.5 × 10⁶, 1.5e6, "2 and a half".
func (rd *reader) fractions(f figure, t *token) figure {
	n := rd.tok(f.next)
	switch {
	case n.kind == fractionToken && !t.decimal:
		f.num += n.num
		f.step = n.num
		f.next++
	case n.kind == powerToken && !n.space && f.num == 10 && n.num < 30:
		f.num = math.Pow(10, n.num)
		f.step = f.num
		f.next++
	case n.kind == numberToken && n.space && !t.decimal && !t.grouped && n.digits == 1 && rd.tok(f.next+1).mark('/') && rd.adjacent(f.next+1) &&
		rd.tok(f.next+2).kind == numberToken && rd.adjacent(f.next+2):
		d := rd.tok(f.next + 2)
		if n.num < d.num && d.num <= 10 && !d.decimal && !rd.tok(f.next+3).mark('/') {
			f.num += n.num / d.num
			f.step = 1 / d.num
			f.next += 3
		}
	case n.kind == markToken && (n.r == '×' || n.r == '*' || n.r == '·') || n.kind == wordToken && n.end-n.start == 1 && rd.s[n.start] == 'x':
		base := rd.tok(f.next + 1)
		if base.kind != numberToken || base.num != 10 || base.decimal {
			break
		}
		k := f.next + 2
		if p := rd.tok(k); p.kind == powerToken && !p.space && p.num < 30 {
			f.num *= math.Pow(10, p.num)
			f.step *= math.Pow(10, p.num)
			f.next = k + 1
			f.scaled = true
		} else if p.mark('^') && rd.tok(k+1).kind == numberToken && rd.tok(k+1).num < 30 {
			e := math.Pow(10, rd.tok(k+1).num)
			f.num *= e
			f.step *= e
			f.next = k + 2
			f.scaled = true
		}
	case n.kind == wordToken && !n.space && n.end-n.start == 1 && (rd.s[n.start] == 'e' || rd.s[n.start] == 'E'):
		k, sign := f.next+1, 1.0
		if rd.tok(k).mark('-') {
			k, sign = k+1, -1
		} else if rd.tok(k).mark('+') {
			k++
		}
		if p := rd.tok(k); p.kind == numberToken && rd.adjacent(k) && !p.decimal && p.num < 30 {
			e := math.Pow(10, sign*p.num)
			f.num *= e
			f.step *= e
			f.next = k + 1
		}
	case n.is(and) && rd.tok(f.next+1).is(article) && rd.tok(f.next+2).is(half):
		f.num += 0.5
		f.step = 0.5
		f.next += 3
	}
	return f
}

// scale applies the scale words that follow: "million", "lakh crore", "k".
func (rd *reader) scale(f figure) figure {
	for n := 0; ; n++ {
		s := rd.scaleAt(f.next)
		if s == 0 || n == 4 {
			return f
		}
		f.num *= s
		f.step *= s
		f.scaled = f.scaled || s >= 1000
		f.next++
	}
}

// scaleAt gives the factor of the scale word at token i, or 0. Single letters are scales only when they touch the figure: k
// always, M and B in capitals, m and b beside a currency sign, since "5 m" is a length.
func (rd *reader) scaleAt(i int) float64 {
	t := rd.tok(i)
	if t.lex == nil || t.lex.scale == 0 || t.line {
		return 0
	}
	switch rd.s[t.start:t.end] {
	case "k", "K":
		if t.space {
			return 0
		}
	case "M", "B":
		if t.space && !rd.money(i) {
			return 0
		}
	case "m", "b", "mm", "MM", "mM", "Mm", "l", "L":
		if !rd.money(i) {
			return 0
		}
	}
	return t.lex.scale
}

// money reports whether a currency stands before the figure that ends at token i, or right behind token i.
func (rd *reader) money(i int) bool {
	if a := rd.tok(i + 1); a.lex != nil && a.lex.currency != "" {
		return true
	}
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		if t := rd.tok(k); t.lex != nil && t.lex.currency != "" {
			return true
		}
	}
	return false
}

// parts adds what is written in falling scales: "3 crore 50 lakh", "two million three hundred thousand".
func (rd *reader) parts(f figure) figure {
	for f.scaled && f.step > 1 {
		i := f.next
		if rd.tok(i).is(and) {
			i++
		}
		t := rd.tok(i)
		if t.line || t.kind != numberToken && t.kind != wordToken || t.lex != nil && t.is(article) {
			return f
		}
		var g figure
		if t.kind == numberToken {
			if t.decimal || t.zero {
				return f
			}
			g = rd.scale(figure{num: t.num, step: 1, next: i + 1})
		} else {
			var ok bool
			if t.lex == nil {
				return f
			}
			if t.lex.hindi {
				g, ok = rd.hindiFigure(i)
			} else if t.lex.numeral != noNumeral {
				g, ok = rd.englishFigure(i)
			}
			if !ok {
				return f
			}
			g = rd.scale(g)
		}
		if !g.scaled && t.kind == numberToken || g.num >= f.step || g.next == i {
			return f
		}
		f.num += g.num
		f.step = g.step
		f.next = g.next
		f.scaled = g.scaled
	}
	return f
}

// englishFigure reads English number words: "twenty-eight", "two hundred and five", "two and a half", "half a", "a dozen".
// Scale words are applied inside, since "two hundred thousand" multiplies and "two thousand five" adds.
func (rd *reader) englishFigure(i int) (figure, bool) {
	f := figure{words: true, step: 1, next: i}
	t := rd.tok(i)
	if t.is(half) { // half a day, half-day, half a million
		n := rd.tok(i + 1)
		switch {
		case n.is(article):
			return figure{num: 0.5, step: 0.5, words: true, next: i + 2}, true
		case n.mark('-') && !n.space:
			return figure{num: 0.5, step: 0.5, words: true, next: i + 2}, true
		}
		return f, false
	}
	if t.is(article) { // a hundred, a dozen, a million
		n := rd.tok(i + 1)
		if n.lex == nil || !(n.lex.numeral == hundred || n.lex.scale >= 1000 && n.end-n.start > 3 || n.lex.num == 12 && rd.s[n.start]|0x20 == 'd') {
			return f, false
		}
		f.next++
		if n.lex.scale > 0 {
			return figure{num: 1, step: 1, words: true, next: i + 1}, true
		}
	}
	var total, cur float64
	var seen, scaled bool
	step := 1.0
	for k := f.next; ; {
		t := rd.tok(k)
		if seen && t.mark('-') && !t.space && rd.adjacent(k+1) {
			k++
			t = rd.tok(k)
		}
		if seen && t.is(and) && t.kind == wordToken {
			if n := rd.tok(k + 1); n.is(article) && rd.tok(k+2).is(half) {
				cur += 0.5
				step = 0.5
				k += 3
				f.next = k
				continue
			} else if cur >= 100 || total > 0 && cur == 0 {
				k++
				t = n
			}
		}
		l := t.lex
		if t.kind != wordToken || l == nil || l.hindi || t.line && seen {
			break
		}
		switch {
		case l.numeral == small && (cur == 0 && (!seen || total > 0) || tensOpen(cur) && l.num < 10 && l.num > 0 || cur >= 100 && math.Mod(cur, 100) == 0):
			cur += l.num
			step = 1
		case l.numeral == tens && (cur == 0 || cur >= 100 && math.Mod(cur, 100) == 0):
			cur += l.num
			step = 1
		case l.numeral == hundred && cur < 100:
			cur = max(cur, 1) * 100
			step = 100
		case l.numeral == noNumeral && seen && l.scale >= 1000 && t.end-t.start > 3 && cur > 0:
			total += cur * l.scale
			step *= l.scale
			cur = 0
			scaled = true
		default:
			l = nil
		}
		if l == nil {
			break
		}
		seen = true
		k++
		f.next = k
	}
	if !seen {
		return f, false
	}
	f.num, f.step, f.scaled = total+cur, step, scaled && cur == 0
	// "two point five"
	if p := rd.tok(f.next); total == 0 && p.is(point) {
		k, w := f.next+1, 0.1
		for ; ; k++ {
			d := rd.tok(k)
			if d.lex == nil || d.lex.numeral != small || d.lex.num > 9 || d.lex.hindi {
				break
			}
			f.num += d.lex.num * w
			f.step = w
			w /= 10
		}
		if w < 0.1 {
			f.next = k
		}
	}
	f.indefinite = f.next == i+1 && t.lex.article
	return f, true
}

// tensOpen reports whether a unit may still follow: twenty, or two hundred and twenty.
func tensOpen(cur float64) bool {
	r := math.Mod(cur, 100)
	return r >= 20 && math.Mod(r, 10) == 0
}
