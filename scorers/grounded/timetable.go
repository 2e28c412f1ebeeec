package grounded

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

var weekdays = map[string]int{
	"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
	"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
	"mondays": 0, "tuesdays": 1, "wednesdays": 2, "thursdays": 3, "fridays": 4, "saturdays": 5, "sundays": 6,
}

// weekday reports whether a folded word names a weekday.
func weekday(w string) bool {
	_, ok := weekdays[w]
	return ok
}

// days is a set of weekdays, Monday in the lowest bit.
type days uint8

const (
	workweek days = 1<<5 - 1
	weekend  days = 1<<5 | 1<<6
	everyDay days = 1<<7 - 1
)

// timetable is what a record says of opening times: by weekday, ranges in minutes after midnight; an end at or before its start
// lies on the next day.
type timetable [7][][2]int

// read keeps the opening times of a field that is named after a weekday: "Monday": "7:0-19:30".
func (t *timetable) read(key, s string) {
	day, ok := weekdays[strings.ToLower(key)]
	if !ok {
		return
	}
	cs := clocks(s)
	for i := 0; i+1 < len(cs); i += 2 {
		t[day] = append(t[day], [2]int{cs[i].minute, cs[i+1].minute})
	}
}

// open gives the days on which there are opening times.
func (t *timetable) open() days {
	var d days
	for i := range t {
		if len(t[i]) > 0 {
			d |= 1 << i
		}
	}
	return d
}

// longest is the longest opening of the days d, in minutes.
func (t *timetable) longest(d days) int {
	most := 0
	for i := range t {
		if d&(1<<i) == 0 {
			continue
		}
		for _, r := range t[i] {
			n := r[1] - r[0]
			if n <= 0 {
				n += 24 * 60
			}
			most = max(most, n)
		}
	}
	return most
}

// period is a mention of days or of a range of times in an answer.
type period struct {
	text.Span
	days  days
	times [2]clock
}

// periods reads the weekdays and the ranges of times of one sentence, in order. Days that follow each other with nothing but
// "and", "to" or a comma between are one mention.
func periods(s string, ws []word, cs []clock) (ds, rs []period) {
	last := -1 // index of the last word of the group being read
	for i := 0; i < len(ws); i++ {
		var d days
		end := i
		switch w := ws[i].folded; {
		case w == "weekdays" || w == "weekday":
			d = workweek
		case w == "weekends" || w == "weekend":
			d = weekend
		case w == "daily":
			d = everyDay
		case (w == "every" || w == "each") && i+1 < len(ws) && ws[i+1].folded == "day":
			d, end = everyDay, i+1
		case (w == "seven" || w == "7") && i+3 < len(ws) && ws[i+1].folded == "days" && ws[i+3].folded == "week":
			d, end = everyDay, i+3
		default:
			if k, ok := weekdays[w]; ok {
				d = 1 << k
			}
		}
		if d == 0 {
			continue
		}
		if last >= 0 && len(ds) > 0 && i-last <= 2 {
			g := &ds[len(ds)-1]
			between := s[g.End:ws[i].Start]
			if through(between) {
				g.days |= span(lastDay(g.days), d)
				g.End, last = ws[end].End, end
				continue
			}
			if strings.Trim(between, " ,&and") == "" && !strings.ContainsAny(between, "0123456789") {
				g.days |= d
				g.End, last = ws[end].End, end
				continue
			}
		}
		ds = append(ds, period{Span: text.Span{Start: ws[i].Start, End: ws[end].End}, days: d})
		last, i = end, end
	}
	for i := 0; i+1 < len(cs); i++ {
		between := s[cs[i].End:cs[i+1].Start]
		if through(between) {
			rs = append(rs, period{Span: text.Span{Start: cs[i].Start, End: cs[i+1].End}, times: [2]clock{cs[i], cs[i+1]}})
			i++
		}
	}
	return ds, rs
}

