package value

import "math"

// hindiFigure reads Hindi number words: each number to 99 has its own word, सौ multiplies, हज़ार, लाख, करोड़ close a group, and
// साढ़े, सवा, पौने shift the number after them by a half or a quarter ("साढ़े तीन सौ" is 350, "सवा सौ" is 125).
func (rd *reader) hindiFigure(i int) (figure, bool) {
	f := figure{words: true, step: 1, next: i}
	var total, cur, shift float64
	var seen, scaled bool
	step := 1.0
	for k := i; ; k++ {
		t := rd.tok(k)
		l := t.lex
		if t.kind != wordToken || l == nil || t.line && k > i {
			break
		}
		stop := false
		switch {
		case l.numeral == addHalf && !seen:
			shift = 0.5
		case l.numeral == addQuarter && !seen:
			shift = 0.25
		case l.numeral == lessQuarter && !seen:
			shift = -0.25
		case l.hindi && l.numeral == small && (cur == 0 && (!seen || total > 0) || cur >= 100 && math.Mod(cur, 100) == 0):
			cur += l.num + shift
			step = 1
			if f := cur - math.Floor(cur); f != 0 {
				step = min(f, 0.5)
			}
			shift = 0
			seen = true
		case l.hindi && l.numeral == hundred && cur < 100:
			cur = max(cur, 1)*100 + shift*100
			step = max(step, 1) * 100
			if shift != 0 || cur != math.Floor(cur/100)*100 {
				step = 25
			}
			shift = 0
			seen = true
		case l.scale >= 1000 && l.numeral == noNumeral && (seen || shift > 0):
			if cur == 0 && total > 0 { // लाख करोड़
				total *= l.scale
				step *= l.scale
			} else {
				total += (max(cur, 0) + shift) * l.scale
				if cur == 0 {
					total += l.scale
				}
				step *= l.scale
			}
			cur, shift = 0, 0
			scaled, seen = true, true
		default:
			stop = true
		}
		if stop {
			break
		}
		f.next = k + 1
	}
	if !seen {
		return f, false
	}
	if shift != 0 {
		return f, false
	}
	f.num, f.step, f.scaled = total+cur, step, scaled && cur == 0
	t := rd.tok(i)
	f.indefinite = f.next == i+1 && t.lex.article
	return f, true
}
