package lab

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// change puts something else in the place of what is wanted.
type change struct {
	kind   string                                         // number, percent, money, duration, date, time, id, entity
	is     want                                           // what then stands there
	answer string                                         // the answer that follows, as the suite would write it; "" when it does not
	at     func(s, language string, h hit) (string, bool) // what is written instead at a place where the want stands
	// words go by their new spelling wherever else they stand, folded word to new spelling: the surname alone.
	words map[string]string
}

// edited makes the evidence say something else: the answer is edited wherever it stands, in titles too, and a computed answer by one of
// its operands. Sums of a table are not computed anew.
func (l *Lab) edited(it suites.Item) (layout, string) {
	shown, why := l.evidence(it)
	if why != "" {
		return layout{}, why
	}
	if !it.Answerable() {
		return layout{}, noAnswer
	}
	answer, operands := l.sought(it)
	if len(operands) > 0 {
		return l.editOperand(it, l.stated(it, operands, shown), shown)
	}
	switch {
	case it.Answer.Kind == value.Bool:
		return negated(it, shown)
	case len(l.stated(it, answer, shown)) < len(answer):
		return layout{}, notFound
	}
	members := []string{it.Answer.Text}
	if it.Answer.Kind == value.Set {
		members = it.Answer.Set
	}
	dice := l.dice(it, "edit")
	for _, i := range dice.Perm(len(answer)) {
		a := it.Answer
		if a.Kind == value.Set {
			a = suites.Answer{Kind: value.Guess(members[i], it.Language).Kind, Text: members[i]}
		}
		for _, c := range l.changes(it, a, answer[i], shown, dice) {
			out, ok := carryOut(c, answer[i], shown)
			if !ok {
				continue
			}
			to := slices.Clone(members)
			to[i] = c.answer
			out.edits = append(out.edits, answerEdit(it, suites.Counterfactual, strings.Join(to, "; ")))
			return out, ""
		}
	}
	return layout{}, notEditable
}

// editOperand changes one operand of a computed answer and computes what then follows.
func (l *Lab) editOperand(it suites.Item, operands []want, shown []suites.Passage) (layout, string) {
	gold, err := it.Answer.Value(it.Language)
	if err != nil || len(operands) == 0 {
		return layout{}, notDerivable
	}
	dice := l.dice(it, "edit")
	count := func(w want) int {
		n := 0
		for _, p := range shown {
			n += len(w.find(l.reading(p)))
		}
		return n
	}
	slices.SortStableFunc(operands, func(a, b want) int { // first what stands in one place; of those, what says most
		return cmp.Or(count(a)-count(b), cmp.Compare(b.values[0].Num, a.values[0].Num))
	})
	type attempt struct {
		want
		change
		more int // decimals that the answer may gain
	}
	var tries []attempt
	for _, w := range operands {
		changes := l.changes(it, suites.Answer{}, w, shown, dice)
		for more := 0; more <= 2; more += 2 {
			for _, c := range changes {
				tries = append(tries, attempt{w, c, more})
			}
		}
	}
	for _, try := range tries {
		w, c := try.want, try.change
		follows, ok := follow(it, gold, w.values[0], c.is.values[0], try.more)
		if !ok || trapped(it, follows) {
			continue
		}
		out, ok := carryOut(c, w, shown)
		if !ok {
			continue
		}
		out.edits = append(out.edits, answerEdit(it, suites.Counterfactual, follows))
		return out, ""
	}
	return layout{}, notEditable
}

// follow computes the answer anew with another operand and writes it as the suite writes its own. It fails where the answer stays the
// same or cannot be written shortly.
func follow(it suites.Item, gold, from, to value.Value, more int) (string, bool) {
	expr := it.Derivation
	d, err := suites.Derive(expr)
	if err != nil {
		return "", false
	}
	for _, o := range d.Operands {
		if o.Date.Equal(from.Date) && o.Num == from.Num && (from.Kind == value.Date) == !o.Date.IsZero() {
			with := strconv.FormatFloat(to.Num, 'f', -1, 64)
			if from.Kind == value.Date {
				with = to.Date.Format(time.DateOnly)
			}
			expr = exchange(it.Derivation, o.Text, with)
			break
		}
	}
	e, err := suites.Derive(expr)
	if err != nil || expr == it.Derivation {
		return "", false
	}
	return conclude(it, gold, d.Value, e.Value, more)
}

// exchange replaces an operand of a derivation wherever it stands whole.
func exchange(expr, operand, with string) string {
	var b strings.Builder
	part := func(i int) bool {
		return i >= 0 && i < len(expr) && strings.IndexByte("0123456789.", expr[i]) >= 0
	}
	for i := 0; i < len(expr); {
		if strings.HasPrefix(expr[i:], operand) && !part(i-1) && !part(i+len(operand)) {
			b.WriteString(with)
			i += len(operand)
			continue
		}
		b.WriteByte(expr[i])
		i++
	}
	return b.String()
}

