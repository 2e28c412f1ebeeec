package stats

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkTango(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Tango(30, 25, 1000, .95)
	}
}

func BenchmarkPenalisedDifference(b *testing.B) {
	b.ReportAllocs()
	o := Outcomes{{600, 30, 40}, {30, 100, 30}, {40, 30, 100}}
	for b.Loop() {
		PenalisedDifference(o, 1, .95)
	}
}

func BenchmarkBootstrapMean(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, 250)
	for i := range x {
		x[i] = rng.Float64()
	}
	b.ReportAllocs()
	for b.Loop() {
		BootstrapMean(x, nil, .95, 10000, rng)
	}
}

func BenchmarkBootstrapExhaustive(b *testing.B) {
	x := []float64{.13, .92, .55, .41, 1, .27, .4, .61}
	b.ReportAllocs()
	for b.Loop() {
		BootstrapMean(x, nil, .95, 0, nil)
	}
}

func BenchmarkSignFlipExact(b *testing.B) {
	x := make([]float64, exactFlips)
	for i := range x {
		x[i] = float64(i%7) - 2.5
	}
	b.ReportAllocs()
	for b.Loop() {
		SignFlip(x, 0, nil)
	}
}

func BenchmarkNonInferiorityPower(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NonInferiorityPower(1500, .1, 0, .02, .05)
	}
}

func BenchmarkDifferenceSequence(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		DifferenceSequence(30, 25, 1000, .05)
	}
}
