package value

import "strings"

// maxRun is the longest identifier or spelt number that is read, in tokens. It keeps the time linear in the text.
const maxRun = 64

// compoundEnd gives the token after the run of letters and digits, joined by - _ / . # without spaces, that starts at token i,
// and whether it holds both letters and digits, or digits in several groups.
func (rd *reader) compoundEnd(i int) (end int, mixed bool) {
	letters, digits := false, false
	k := i
	for k < len(rd.toks) && k < i+maxRun {
		t := &rd.toks[k]
		if k > i && (t.space || t.start != rd.toks[k-1].end) {
			break
		}
		switch t.kind {
		case wordToken:
			if c := rd.s[t.start]; c >= 0x80 {
				return k, letters && digits
			}
			letters = true
		case numberToken, dottedToken:
			digits = true
		case markToken:
			n := rd.tok(k + 1)
			if t.r != '-' && t.r != '_' && t.r != '/' && t.r != '.' && t.r != '#' || k == i && t.r != '#' || n.space || n.kind != wordToken && n.kind != numberToken && n.kind != dottedToken || k+1 >= len(rd.toks) {
				return k, letters && digits
			}
			p := rd.tok(k - 1)
			if n.kind == wordToken && rd.s[n.start] >= 0x80 {
				return k, letters && digits
			}
			if t.r == '.' && n.kind == wordToken && p.kind == wordToken || t.r == '/' && n.kind == wordToken && (p.kind == numberToken || p.kind == wordToken) && !capital(rd.s[n.start]) {
				return k, letters && digits
			}
		default:
			return k, letters && digits
		}
		k++
	}
	return k, letters && digits
}

func capital(c byte) bool { return c >= 'A' && c <= 'Z' }

// compound reports whether token k starts an identifier rather than a quantity: letters and digits that are no figure with a
// unit ("25kg", "30-day", "5k", "28th", "US$5").
func (rd *reader) compound(k int) bool {
	t := rd.tok(k)
	if t.kind != wordToken && t.kind != numberToken || k > 0 && !rd.toks[k].space && rd.tok(k-1).kind == wordToken {
		return false
	}
	end, mixed := rd.compoundEnd(k)
	if !mixed || end <= k+1 {
		return false
	}
	if t.kind == wordToken {
		return t.lex == nil || t.lex.numeral == noNumeral && t.lex.currency == ""
	}
	n := rd.tok(k + 1)
	rest := end - k
	if n.mark('-') {
		n = rd.tok(k + 2)
		rest--
		if n.kind == numberToken { // 10-15kg
			return rest > 2 && rd.tok(k+3).kind != wordToken
		}
	}
	if n.kind == wordToken && n.lex != nil && (n.lex.unit != nil || n.lex.scale > 0 || n.lex.currency != "" || n.is(clock) || n.lex.role == percent || n.is(working)) {
		return false
	}
	if n.kind == wordToken && rest == 2 {
		switch rd.s[n.start:n.end] {
		case "st", "nd", "rd", "th", "e", "E", "x", "X":
			return false
		}
	}
	if n.kind == wordToken && (rd.s[n.start:n.end] == "e" || rd.s[n.start:n.end] == "E") {
		return false
	}
	// "30-page": a plain word behind a dash is what is counted.
	if rd.tok(k+1).mark('-') && n.kind == wordToken && rest == 2 && !capital(rd.s[n.start]) {
		return false
	}
	return true
}

// identifier reads an identifier at token i: "INV-20417", "v1.5.0", "#4471", "1.5.0".
func (rd *reader) identifier(i int) int {
	t := rd.tok(i)
	if i > 0 && !t.space && (rd.tok(i-1).kind == wordToken || rd.tok(i-1).kind == numberToken) {
		return 0
	}
	if t.kind == dottedToken {
		end, mixed := rd.compoundEnd(i)
		if !mixed {
			end = i + 1
		}
		return rd.emitID(i, end)
	}
	if t.kind != wordToken && t.kind != numberToken && !(t.mark('#') && !t.opens) {
		return 0
	}
	end, mixed := rd.compoundEnd(i)
	if t.mark('#') && end > i+1 {
		return rd.emitID(i+1, end)
	}
	if t.kind == numberToken && t.zero && !t.decimal && end > i {
		return rd.emitID(i, end)
	}
	if !mixed || end <= i+1 {
		return 0
	}
	return rd.emitID(i, end)
}

func (rd *reader) emitID(i, j int) int {
	return rd.emit(Value{Kind: ID, Text: canonicalID(rd.s[rd.toks[i].start:rd.toks[j-1].end])}, i, j)
}

// canonicalID folds what two spellings of one identifier may differ in: case, width, the kind of dash, and separators at the
// edges. Separators inside count: 1.5 is not 1.5.0.
func canonicalID(s string) string {
	clean := true
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || c >= 'a' && c <= 'z' || c == ' ' {
			clean = false
			break
		}
	}
	if !clean {
		var b strings.Builder
		for _, r := range s {
			if invisible(r) {
				continue
			}
			r = plainRune(r)
			if r >= 'a' && r <= 'z' {
				r -= 0x20
			}
			b.WriteRune(r)
		}
		s = b.String()
	}
	s = strings.Trim(s, " \t-_/.#,;:()[]\"'`*")
	if len(s) > 1 && s[0] == 'V' && s[1] >= '0' && s[1] <= '9' { // v1.5.0
		s = s[1:]
	}
	return s
}