// conclude writes the outcome of a changed derivation, given the outcome of the unchanged one, for which the answer stands.
func conclude(it suites.Item, gold, old, now value.Value, more int) (string, bool) {
	switch gold.Kind {
	case value.Bool:
		if now.Bool == old.Bool {
			return "", false
		}
		if now.Bool {
			return "yes", true
		}
		return "no", true
	case value.Date:
		return redate(it.Answer.Text, it.Language, gold, now.Date)
	}
	num := now.Num
	if old.Num != 0 && gold.Num != 0 && (gold.Num/old.Num > 1.05 || gold.Num/old.Num < .95) {
		num *= gold.Num / old.Num // days told in weeks
	}
	rounded := !alike(old.Num, gold.Num)
	if value.Compare(gold, value.Value{Kind: gold.Kind, Unit: gold.Unit, Num: num}, it.Answer.Tolerance) == value.Match {
		return "", false
	}
	return reanswer(it.Answer, it.Language, gold, num, rounded, more)
}

// reanswer writes an answer with another magnitude, in the answer's own manner.
func reanswer(a suites.Answer, language string, gold value.Value, num float64, rounded bool, more int) (string, bool) {
	n, ok := numeralIn(a.Text, language, gold.Num)
	if !ok {
		return "", false
	}
	if rounded {
		x, err := strconv.ParseFloat(strconv.FormatFloat(num/n.ratio, 'f', n.decimals, 64), 64)
		if err != nil {
			return "", false
		}
		num = x * n.ratio
	}
	for _, m := range value.Find(a.Text, language) {
		if m.Start <= n.Start && n.End <= m.End {
			s, ok := refigure(a.Text[m.Start:m.End], language, m.Value, num*m.Num/gold.Num, more)
			return a.Text[:m.Start] + s + a.Text[m.End:], ok
		}
	}
	return "", false
}

// trapped reports whether an answer is one of the item's traps, which would have a cause already.
func trapped(it suites.Item, answer string) bool {
	for _, t := range it.Traps {
		for _, w := range wanted(t.Answer, it.Language) {
			if w.stands(read(answer, it.Language)) {
				return true
			}
		}
	}
	return false
}

// changes gives what could stand in the place of w, the best first: nothing that is a trap, and before others what stands nowhere else in
// the evidence. With the zero answer w is an operand, and no answer is written.
func (l *Lab) changes(it suites.Item, a suites.Answer, w want, shown []suites.Passage, dice dicer) []change {
	united := w.united(shown)
	var first hit
	var in suites.Passage
	for _, p := range slices.Backward(shown) {
		for _, h := range slices.Backward(w.places(p.Text, p.Language, united)) {
			first, in = h, p
		}
	}
	if in.ID == "" {
		return nil
	}
	var all []change
	switch m := first.mention; {
	case w.clock != nil:
		all = clockChanges(a, w, it.Language, dice)
	case m == nil:
		all = nameChanges(it, a, in, first, dice)
	case m.Kind == value.Date:
		all = dateChanges(a, it.Language, w, m, dice)
	default:
		all = figureChanges(a, it.Language, w, in, m, it.Answer.Kind == value.Bool, dice)
	}
	var fresh, used []change
	for _, c := range all {
		if c.answer != "" && trapped(it, c.answer) {
			continue
		}
		if slices.ContainsFunc(shown, func(p suites.Passage) bool { return c.is.stands(l.reading(p)) }) {
			used = append(used, c)
		} else {
			fresh = append(fresh, c)
		}
	}
	return append(fresh, used...)
}

// dicer is what is needed of a source of chance.
type dicer interface {
	Perm(n int) []int
	IntN(n int) int
	Shuffle(n int, swap func(i, j int))
}

func figureChanges(a suites.Answer, language string, w want, in suites.Passage, m *value.Mention, wide bool, dice dicer) []change {
	old := w.values[0]
	var all []change
	for _, num := range alternatives(in.Text[m.Start:m.End], in.Language, m.Value, wide, dice) {
		v := old
		v.Num, v.Text = num*old.Num/m.Num, ""
		c := change{kind: string(m.Kind), is: want{values: []value.Value{v}, scaled: w.scaled, operand: w.operand}}
		if value.Compare(old, v, w.tolerance) == value.Match {
			continue
		}
		if a.Kind != "" {
			var ok bool
			if c.answer, ok = reanswer(a, language, old, v.Num, false, 2); !ok {
				c.answer, ok = refigure(in.Text[m.Start:m.End], in.Language, m.Value, num, 0)
				if !ok {
					continue
				}
			}
		}
		c.at = func(s, language string, h hit) (string, bool) {
			return refigure(s[h.Start:h.End], language, h.mention.Value, h.mention.Num*num/m.Num, 0)
		}
		all = append(all, c)
	}
	return all
}

func dateChanges(a suites.Answer, language string, w want, m *value.Mention, dice dicer) []change {
	old := w.values[0]
	var all []change
	for _, day := range otherDates(old, dice) {
		v := old
		v.Date, v.Text = day, ""
		c := change{kind: string(value.Date), is: want{values: []value.Value{v}, operand: w.operand}}
		if a.Kind != "" {
			var ok bool
			if c.answer, ok = redate(a.Text, language, old, day); !ok {
				continue
			}
		}
		c.at = func(s, language string, h hit) (string, bool) {
			if h.mention.Grain != old.Grain { // a day written out where the month was asked for
				return "", false
			}
			return redate(s[h.Start:h.End], language, h.mention.Value, day)
		}
		all = append(all, c)
	}
	return all
}
