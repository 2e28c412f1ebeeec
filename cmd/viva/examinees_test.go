package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

// TestReportRecoversPlantedRates sits three scripted examinees whose rates are known to the whole examination, over the wire, and
// demands that each arm's intervals hold the planted rates.
func TestReportRecoversPlantedRates(t *testing.T) {
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []fakeai.Profile{fakeai.Honest(.3), fakeai.Confabulating(.25, .4, .1), fakeai.Refusing(.3, .5)} {
		profile.Exact = true
		t.Run(profile.Name, func(t *testing.T) {
			t.Parallel()
			key := answerKey(s)
			server := fakeai.Start(t, fakeai.Examinee(profile, key, 7), fakeai.Options{NoLog: true})
			db := filepath.Join(t.TempDir(), "viva.db")
			var words strings.Builder
			if code := execute(t.Context(), []string{"run", "--base-url", server.Base(), "--model", profile.Name, "--db", db, "--out", ""}, nil, io.Discard, &words); code != exitOK {
				t.Fatalf("exit code %d\n%s", code, words.String())
			}
			report := reportOf(t, db)
			if len(report.Summary.Arms) != len(defaultPlan().Arms) {
				t.Fatalf("%d arms in the report", len(report.Summary.Arms))
			}
			for _, arm := range report.Summary.Arms {
				want := planted(t, s, profile, arm.Name)
				for _, c := range []struct {
					name string
					rate reports.Rate
					want float64
				}{
					{"accuracy", arm.Accuracy, want.right / want.answerable},
					{"hallucination", arm.Hallucination, want.wrong / want.all},
					{"abstention", arm.Abstention, want.withheld / want.all},
				} {
					t.Logf("%-11s %-13s planted %5.1f %%, reported %5.1f %% [%5.1f, %5.1f] of %d, %d unscored", arm.Name, c.name, c.want*100,
						c.rate.Value*100, c.rate.Low*100, c.rate.High*100, c.rate.N, c.rate.Unscored)
					if c.want < float64(c.rate.Low)-1e-9 || c.want > float64(c.rate.High)+1e-9 {
						t.Errorf("%s of %s: planted %.3f, not in [%.3f, %.3f]", c.name, arm.Name, c.want, c.rate.Low, c.rate.High)
					}
				}
				if limit := arm.Counts.Answered / 50; arm.Counts.Unscored > limit {
					t.Errorf("%s: %d of %d unscored, more than 2 %%", arm.Name, arm.Counts.Unscored, arm.Counts.Answered)
				}
			}
		})
	}
}

// tally is what an examinee is expected to give over an arm.
type tally struct{ right, wrong, withheld, answerable, all float64 }

// planted adds up the profile's rates over what the arm shows of each item.
func planted(t *testing.T, s *suites.Suite, p fakeai.Profile, arm string) tally {
	t.Helper()
	var sum tally
	defaults := defaultPlan()
	arms, err := newLibrary(s, &defaults, nil).arms(t.Context(), []string{arm})
	if err != nil {
		t.Fatal(err)
	}
	built := arms[0]
	for _, it := range s.Items {
		if b, ok := built.Book.(runners.Selective); ok && !b.Applies(it) {
			continue
		}
		shown, _, err := runners.Preview(context.Background(), s, it, built)
		if err != nil {
			t.Fatal(err)
		}
		rates := p.Missed
		switch {
		case len(shown.Passages) == 0:
			rates = p.Closed
		case shown.Expect == runners.ExpectAnswer, !it.Answerable() && len(it.Evidence) > 0 && arm == runners.Oracle:
			rates = p.Shown
		}
		sum.all++
		if it.Answerable() {
			sum.answerable++
			sum.right += rates.Right
			sum.wrong += rates.Wrong
			sum.withheld += 1 - rates.Right - rates.Wrong
		} else {
			sum.wrong += rates.Invents
			sum.withheld += 1 - rates.Invents
		}
	}
	return sum
}

// answerKey gives the examinee each item's truth and one value that is wrong.
func answerKey(s *suites.Suite) map[string]fakeai.Truth {
	key := map[string]fakeai.Truth{}
	for _, it := range s.Items {
		wrong := map[value.Kind]string{value.Bool: "yes", value.Date: "1999-01-02", value.Percent: "93.7 %", value.Money: "EUR 987,654.32",
			value.Duration: "777 days", value.ID: "ZZ-98765", value.Number: "98765", value.Text: "Ignatius Wolkenstein"}[it.Answer.Kind]
		if it.Answer.Kind == value.Bool && strings.EqualFold(it.Answer.Text, "yes") {
			wrong = "no"
		}
		if it.Answer.Kind == value.Set || !it.Answerable() {
			wrong = "EUR 987,654.32"
		}
		for _, trap := range it.Traps {
			if trap.Text != "" {
				wrong = trap.Text
				break
			}
		}
		key[it.Question] = fakeai.Truth{Right: truth(it.Answer), Wrong: wrong, Language: it.Language, Answerable: it.Answerable(), Evidence: it.Evidence}
	}
	return key
}

// reportOf summarises the newest run of a file.
func reportOf(t *testing.T, db string) reports.Report {
	t.Helper()
	f, err := store.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := f.Run(t.Context(), "latest")
	if err != nil {
		t.Fatal(err)
	}
	r, err := (&app{}).summarize(t.Context(), f, run, headline)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
