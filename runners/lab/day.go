package lab

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// otherDates gives dates that could as well have stood where one stands, in a seeded order: another day of its month, working days first
// where it is one; another month of its year; a year nearby.
func otherDates(v value.Value, dice dicer) []time.Time {
	var all, last []time.Time
	switch v.Grain {
	case value.Day:
		for d := 1; d <= 28; d++ {
			t := time.Date(v.Date.Year(), v.Date.Month(), d, 0, 0, 0, 0, time.UTC)
			switch {
			case d == v.Date.Day():
			case v.Date.Year() > 0 && weekend(t) != weekend(v.Date):
				last = append(last, t)
			default:
				all = append(all, t)
			}
		}
	case value.Month:
		for m := time.January; m <= time.December; m++ {
			if m != v.Date.Month() {
				all = append(all, time.Date(v.Date.Year(), m, 1, 0, 0, 0, 0, time.UTC))
			}
		}
	case value.Quarter:
		for q := range 4 {
			if m := time.Month(3*q + 1); m != v.Date.Month() {
				all = append(all, time.Date(v.Date.Year(), m, 1, 0, 0, 0, 0, time.UTC))
			}
		}
	case value.Year:
		for d := -4; d <= 4; d++ {
			if d != 0 {
				all = append(all, v.Date.AddDate(d, 0, 0))
			}
		}
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	dice.Shuffle(len(last), func(i, j int) { last[i], last[j] = last[j], last[i] })
	return append(all, last...)
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// months are the months' names, from January; those that are one another's beginnings are told apart by the reading back.
var months = map[string][]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"hi": {"जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"},
	"zh": {"一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"},
}

// redate writes a date's mention again with another date, in the same form. It fails where the outcome would not read as that date.
func redate(written, language string, old value.Value, to time.Time) (string, bool) {
	if !old.Alt.IsZero() {
		return "", false
	}
	if old.Date.Year() == 0 {
		to = to.AddDate(-to.Year(), 0, 0)
	}
	reads := func(s string) bool {
		ms := value.Find(s, language)
		return len(ms) == 1 && ms[0].Start == 0 && ms[0].End == len(s) && ms[0].Kind == value.Date && ms[0].Grain == old.Grain &&
			ms[0].Date.Equal(to) && ms[0].Alt.IsZero()
	}
	if _, err := time.Parse(time.DateOnly, written); err == nil && old.Grain == value.Day {
		return to.Format(time.DateOnly), true // computed answers may fall into another month
	}
	from, into := old.Date.Day(), to.Day()
	switch old.Grain {
	case value.Month:
		from, into = int(old.Date.Month()), int(to.Month())
		for _, names := range months {
			if s, ok := swap(written, names[from-1], names[into-1]); ok && reads(s) {
				return s, true
			}
			if len(names[from-1]) > 3 && len(names[into-1]) > 3 && language == "en" { // Sep. or Sept.
				if s, ok := swap(written, names[from-1][:3], names[into-1][:3]); ok && reads(s) {
					return s, true
				}
			}
		}
	case value.Quarter:
		from, into = (int(old.Date.Month())+2)/3, (int(to.Month())+2)/3
	case value.Year:
		from, into = old.Date.Year(), to.Year()
	}
	for _, run := range digitRuns(written) {
		digits := run.Of(written)
		n, zero := 0, '0'
		for _, r := range digits {
			d, z := digitsOf(r)
			n, zero = 10*n+d, z
		}
		if n != from {
			continue
		}
		s := strconv.Itoa(into)
		if first, _ := utf8.DecodeRuneInString(digits); len(s) < 2 && utf8.RuneCountInString(digits) == 2 && (first == zero || strings.ContainsAny(written, "-/.")) {
			s = "0" + s
		}
		s = strings.Map(func(r rune) rune { return zero + r - '0' }, s)
		if out := written[:run.Start] + s + written[run.End:]; reads(out) {
			return out, true
		}
		if out := ordinal(written[:run.Start], s, written[run.End:], into); reads(out) {
			return out, true
		}
	}
	return "", false
}

// ordinal mends the ending of an English ordinal: 2nd becomes 5th.
func ordinal(before, digits, after string, n int) string {
	for _, old := range [...]string{"st", "nd", "rd", "th"} {
		if rest, ok := strings.CutPrefix(after, old); ok {
			ending := "th"
			if n/10 != 1 {
				switch n % 10 {
				case 1:
					ending = "st"
				case 2:
					ending = "nd"
				case 3:
					ending = "rd"
				}
			}
			return before + digits + ending + rest
		}
	}
	return before + digits + after
}

func swap(s, old, with string) (string, bool) {
	if old == "" || !strings.Contains(s, old) {
		return "", false
	}
	return strings.Replace(s, old, with, 1), true
}

// digitRuns gives the runs of digits of a text.
func digitRuns(s string) []text.Span {
	var runs []text.Span
	start := -1
	for i, r := range s {
		if _, z := digitsOf(r); z != 0 {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			runs, start = append(runs, text.Span{Start: start, End: i}), -1
		}
	}
	if start >= 0 {
		runs = append(runs, text.Span{Start: start, End: len(s)})
	}
	return runs
}

// weekdays are the days' names from Sunday, longest spellings first.
var weekdays = map[string][][]string{
	"en": {{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}, {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}},
	"zh": {{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}, {"星期天", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}},
	"hi": {{"रविवार", "सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार"}},
}

// weekdayBeside finds the name of the date's weekday directly before or after its mention, with at most punctuation between, and gives
// where it stands and what belongs there for another date.
func weekdayBeside(s, language string, at text.Span, old, to time.Time) (text.Span, string, bool) {
	if old.Year() == 0 {
		return text.Span{}, "", false
	}
	const beside = " ,，(（、"
	before := strings.TrimRight(s[:at.Start], beside)
	after := strings.TrimLeft(s[at.End:], beside)
	for _, names := range weekdays[language] {
		name := names[old.Weekday()]
		if strings.HasSuffix(before, name) {
			return text.Span{Start: len(before) - len(name), End: len(before)}, names[to.Weekday()], true
		}
		if strings.HasPrefix(after, name) && !startsWithLetter(after[len(name):], language) {
			start := len(s) - len(after)
			return text.Span{Start: start, End: start + len(name)}, names[to.Weekday()], true
		}
	}
	return text.Span{}, "", false
}

// startsWithLetter reports whether a word goes on; Chinese words do not show it.
func startsWithLetter(s, language string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return language != "zh" && unicode.IsLetter(r)
}
