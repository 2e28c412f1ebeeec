package value

import (
	"strings"
	"testing"
)

func TestClocks(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  int // minutes; -1: none
		loose bool
	}{
		{"18:00", 1080, false}, {"until 18:00 Uhr", 1080, false}, {"6 pm", 1080, false}, {"6 p.m.", 1080, false}, {"6pm", 1080, false},
		{"6:30 PM", 1110, false}, {"06:30", 390, false}, {"6:30", 390, true}, {"six in the evening", 1080, false},
		{"Until six in the evening, Leipzig time.", 1080, false}, {"By 1 o'clock in the afternoon on a working day.", 780, false}, {"1 pm", 780, false},
		{"noon", 720, false}, {"midnight", 0, false}, {"12 pm", 720, false}, {"12 am", 0, false}, {"9 in the morning", 540, false},
		{"下午6点", 1080, false}, {"下午六点半", 1110, false}, {"18点", 1080, false}, {"上午9点30分", 570, false}, {"晚上8点", 1200, false}, {"中午12点", 720, false},
		{"शाम 6 बजे", 1080, false}, {"शाम छह बजे", 1080, false}, {"सुबह 9 बजे", 540, false}, {"रात 10 बजे", 1320, false}, {"6 बजे", 360, true},
		{"at 5 o'clock", 300, true},
		{"6 people", -1, false}, {"28 days", -1, false}, {"one of the mornings", -1, false}, {"25:00", -1, false}, {"3:5 ratio", -1, false}, {"", -1, false},
	} {
		got := Clocks(c.text, "en")
		switch {
		case c.want < 0:
			if len(got) > 0 {
				t.Errorf("%q: %+v, want no time of day", c.text, got)
			}
		case len(got) != 1 || got[0].Minute != c.want || got[0].Loose != c.loose:
			t.Errorf("%q: %+v, want minute %d, loose %v", c.text, got, c.want, c.loose)
		}
	}
}

func FuzzClocks(f *testing.F) {
	for _, s := range []string{"18:00", "6 p.m.", "下午六点半", "शाम 6 बजे", "six in the", "12", ":", "a.", "晚", strings.Repeat("6:", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, c := range Clocks(s, "en") {
			if c.Start < last || c.End <= c.Start || c.End > len(s) || c.Minute < 0 || c.Minute >= 1440 || c.Loose && c.Minute >= 720 {
				t.Errorf("%q: %+v", s, c)
			}
			last = c.End
			if same, known := c.Same(c); !same || !known {
				t.Errorf("%q: %+v is not itself", s, c)
			}
		}
	})
}
