package value

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/growth"
)

var seeds = []string{
	"", "28 days", "1,234,567.89", "12,34,567", "三千五百万", "4.5万亿", "साढ़े तीन सौ", "2½ hours", "10⁶", "1.5e6", "(1,340)", "$(134)", "31.03.2026",
	"03/04/2026", "2026年3月31日", "Q3 FY2026", "FY26", "वित्त वर्ष 2025-26", "[3] [hr-leave-2026]", "1. one\n2. two", "INV-20417 v1.5.0", "百分之十二", "二点五万",
	"three quarters of two and a half million", "no, wait", "\xff\xfe28", "半", "零零零", "0x1F", "....", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18",
	"US$ -5.", ".5 %", "½½½", "9999999999999999999999999999", "1'2'3", "年月日", "सवा", "half a", "a a a a", "1 hour 1 hour 1 hour",
}

func FuzzFind(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range []string{"en", "zh", "hi"} {
			end := 0
			for _, m := range Find(s, lang) {
				if m.Start < end || m.End <= m.Start || m.End > len(s) {
					t.Fatalf("span %d:%d behind %d in %d bytes", m.Start, m.End, end, len(s))
				}
				if utf8.ValidString(s) && !utf8.ValidString(s[m.Start:m.End]) {
					t.Fatalf("span %d:%d cuts a rune of %q", m.Start, m.End, s)
				}
				if m.Num != m.Num {
					t.Fatalf("%q is not a number", s[m.Start:m.End])
				}
				end = m.End
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range []Kind{Text, Number, Percent, Money, Date, Duration, Bool, ID, Set} {
			v, err := Parse(k, s, "", "en")
			if err != nil {
				continue
			}
			if v.Kind != k {
				t.Fatalf("Parse(%s, %q) gives a %s", k, s, v.Kind)
			}
			if k != Set && Compare(v, v, 0) == Conflict {
				t.Fatalf("%s %q conflicts with itself", k, s)
			}
		}
	})
}

func TestParseDates(t *testing.T) {
	// Every day of four years in every spelling is read back as itself.
	day := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 4 * 366 {
		for _, layout := range []string{"2006-01-02", "2 January 2006", "January 2, 2006", "02.01.2006", "2006年1月2日", "2006/01/02", "2 Jan 2006", "2-Jan-2006"} {
			s := day.Format(layout)
			v, err := Parse(Date, s, "", "en")
			if err != nil || !v.Date.Equal(day) || v.Grain != Day {
				t.Fatalf("Parse(%q) = %v, %v", s, v.Date, err)
			}
		}
		day = day.AddDate(0, 0, 1)
	}
}

func TestLinear(t *testing.T) {
	for _, unit := range []string{"1,", "[", "(1", "1 ", "一", "万", "एक ", "no ", "1.", "twenty-", "1年", "-1", "½", "a-1/", "March 1 "} {
		growth.Linear(t, unit, Limit/8, func(n int, timed func(func())) {
			s := strings.Repeat(unit, n/len(unit))
			timed(func() { Find(s, "en") })
		})
	}
}

// TestLimit: what lies beyond the limit is not read.
func TestLimit(t *testing.T) {
	s := strings.Repeat("28 days of 3 crore rupees. ", 2*Limit/27)
	if found := Find(s, "en"); len(found) == 0 || found[len(found)-1].End > Limit {
		t.Errorf("%d values are found, the last of them beyond the limit", len(found))
	}
}

func BenchmarkFind(b *testing.B) {
	s := "Full-time employees get 28 days of annual leave in 2026, up from 25 days; the allowance is EUR 1,250.00, 12.5 % more than before."
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		Find(s, "en")
	}
}
