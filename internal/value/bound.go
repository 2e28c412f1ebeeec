package value

// boundBefore reads the comparator that stands before token i: "more than", "no less than", "at least", "超过". "Over" before a
// span of time is left out, since it means the span as often as the excess ("paid over two years").
func (rd *reader) boundBefore(i int, span bool) Bound {
	p := rd.tok(i - 1)
	if i > 0 && (p.is(article) || p.is(of) || p.mark('(')) {
		i--
		p = rd.tok(i - 1)
	}
	if i == 0 || rd.toks[i].line {
		return Exact
	}
	q := rd.tok(i - 2)
	switch {
	case p.is(boundBefore):
		if span && p.lex.bound == Over && p.end-p.start == 4 && rd.s[p.start]|0x20 == 'o' {
			return Exact
		}
		return rd.turned(p.lex.bound, i-2)
	case p.is(than) && q.is(more):
		return rd.turned(Over, i-3)
	case p.is(than) && q.is(less):
		return rd.turned(Under, i-3)
	case p.is(least) && (q.is(at) || i >= 2 && rd.toks[i-1].kind == wordToken):
		return AtLeast
	case p.is(most) && (q.is(at) || i >= 2):
		return AtMost
	case p.is(to) && q.is(up):
		return AtMost
	case p.mark('=') && q.mark('>'):
		return AtLeast
	case p.mark('=') && q.mark('<'):
		return AtMost
	case p.is(from) && hindiKey(rd.s[q.start:q.end]) == "कम": // कम से कम is read below
		return Exact
	case p.lex != nil && rd.word2(i-1, "कम") && q.is(from) && rd.word2(i-3, "कम"):
		return AtLeast
	case rd.word2(i-1, "ज्यादा") && q.is(from) && rd.word2(i-3, "ज्यादा"), rd.word2(i-1, "अधिक") && q.is(from) && rd.word2(i-3, "अधिक"):
		return AtMost
	}
	if rd.word2(i-1, "कम") && q.is(from) && rd.word2(i-3, "कम") {
		return AtLeast
	}
	return Exact
}

// turned gives the bound that a negation at or shortly before token k makes of an excluding one: "must not exceed five days" and
// "cannot take more than five days" allow five.
func (rd *reader) turned(b Bound, k int) Bound {
	if b != Over && b != Under {
		return b
	}
	for n := 0; n < 5 && k-n >= 0; n++ {
		t := rd.tok(k - n)
		if t.mark(',') || t.mark('.') || t.mark(';') {
			break
		}
		if t.is(not) || t.r == '不' && t.kind == hanToken || t.r == '无' && n == 0 || t.kind == wordToken && t.end-t.start == 1 && rd.s[t.start] == 't' && rd.adjacent(k-n) {
			if b == Over {
				return AtMost
			}
			return AtLeast
		}
		if t.line {
			break
		}
	}
	return b
}

func (rd *reader) word2(i int, w string) bool {
	t := rd.tok(i)
	return t.kind == wordToken && hindiKey(rd.s[t.start:t.end]) == w
}

// boundAfter reads the comparator behind a figure: 以上, 左右, "or more", से अधिक, तक.
func (rd *reader) boundAfter(j int) (Bound, int) {
	t := rd.tok(j)
	switch {
	case t.line:
		return Exact, 0
	case t.is(boundAfter):
		return t.lex.bound, 1
	case t.is(or) && rd.tok(j+1).is(more):
		return AtLeast, 2
	case t.is(or) && rd.tok(j+1).is(less):
		return AtMost, 2
	case t.is(from):
		n := 2
		if rd.word2(j+1, "कुछ") || rd.word2(j+1, "थोडा") || rd.word2(j+1, "काफी") { // a little more
			n = 3
		}
		switch w := rd.tok(j + n - 1); hindiKey(rd.s[w.start:w.end]) {
		case "अधिक", "ज्यादा", "ऊपर":
			if rd.deniedHindi(j + n) {
				return AtMost, n
			}
			return Over, n
		case "कम", "नीचे":
			if rd.deniedHindi(j + n) {
				return AtLeast, n
			}
			return Under, n
		}
	}
	return Exact, 0
}

// deniedHindi reports whether नहीं follows within four words: Hindi denies behind.
func (rd *reader) deniedHindi(j int) bool {
	for k := j; k < j+4 && k < len(rd.toks) && rd.toks[k].kind == wordToken; k++ {
		if rd.word2(k, "नहीं") || rd.word2(k, "न") {
			return true
		}
	}
	return false
}
