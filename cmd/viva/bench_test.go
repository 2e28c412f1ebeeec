package main

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
)

// BenchmarkRun asks, stores, scores and reports about a thousand questions against a server that answers at once, over loopback:
// what Viva itself costs, and the server with it.
func BenchmarkRun(b *testing.B) {
	server := fakeai.Start(b, fakeai.Say("The notice period is 3 months."), fakeai.Options{NoLog: true})
	trials := 0
	for b.Loop() {
		db := filepath.Join(b.TempDir(), "viva.db")
		args := []string{"run", "--base-url", server.Base(), "--model", "m", "--db", db, "--out", "", "--arm", "closed-book", "--repeats", "5", "--limit", "200", "-j", "32"}
		if code := execute(b.Context(), args, nil, io.Discard, io.Discard); code != exitOK {
			b.Fatalf("exit code %d", code)
		}
		trials += 1000
	}
	b.ReportMetric(float64(trials)/b.Elapsed().Seconds(), "trials/s")
	b.ReportMetric(b.Elapsed().Seconds()/float64(trials)*1000, "s/1000trials")
}
