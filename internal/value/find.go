package value

// Find gives all typed values in a text, in order, without overlap, each in its longest reading: "2 lakh crore" is one number,
// "31 March 2026" one date. It does not take for values what only looks like them: list labels, section numbers, citation marks
// ("[3]", "[hr-leave-2026]"), ordinals, times of day, the year in "2026 edition", "May" alone, 一 in 一些. Names and phrases are
// no typed values. lang is "en", "zh" or "hi" and settles only what the text leaves open. At most [Limit] bytes are read; the
// time is linear in them.
func Find(s, lang string) []Mention {
	if len(s) > Limit {
		s = s[:Limit]
	}
	rd := reader{s: s, lang: lang}
	rd.toks = make([]token, 0, len(s)/4+8)
	rd.lex()
	rd.find()
	return rd.out
}

func (rd *reader) find() {
	for i := 0; i < len(rd.toks); {
		i = rd.step(i)
	}
}

// step reads what stands at token i and returns the token to go on from.
func (rd *reader) step(i int) int {
	t := &rd.toks[i]
	switch {
	case t.mark('['):
		if j := rd.citation(i); j > 0 {
			return j
		}
	case t.kind == numberToken && t.opens:
		if j := rd.listLabel(i); j > 0 {
			return j
		}
	case t.is(label) || t.is(softLabel) || t.is(nth):
		if j := rd.labelled(i); j > 0 {
			return j
		}
	}
	if t.opens || rd.startsSentence(i) {
		if j := rd.truth(i); j > 0 {
			return j
		}
	}
	if j := rd.date(i); j > 0 {
		return j
	}
	if j := rd.quantity(i); j > 0 {
		return j
	}
	if j := rd.identifier(i); j > 0 {
		return j
	}
	return i + 1
}

// emit records a mention over the tokens from i to before j.
func (rd *reader) emit(v Value, i, j int) int {
	start, end := rd.toks[i].start, rd.toks[j-1].end
	if v.Text == "" {
		v.Text = rd.s[start:end]
	}
	rd.out = append(rd.out, Mention{Value: v, Start: start, End: end})
	return j
}

// citation skips "[3]", "[1, 2]" and "[hr-leave-2026]": a bracket without spaces but after commas, that holds no date.
func (rd *reader) citation(i int) int {
	for k := i + 1; k < len(rd.toks) && k < i+40; k++ {
		t := &rd.toks[k]
		if t.mark(']') {
			if k == i+1 {
				return 0
			}
			return k + 1
		}
		if t.space && !rd.tok(k-1).mark(',') && !rd.tok(k-1).mark(';') || t.line {
			return 0
		}
		if t.lex != nil && t.kind == hanToken && t.lex.unit != nil || t.mark('%') || t.lex != nil && t.lex.currency != "" {
			return 0
		}
	}
	return 0
}

// listLabel skips "1." or "2)" at the start of a line when it continues a list: the first label is 1.
func (rd *reader) listLabel(i int) int {
	t := &rd.toks[i]
	d := rd.tok(i + 1)
	if t.decimal || t.grouped || t.zero || d.space || !(d.mark('.') || d.mark(')') || d.mark('、')) {
		return 0
	}
	next := rd.tok(i + 2)
	if i+2 >= len(rd.toks) || next.line || !next.space && !d.mark('、') {
		return 0
	}
	if int(t.num) != rd.list+1 && t.num != 1 {
		return 0
	}
	rd.list = int(t.num)
	return i + 2
}

// labelled skips the number that a label word names: section 4.2, page 12, 第3条. A quarter is left to the date.
func (rd *reader) labelled(i int) int {
	t := &rd.toks[i]
	n := rd.tok(i + 1)
	if t.is(nth) {
		if n.kind != numberToken && n.kind != digitToken {
			return 0
		}
		j := i + 2
		for rd.tok(j).kind == digitToken && rd.adjacent(j) {
			j++
		}
		return j
	}
	if n.line {
		return 0
	}
	if n.kind != numberToken && n.kind != dottedToken {
		return 0
	}
	if n.kind == numberToken && (n.grouped || rd.counted(i+2) && !rd.tok(i+2).line) {
		return 0
	}
	if t.is(softLabel) {
		if n.kind != numberToken || n.decimal {
			return 0
		}
		if p := rd.tok(i + 2); !p.line && p.kind == wordToken && rd.plural(i+2) || p.kind == hanToken || p.kind == digitToken || rd.compound(i+1) {
			return 0
		}
		return rd.emit(Value{Kind: ID, Text: canonicalID(rd.s[n.start:n.end])}, i+1, i+2)
	}
	j := i + 2
	if rd.tok(j).mark('-') && rd.adjacent(j) && rd.tok(j+1).kind == numberToken && rd.adjacent(j+1) {
		j += 2
	}
	return j
}

// plural reports whether token i is an English word in what looks like a plural, as stands behind a count.
func (rd *reader) plural(i int) bool {
	t := rd.tok(i)
	w := rd.s[t.start:t.end]
	return t.kind == wordToken && t.space && len(w) > 3 && w[len(w)-1] == 's' && w[len(w)-2] != 's' && w[0] >= 'a' && w[0] <= 'z' && w != "has" && w != "holds" && w != "contains"
}

// startsSentence reports whether token i is the first word after a full stop.
func (rd *reader) startsSentence(i int) bool {
	p := rd.tok(i - 1)
	if p.kind != markToken {
		return false
	}
	switch p.r {
	case '.', '!', '?', ':', '。', '।', '"', '*', '॥', '“', '「':
		return true
	}
	return false
}

// truth reads yes and no, which count only where they open a sentence and a stop or nothing follows: "No, …" but not "no
// information".
func (rd *reader) truth(i int) int {
	t := &rd.toks[i]
	if t.kind != wordToken && t.kind != hanToken {
		return 0
	}
	v, n := truthWord(rd, i)
	if n == 0 {
		return 0
	}
	e := rd.tok(i + n)
	if i+n < len(rd.toks) && !e.line {
		if e.kind != markToken || e.mark('%') || e.mark('-') && !e.space || e.mark('\'') {
			return 0
		}
	}
	return rd.emit(Value{Kind: Bool, Bool: v}, i, i+n)
}

func truthWord(rd *reader, i int) (v bool, n int) {
	t := rd.tok(i)
	w := rd.s[t.start:t.end]
	if t.kind == hanToken {
		second := ""
		if rd.adjacent(i + 1) {
			u := rd.tok(i + 1)
			second = rd.s[u.start:u.end]
		}
		switch w {
		case "是", "对", "有":
			if second == "的" {
				return true, 2
			}
			return true, 1
		case "否", "不", "无":
			if second == "是" || second == "行" || second == "对" || second == "能" {
				return false, 2
			}
			return false, 1
		case "没":
			if second == "有" {
				return false, 2
			}
		case "正":
			if second == "确" {
				return true, 2
			}
		case "可", "能":
			if second == "以" || w == "能" {
				if second == "以" {
					return true, 2
				}
				return true, 1
			}
		}
		return false, 0
	}
	switch hindiKey(w) {
	case "yes", "Yes", "YES", "true", "True", "TRUE", "correct", "Correct", "Yeah", "yeah", "Yep", "हां":
		return true, 1
	case "no", "No", "NO", "false", "False", "FALSE", "Nope", "नहीं", "ना":
		return false, 1
	case "जी":
		u := rd.tok(i + 1)
		switch hindiKey(rd.s[u.start:u.end]) {
		case "हां":
			return true, 2
		case "नहीं":
			return false, 2
		}
	}
	return false, 0
}
