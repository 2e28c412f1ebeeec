package value

// suffix reads the unit, per cent sign or currency behind a figure into v and returns the token after it.
func (rd *reader) suffix(v *Value, j int, f figure) (int, bool) {
	t := rd.tok(j)
	if t.line && j > 0 {
		return j, false
	}
	if t.mark('-') && !t.space && rd.adjacent(j+1) { // 30-day
		if u := rd.tok(j + 1); u.lex != nil && (u.lex.unit != nil || u.is(working) || u.is(percent)) {
			j++
			t = u
		}
	}
	l := t.lex
	switch {
	case l == nil:
	case l.role == percent:
		if p := rd.tok(j + 1); p.is(point) && !p.line {
			v.Unit = "pp"
			return j + 2, true
		}
		v.Kind = Percent
		return j + 1, true
	case l.role == per && rd.tok(j+1).is(cent):
		v.Kind = Percent
		return j + 2, true
	case l.role == per && eqFold(rd.s[rd.tok(j+1).start:rd.tok(j+1).end], "mille"):
		v.Kind, v.Num, v.Step = Percent, v.Num/10, v.Step/10
		return j + 2, true
	case l.role == percentage && rd.tok(j+1).is(point):
		v.Unit = "pp"
		return j + 2, true
	case l.role == basis && rd.tok(j+1).is(point):
		v.Unit = "bp"
		return j + 2, true
	case l.role == working && rd.tok(j+1).lex != nil && rd.tok(j+1).lex.unit != nil && !rd.tok(j+1).line:
		u := rd.tok(j + 1).lex.unit
		if u.name == "day" && !isCalendar(rd.s[t.start:t.end]) {
			u = units["working day"]
		}
		setUnit(v, u)
		return j + 2, true
	case l.role == andHalf:
		u := rd.tok(j + 1)
		if u.mark('月') || rd.s[u.start:u.end] == "月" {
			v.Num, v.Step = v.Num+0.5, 0.5
			setUnit(v, units["month"])
			return j + 2, true
		}
		if u.lex != nil && u.lex.unit != nil {
			v.Num, v.Step = v.Num+0.5, 0.5
			setUnit(v, u.lex.unit)
			return j + 2, true
		}
		return j, false
	case l.currency != "":
		if t.kind == markToken && t.space && rd.tok(j+1).kind == numberToken && rd.adjacent(j+1) {
			return j, false // "5 $12": the sign belongs to the next figure
		}
		v.Kind, v.Unit = Money, l.currency
		if l.minor > 0 {
			v.Num, v.Step = v.Num*l.minor, v.Step*l.minor
			if l.currency == "$" {
				v.Unit = "" // cents are dollars' and euros'
			}
		}
		// "5 US dollars", "3.5 crore rupees"
		return j + 1, true
	case l.unit != nil:
		if !rd.unitHere(j) {
			return j, false
		}
		setUnit(v, l.unit)
		j++
		switch n := rd.tok(j); {
		case n.kind == powerToken && !n.space && l.unit.name == "m":
			if n.num == 2 {
				setUnit(v, units["m²"])
			} else if n.num == 3 {
				setUnit(v, units["m³"])
			}
			j++
		case n.mark('/') && !n.space && l.unit.name == "km" && rd.tok(j+1).lex != nil && rd.tok(j+1).lex.unit == units["hour"]:
			setUnit(v, units["km/h"])
			j += 2
		case n.kind == digitToken && n.r == '半' && !n.space && l.unit.dim != "mass":
			v.Num, v.Step = v.Num+0.5, 0.5
			j++
		case n.mark('\'') || n.kind == wordToken && !n.space:
			// "two weeks' notice"
		}
		return j, true
	}
	// "5 US dollars", "5 square metres"
	if w := rd.s[t.start:t.end]; w == "US" || w == "U" {
		if n := rd.tok(j + 1); n.lex != nil && n.lex.currency == "$" {
			v.Kind, v.Unit = Money, "USD"
			return j + 2, true
		}
	} else if w == "square" || w == "sq" {
		if n := rd.tok(j + 1); n.lex != nil && n.lex.unit == units["m"] {
			setUnit(v, units["m²"])
			return j + 2, true
		}
	}
	return j, false
}

func isCalendar(w string) bool { return len(w) == 8 && (w[0] == 'c' || w[0] == 'C') }

// unitHere reports whether the word at token j is a unit in this place. Short units that are also words or codes must touch the
// figure or stand in their own case: "5 A" and "5 in" are not read as amperes and inches.
func (rd *reader) unitHere(j int) bool {
	t := rd.tok(j)
	if t.kind == hanToken || t.kind == markToken {
		return true
	}
	if t.end-t.start == 1 {
		switch rd.s[t.start] {
		case 'h', 'g', 's', 'm', 'V', 'W', 'w', 'v':
			return !t.space || rd.s[t.start] != 's' && rd.s[t.start] != 'w' && rd.s[t.start] != 'v'
		case 't':
			return true
		}
		return false
	}
	return true
}

func setUnit(v *Value, u *unit) {
	v.Unit = u.name
	if u.dim == timeDim || u.dim == monthDim || u.dim == workDim {
		v.Kind = Duration
	} else {
		v.Kind = Number
	}
}

// compose adds the smaller unit that follows: "1 hour 30 minutes", "2 years and 6 months". Months never join days.
func (rd *reader) compose(v *Value, j int) int {
	for {
		i := j
		if t := rd.tok(i); t.is(and) || t.mark(',') && false {
			i++
		}
		if i >= len(rd.toks) || rd.tok(i).line {
			return j
		}
		f, ok := rd.figure(i)
		if !ok {
			return j
		}
		u := Value{Kind: Number, Num: f.num, Step: f.step}
		n, found := rd.suffix(&u, f.next, f)
		if w := rd.tok(f.next); !found && v.Unit == "ft" && w.kind == wordToken && rd.s[w.start:w.end] == "in" && f.num < 12 { // 6 ft 1 in
			u.Unit, n, found = "in", f.next+1, true
		}
		if !found || u.Kind != Duration && !(v.Unit == "ft" && u.Unit == "in") {
			return j
		}
		a, b := units[v.Unit], units[u.Unit]
		if a == nil || b == nil || a.dim != b.dim || b.factor >= a.factor {
			return j
		}
		v.Num = (v.Num*a.factor + u.Num*b.factor) / b.factor
		v.Unit, v.Step = b.name, u.Step
		j = n
	}
}
