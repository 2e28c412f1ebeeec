package judged

import (
	"math"
	"testing"
	"time"
)

func TestTallyInWords(t *testing.T) {
	tally := Tally{Questions: 50, Scored: 46, Votes: 138, Cached: 30, Faults: map[Fault]int{Truncated: 2, NoGrade: 1}, Failed: 4, Failure: "status 503: overloaded", Unpaid: 5, Compared: 46, Flipped: 6,
		Pairs: 3, Reversed: 1, Spend: Spend{Requests: 108, Prompt: 81000, Completion: 204, Estimated: 2, Money: 0.12345, Took: 72 * time.Second}}
	want := "46 of 50 questions scored; 3 replies unreadable (no grade 1, truncated 2); 4 votes failed (status 503: overloaded); 5 votes beyond the budget; votes differ on 6 of 46; " +
		"order decides 1 of 3 pairs; 30 votes from the cache; 108 requests, 81204 tokens (2 requests estimated), 0.1235 in money, 1m12s"
	if got := tally.String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := (Tally{}).String(); got != "0 of 0 questions scored; 0 requests, 0 tokens, 0s" {
		t.Error(got)
	}
	if r := tally.FlipRate(); math.Abs(r-6./46) > 1e-12 || !math.IsNaN((Tally{}).FlipRate()) {
		t.Errorf("flip rate %g", r)
	}
	if got := (Shares{First: 3, Then: 4, Open: 1}).String(); got != "3 (37.5 %) decided without a model, 4 (50.0 %) by the judge, 1 (12.5 %) by neither" {
		t.Error(got)
	}
	if got := (Shares{}).String(); got != "nothing scored" {
		t.Error(got)
	}
}

func TestNamesComeBack(t *testing.T) {
	for _, c := range []Contract{Auto, Object, Letter} {
		if got, err := ParseContract(c.String()); err != nil || got != c {
			t.Errorf("%v: %v, %v", c, got, err)
		}
	}
	for _, r := range []Rule{Majority, Mean} {
		if got, err := ParseRule(r.String()); err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	if _, err := ParseContract("form"); err == nil {
		t.Error("no such contract")
	}
	if _, err := ParseRule("loudest"); err == nil {
		t.Error("no such rule")
	}
}