// through reports whether what stands between two days or two times makes them the ends of a range.
func through(s string) bool {
	switch strings.Trim(s, " ") {
	case "-", "–", "—", "to", "through", "until", "till", "thru", "and until":
		return true
	}
	return false
}

func lastDay(d days) int {
	for i := 6; i >= 0; i-- {
		if d&(1<<i) != 0 {
			return i
		}
	}
	return 0
}

// span gives the days from the day from to the last of d, across Sunday when need be.
func span(from int, d days) days {
	to := lastDay(d)
	out := days(0)
	for i := from; ; i = (i + 1) % 7 {
		out |= 1 << i
		if i == to {
			return out
		}
	}
}

// vague words say that the times given are not those of every day.
var vague = set("vary varies varying mainly mostly most some generally typically usually between early limited approximately")

// check gives the spans of a sentence that the timetable contradicts: times given for days on which others hold, days that
// are said to be open and are not, "extended hours" on days that are no longer than the rest.
func (t *timetable) check(ws []word, ds, rs []period, denied []bool) (dst []text.Span) {
	if t.open() == 0 {
		return nil
	}
	for i := range ws {
		if vague[ws[i].folded] {
			return dst
		}
	}
	if n := len(rs); n > 0 && (len(ds) == n || n == 1) {
		var excepted days // by the groups that have no range of their own: "9 to 5 daily, longer on Fridays"
		for _, d := range ds[min(n, len(ds)):] {
			excepted |= d.days
		}
		for i, d := range ds[:min(n, len(ds))] {
			if held := d.days &^ excepted; !t.agrees(held, rs[i].times) {
				dst = append(dst, text.Span{Start: min(d.Start, rs[i].Start), End: max(d.End, rs[i].End)})
			}
		}
	}
	for _, r := range rs {
		if len(ds) == 0 && !t.agreesAny(r.times) {
			dst = append(dst, r.Span)
		}
	}
	dst = t.extended(dst, ws, ds)
	if len(rs) == 0 {
		dst = t.opening(dst, ws, ds, denied)
	}
	return dst
}

// extended flags "extended hours" of days that are no longer than all others.
func (t *timetable) extended(dst []text.Span, ws []word, ds []period) []text.Span {
	for i := 0; i+1 < len(ws); i++ {
		switch ws[i].folded {
		case "extended", "longer", "later":
		default:
			continue
		}
		if ws[i+1].folded != "hours" {
			continue
		}
		for _, d := range ds {
			if d.Start < ws[i].Start {
				continue
			}
			if d.days != everyDay && t.longest(d.days) <= t.longest(everyDay&^d.days) {
				dst = append(dst, text.Span{Start: ws[i].Start, End: d.End})
			}
			break
		}
	}
	return dst
}

// opening flags days that a sentence calls open and that have no opening times.
func (t *timetable) opening(dst []text.Span, ws []word, ds []period, denied []bool) []text.Span {
	said := false
	for i := range ws {
		switch ws[i].folded {
		case "closed", "except", "excluding":
			return dst
		case "open", "opens", "operates", "operate":
			if denied[i] {
				return dst
			}
			said = true
		}
	}
	for _, d := range ds {
		if said && d.days&^t.open() != 0 {
			dst = append(dst, d.Span)
		}
	}
	return dst
}

// agrees reports whether the range holds on all days d.
func (t *timetable) agrees(d days, r [2]clock) bool {
	for i := range t {
		if d&(1<<i) != 0 && !holds(t[i], r) {
			return false
		}
	}
	return true
}

// agreesAny reports whether the range holds on any day.
func (t *timetable) agreesAny(r [2]clock) bool {
	for i := range t {
		if holds(t[i], r) {
			return true
		}
	}
	return false
}

func holds(day [][2]int, r [2]clock) bool {
	for _, h := range day {
		if r[0].same(clock{minute: h[0]}) && r[1].same(clock{minute: h[1]}) {
			return true
		}
	}
	return false
}
