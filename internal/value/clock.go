package value

// Clock is a time of day found in a text.
type Clock struct {
	Minute     int  // since midnight, 0 to 1439
	Loose      bool // nothing says which half of the day: the minute is that of the clock's face, under 720
	Start, End int  // byte offsets
}

// Same reports whether two times can be one. known is false where a loose one leaves the half of the day open and the faces agree.
func (c Clock) Same(d Clock) (same, known bool) {
	if c.Loose != d.Loose {
		return c.Minute%720 == d.Minute%720, c.Minute%720 != d.Minute%720
	}
	return c.Minute == d.Minute, true
}

// partOfDay is what a word says about the half of the day.
type partOfDay uint8

const (
	noPart partOfDay = iota
	forenoon
	afternoon
	night // before six it is the morning of the next day
)

var partsOfDay = buildParts()

func buildParts() map[string]partOfDay {
	m := map[string]partOfDay{}
	for p, forms := range map[partOfDay]string{
		forenoon:  "am a.m morning forenoon 上午 早上 凌晨 清晨 早晨 सुबह प्रातः पूर्वाह्न सवेरे",
		afternoon: "pm p.m afternoon evening 下午 中午 傍晚 दोपहर शाम अपराह्न सायं",
		night:     "night tonight 晚上 夜里 夜间 晚 रात",
	} {
		for _, w := range fields(forms) {
			m[w] = p
		}
	}
	return m
}

// Clocks gives the times of day in a text: "18:00", "6 pm", "six in the evening", "half past six", "noon", 下午6点半, शाम 6 बजे. An hour needs
// minutes or a word that makes it one. Reads at most [Limit] bytes, in linear time.
func Clocks(s, lang string) []Clock {
	if len(s) > Limit {
		s = s[:Limit]
	}
	rd := reader{s: s, lang: lang}
	rd.lex()
	var out []Clock
	for i := 0; i < len(rd.toks); {
		c, next := rd.clockAt(i)
		if next == 0 {
			i++
			continue
		}
		c.Start, c.End = rd.toks[i].start, rd.toks[next-1].end
		out = append(out, c)
		i = next
	}
	return out
}

// clockAt reads the time of day that begins at token i.
func (rd *reader) clockAt(i int) (c Clock, next int) {
	t := rd.tok(i)
	if t.kind == wordToken {
		switch rd.lower(i) {
		case "noon", "midday":
			return Clock{Minute: 720}, i + 1
		case "midnight":
			return Clock{}, i + 1
		}
	}
	part := noPart
	k := i
	if p, n := rd.partAt(k); p != noPart && rd.tok(k).kind != markToken {
		if w := rd.lower(k); w == "am" || w == "pm" || t.kind == wordToken && w[0] < 0x80 {
			return c, 0 // English says it behind the hour
		}
		part, k = p, k+n
	}
	hour, k := rd.hourAt(k)
	if k == 0 {
		return c, 0
	}
	minute, sure := 0, part != noPart
	full := false // written in 24 hours
	switch n := rd.tok(k); {
	case n.mark(':') && !n.space && rd.adjacent(k+1) && rd.tok(k+1).kind == numberToken && rd.tok(k+1).digits == 2 && rd.tok(k+1).num < 60:
		minute, sure, full = int(rd.tok(k+1).num), true, rd.tok(k-1).digits == 2 || hour > 12
		k += 2
		if q := rd.tok(k); q.mark(':') && !q.space && rd.tok(k+1).kind == numberToken {
			k += 2
		}
	case (n.kind == hanToken || n.is(clock)) && (n.r == '点' || n.r == '时') && rd.adjacent(k):
		k++
		sure = true
		if h := rd.tok(k); rd.adjacent(k) && (h.r == '半' || h.r == '整') {
			if h.r == '半' {
				minute = 30
			}
			k++
		} else if m, after := rd.smallInt(k); after > 0 && rd.adjacent(k) && m < 60 {
			minute, k = m, after
			if rd.tok(k).r == '分' {
				k++
			}
		}
		full = hour > 12
	}
	if n := rd.tok(k); n.is(clock) && !n.line {
		if w := rd.lower(k); w != "am" && w != "pm" && w != "a.m" && w != "p.m" {
			sure = true
			k++
		}
	} else if n.kind == wordToken && (rd.lower(k) == "o" && rd.tok(k+1).mark('\'')) {
		sure = true
		k += 3
	}
	if part == noPart {
		j := k
		for n := 0; n < 2 && (rd.tok(j).is(within) || rd.tok(j).is(at) || rd.tok(j).is(of)); n++ { // in the evening, at night
			j++
		}
		if p, n := rd.partAt(j); p != noPart && !rd.tok(j).line {
			part, k, sure = p, j+n, true
		}
	}
	if !sure || hour > 24 || hour > 12 && part != noPart && part == forenoon {
		return c, 0
	}
	c.Minute = hour*60 + minute
	switch {
	case hour > 12 || hour == 0:
		c.Minute %= 1440
	case part == forenoon:
		c.Minute %= 720
	case part == afternoon, part == night && hour >= 6 && hour < 12:
		c.Minute = c.Minute%720 + 720
	case part == night:
		c.Minute %= 720
	case full && hour < 10: // 06:30
	default:
		c.Minute %= 720
		c.Loose = true
	}
	return c, k
}

// hourAt reads an hour in digits, characters or words.
func (rd *reader) hourAt(k int) (hour, next int) {
	t := rd.tok(k)
	switch {
	case t.kind == numberToken && !t.decimal && !t.grouped && t.digits <= 2, t.kind == digitToken:
		if h, n := rd.smallInt(k); n > 0 && h <= 24 {
			return h, n
		}
	case t.kind == wordToken && t.lex != nil && t.lex.numeral == small && t.lex.num >= 1 && t.lex.num <= 12 && t.lex.num == float64(int(t.lex.num)):
		return int(t.lex.num), k + 1
	}
	return 0, 0
}

// partAt reads a word for a part of the day at token k, which in Chinese may be cut into single runes, with the dots of "p.m.".
func (rd *reader) partAt(k int) (partOfDay, int) {
	t := rd.tok(k)
	switch t.kind {
	case wordToken:
		w := rd.lower(k)
		if (w == "a" || w == "p") && rd.tok(k+1).mark('.') && rd.lower(k+2) == "m" && rd.adjacent(k+2) {
			n := 3
			if rd.tok(k+3).mark('.') && rd.adjacent(k+3) {
				n = 4
			}
			if w == "a" {
				return forenoon, n
			}
			return afternoon, n
		}
		return partsOfDay[hindiKey(w)], 1
	case hanToken:
		if k+1 < len(rd.toks) && rd.adjacent(k+1) {
			if p := partsOfDay[rd.s[t.start:rd.tok(k+1).end]]; p != noPart {
				return p, 2
			}
		}
		return partsOfDay[rd.s[t.start:t.end]], 1
	}
	return noPart, 0
}

// lower gives the word at token k, its ASCII letters small.
func (rd *reader) lower(k int) string {
	t := rd.tok(k)
	if t.kind != wordToken && t.kind != hanToken {
		return ""
	}
	w := rd.s[t.start:t.end]
	for i := 0; i < len(w); i++ {
		if w[i] >= 'A' && w[i] <= 'Z' {
			b := []byte(w)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] |= 0x20
				}
			}
			return string(b)
		}
	}
	return w
}
