package grounded

import (
	"fmt"
	"slices"
	"testing"

	"github.com/viva-eval/viva/internal/text"
)

func TestClocks(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string // hh:mm, with ~ when it may be either half of the day
	}{
		{"open 9 AM to 5:30 p.m.", []string{"09:00", "17:30"}},
		{"from 7:0 to 19:30", []string{"07:00~", "19:30"}},
		{"from noon to midnight", []string{"12:00", "00:00"}},
		{"12 am, 12 pm, 12:15 AM", []string{"00:00", "12:00", "00:15"}},
		{"19:00 pm is 7 pm", []string{"19:00", "19:00"}},
		{"on 2021-11-03 21:59:35", []string{"21:59"}},
		{"下午3点半开会，上午9点上班", []string{"15:30", "09:00"}},
		{"शाम 5 बजे तक, सुबह 9 बजे से", []string{"17:00", "09:00"}},
		{"ratio 3:75, version 1.10, 25:00, 9 ampere, 3 amend", nil},
		{"afternoon tea, midnights", nil},
		{"at 7", nil},
	} {
		var got []string
		for _, k := range clocks(c.text) {
			s := fmt.Sprintf("%02d:%02d", k.minute/60, k.minute%60)
			if k.vague {
				s += "~"
			}
			got = append(got, s)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestPolarity(t *testing.T) {
	for _, c := range []struct {
		text   string
		denied []string // those of the probed words that are denied
		probed []string
	}{
		{"It does not offer parking or delivery.", []string{"parking", "delivery"}, []string{"parking", "delivery"}},
		{"It does not offer parking, but it has delivery.", []string{"parking"}, []string{"parking", "delivery"}},
		{"Parking is not available.", []string{"parking"}, []string{"parking"}},
		{"Parking is available, but delivery is not.", []string{"delivery"}, []string{"parking", "delivery"}},
		{"While there is no garage, parking is available.", []string{"garage"}, []string{"garage", "parking"}},
		{"It is quiet rather than loud.", []string{"loud"}, []string{"quiet", "loud"}},
		{"Not only parking is free.", nil, []string{"parking"}},
		{"Parking: no; delivery: yes", []string{"parking"}, []string{"parking", "delivery"}},
		{"पार्किंग उपलब्ध नहीं है।", []string{"पार्किंग"}, []string{"पार्किंग"}},
	} {
		var x lexer
		ws := x.words(nil, c.text, text.Span{End: len(c.text)})
		no := polarity(nil, c.text, ws)
		var got []string
		for i := range ws {
			if no[i] && slices.Contains(c.probed, ws[i].folded) {
				got = append(got, ws[i].folded)
			}
		}
		if !slices.Equal(got, c.denied) {
			t.Errorf("%q: denied %q, want %q", c.text, got, c.denied)
		}
	}
}

func TestClaimsNothing(t *testing.T) {
	for answer, want := range map[string]bool{
		"Not known.":                                    true,
		"I do not know.":                                true,
		"The passages do not mention the price.":        true,
		"The price is not stated in the given context.": true,
		"不知道。":                                          true,
		"资料中没有提到价格。":                                    true,
		"ज्ञात नहीं।":                                   true,
		"दस्तावेज़ में कीमत का उल्लेख नहीं है।": true,
		"": true,
		"The company did not disclose its price.":        false,
		"The price is not stated, but it is about $90.":  false,
		"The passages do not mention it. It is 28 days.": false,
		"It learns without explicit supervision.":        false,
		"价格为850元。":                                       false,
		"किराया ₹45,000 है।":                             false,
	} {
		if got := ClaimsNothing(answer); got != want {
			t.Errorf("%q: %v, want %v", answer, got, want)
		}
	}
}

func TestRecord(t *testing.T) {
	var x lexer
	r, flat, ok := readRecord(&x, `{"ShopA": {"ShopDelivery": true, "ShopWiFi": "no", "ShopTakeOut": null}, "reviews": [1, 2, 3], "Monday": "22:0-2:0"}`)
	if !ok {
		t.Fatal("no record")
	}
	if got := fmt.Sprint(r.toggles); got != "[{deliveri 2} {wifi 1} {takeout 0}]" {
		t.Errorf("toggles %s", got)
	}
	if got := fmt.Sprint(r.counts); got != "[3]" {
		t.Errorf("counts %s", got)
	}
	if r.hours.longest(everyDay) != 240 {
		t.Errorf("longest %d, want four hours over midnight", r.hours.longest(everyDay))
	}
	if want := "shop delivery: yes\nshop wi fi: no\nshop take out: unknown\nreviews: 1\nreviews: 2\nreviews: 3\nmonday: 22:0-2:0\n"; flat != want {
		t.Errorf("flat %q, want %q", flat, want)
	}
	for _, s := range []string{"", "[", "{not json}", "plain text", `"a string"`} {
		if _, _, ok := readRecord(&x, s); ok {
			t.Errorf("%q is read as a record", s)
		}
	}
}
