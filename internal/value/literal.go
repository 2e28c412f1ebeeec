package value

import "math"

// maxGroups is the number of digit groups a literal may have; what goes on after them is read apart.
const maxGroups = 16

// number reads digits with their grouping marks and decimals. Groups are judged together once all are seen:
//   - a mark of its own kind after all others, seen once, is the decimal mark: 1,234.5 and 1.234,5
//   - one kind of mark before groups of three, or of two with three last (Indian), groups: 1,234,567 and 12,34,567
//   - one comma before one or two digits, and one full stop, are decimal marks
//   - three or more groups between full stops that are no grouping are a date, a version or an address
//   - anything else ends before the first mark that cannot belong
func (rd *reader) number(t *token) {
	t.kind = numberToken
	var (
		size  [maxGroups]int
		end   [maxGroups]int
		mark  [maxGroups]rune // before the group
		n     int
		i     = t.start
		first = true
	)
	for {
		size[n] = 0
		for i < len(rd.s) {
			r, w := rd.next(i)
			if !asciiDigit(r) {
				break
			}
			if first {
				t.zero = r == '0'
				first = false
			}
			size[n]++
			i += w
		}
		end[n] = i
		if n+1 == maxGroups {
			n++
			break
		}
		r, w := rd.next(i)
		if r != ',' && r != '.' && r != '\'' && r != ' ' && r != '_' {
			n++
			break
		}
		if q, _ := rd.next(i + w); !asciiDigit(q) {
			n++
			break
		}
		if r == ' ' && (n > 0 && mark[n] != ' ' || !rd.threeDigits(i+w) || size[n] > 3) {
			n++
			break
		}
		i += w
		n++
		mark[n] = r
	}
	groups, decimal := judge(size[:n], mark[:n], t.zero)
	if k := len(rd.toks); groups == 2 && decimal && mark[1] == ',' && k > 1 && !t.space && rd.toks[k-1].mark(',') && rd.toks[k-2].kind == numberToken {
		groups, decimal = 1, false // goes on with a list: 1,2,3
	}
	if groups < 0 { // full stops between groups that are no number
		t.kind, t.end, t.digits = dottedToken, end[-groups-1], -groups
		return
	}
	t.end = end[groups-1]
	t.grouped = groups > 1 && !(groups == 2 && decimal)
	t.zero = t.zero && size[0] > 1
	t.decimal = decimal
	t.digits = size[0]
	whole := groups
	if decimal {
		whole--
		t.decimals = size[groups-1]
	}
	t.num = rd.magnitude(t.start, end[whole-1], t.end, t.decimals)
}

// threeDigits reports whether exactly three digits stand at i.
func (rd *reader) threeDigits(i int) bool {
	for k := 0; ; k++ {
		r, w := rd.next(i)
		if !asciiDigit(r) {
			return k == 3
		}
		i += w
		if k == 3 {
			return false
		}
	}
}

// judge says how many of the groups belong to one number and whether the last of them holds decimals. A negative count is that of
// groups between full stops that are no number.
func judge(size []int, mark []rune, zero bool) (groups int, decimal bool) {
	n := len(size)
	if n == 1 {
		return 1, false
	}
	last := mark[n-1]
	same := true
	for k := 2; k < n; k++ {
		same = same && mark[k] == mark[1]
	}
	if same {
		switch {
		case n == 2 && last == '.':
			return 2, true
		case grouped(size) && last != '_' && !(zero && last == ','):
			return n, false
		case n == 2 && last == ',' && (size[1] <= 2 || zero && size[0] == 1):
			return 2, true
		case last == '.' && n > 2:
			return -n, false
		}
		return 1, false
	}
	// Two kinds of mark: the last one, seen once, before decimals.
	once := true
	for k := 1; k < n-1; k++ {
		once = once && mark[k] == mark[1]
	}
	if once && (last == '.' || last == ',') && mark[1] != last && grouped(size[:n-1]) {
		return n, true
	}
	k := n - 1
	return judge(size[:k], mark[:k], zero)
}

// grouped reports whether digit groups are those of one number: threes, or twos with a three at the end.
func grouped(size []int) bool {
	n := len(size)
	if size[0] < 1 || size[0] > 3 || size[n-1] != 3 {
		return false
	}
	threes, twos := true, size[0] <= 2
	for _, z := range size[1 : n-1] {
		threes = threes && z == 3
		twos = twos && z == 2
	}
	return threes || twos && n > 2
}

// magnitude reads the digits between start and end; those behind whole are decimals.
func (rd *reader) magnitude(start, whole, end, decimals int) float64 {
	var m, over float64
	var exact uint64
	digits := 0
	for i := start; i < end; {
		r, w := rd.next(i)
		i += w
		if !asciiDigit(r) {
			continue
		}
		if digits < 18 {
			exact = exact*10 + uint64(r-'0')
			digits++
		} else {
			over++
		}
	}
	m = float64(exact)
	if over > 0 {
		m *= math.Pow(10, over)
	}
	if decimals > 0 {
		m /= pow10(decimals)
	}
	return m
}

func pow10(n int) float64 {
	if n >= 0 && n < len(powers) {
		return powers[n]
	}
	return math.Pow(10, float64(n))
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
