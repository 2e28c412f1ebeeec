package value

import "math"

// hanNumeral gives the value of a Chinese numeral, everyday or financial: digits to 9, then the multipliers 10 and above.
func hanNumeral(r rune) (float64, bool) {
	switch r {
	case '零', '〇':
		return 0, true
	case '一', '壹', '弌':
		return 1, true
	case '二', '贰', '貳', '两', '兩':
		return 2, true
	case '三', '叁', '參':
		return 3, true
	case '四', '肆':
		return 4, true
	case '五', '伍':
		return 5, true
	case '六', '陆', '陸':
		return 6, true
	case '七', '柒':
		return 7, true
	case '八', '捌':
		return 8, true
	case '九', '玖':
		return 9, true
	case '十', '拾':
		return 10, true
	case '廿':
		return 20, true
	case '卅':
		return 30, true
	case '百', '佰':
		return 100, true
	case '千', '仟':
		return 1000, true
	case '万', '萬':
		return 1e4, true
	case '亿', '億':
		return 1e8, true
	case '兆':
		return 1e12, true
	case '半':
		return 0.5, true
	}
	return 0, false
}

// hanFigure reads a Chinese number, which may mix digits and characters (1亿2,000万). Multipliers to 1,000 act inside a group of
// four places, 万 and 亿 close groups and multiply all before them when they are the greater (4.5万亿). A bare digit after a
// multiplier stands one place below it (三万五 is 35,000, 二百五 is 250) unless 零 came between; digits alone are read one by one
// (二〇二四).
func (rd *reader) hanFigure(i int) (figure, bool) {
	var (
		total, section float64
		cur            = -1.0
		last           = 0.0 // the last multiplier within reach of a bare digit
		lastBig        = math.Inf(1)
		step, sectStep = 1.0, 1.0
		curStep        = 1.0
		positional     = true
		zero, literal  bool
		scaled         bool
		k              = i
		digits         int
	)
	for ; k < i+maxRun; k++ {
		t := rd.tok(k)
		if k > i && (t.space || t.start != rd.tok(k-1).end) && !(rd.tok(k-1).kind == numberToken && bigScale(t)) {
			break
		}
		if t.kind == numberToken {
			if cur >= 0 || digits > 0 && last == 0 || t.zero {
				break
			}
			cur, curStep = t.num, 1/pow10(t.decimals)
			literal, positional = true, false
			continue
		}
		if t.kind != digitToken {
			// 二点五万: decimals one by one
			if t.is(clock) && t.r == '点' && cur >= 0 && !literal && t.end-t.start == 3 && rd.tok(k+1).kind == digitToken && rd.adjacent(k+1) {
				w, j := 0.1, k+1
				c, cs := section+cur, 1.0
				for ; rd.tok(j).kind == digitToken && rd.adjacent(j); j++ {
					v, _ := hanNumeral(rd.tok(j).r)
					if v > 9 || v == 0.5 {
						break
					}
					c += v * w
					cs = w
					w /= 10
				}
				if cs < 1 {
					cur, curStep, section = c, cs, 0
					positional = false
					k = j - 1
					continue
				}
			}
			break
		}
		v, _ := hanNumeral(t.r)
		switch {
		case v == 0.5:
			if k > i {
				goto done
			}
			f := figure{num: 0.5, step: 0.5, words: true, next: k + 1}
			if !rd.counted(k + 1) {
				return f, false
			}
			return f, true
		case v < 10 && positional && cur >= 0: // 二〇二四
			cur = cur*10 + v
			digits++
		case v == 0:
			zero = true
			if positional {
				cur = 0
				digits++
			}
		case v < 10:
			if cur >= 0 && literal {
				goto done
			}
			cur, curStep = v, 1
			digits++
			literal = false
		case v < 1e4:
			if cur < 0 {
				if v != 10 && v != 20 && v != 30 {
					goto done
				}
				cur = 1
			}
			if digits > 1 && positional {
				goto done
			}
			if v == 20 || v == 30 {
				section += v
				sectStep, last = 10, 10
			} else {
				section += cur * v
				sectStep, last = curStep*v, v
			}
			cur, zero, literal, positional = -1, false, false, false
		default:
			if cur >= 0 {
				section += cur
				sectStep = curStep
			}
			if section == 0 && total == 0 {
				goto done
			}
			if v > lastBig || section == 0 { // 万亿
				total = (total + section) * v
				step *= v
				if section > 0 {
					step = sectStep * v
				}
			} else {
				total += section * v
				step = sectStep * v
			}
			section, cur, lastBig, last = 0, -1, v, v
			zero, literal, positional, scaled = false, false, false, true
			if v > 1e4 {
				lastBig = v
			}
		}
	}
done:
	if k == i {
		return figure{}, false
	}
	f := figure{words: true, next: k, scaled: scaled && section == 0 && cur < 0}
	switch {
	case cur >= 0 && last > 0 && !zero && !literal && cur < 10:
		f.num, f.step = total+section+cur*last/10, last/10
	case cur >= 0:
		f.num, f.step = total+section+cur, curStep
	case section > 0:
		f.num, f.step = total+section, sectStep
	default:
		f.num, f.step = total, step
	}
	if rd.tok(i).kind == numberToken {
		f.words = false
	}
	if k == i+1 && rd.tok(i).kind == digitToken {
		f.indefinite = true // a single character is a number only beside what it counts
	}
	return f, true
}

// bigScale reports whether t is 万 or greater, which is set apart by a space as often as not.
func bigScale(t *token) bool {
	if t.kind != digitToken || t.line {
		return false
	}
	v, _ := hanNumeral(t.r)
	return v >= 1e4
}

// counted reports whether a unit, a currency or a counting word stands at token i.
func (rd *reader) counted(i int) bool {
	t := rd.tok(i)
	if t.lex == nil {
		return false
	}
	return t.lex.unit != nil || t.lex.currency != "" || t.is(measure) || t.is(andHalf) || t.is(percent)
}
