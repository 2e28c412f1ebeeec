package fakeai

import (
	"hash/fnv"
	"math"
	"strings"
)

// Embedding is a vector of unit length that depends on the text alone: every run of three characters, in lower case, is hashed to a place and a
// sign. Texts that share spelling are near each other, whatever the language; it knows no synonyms.
func Embedding(text string, dimensions int) []float32 {
	vector := make([]float32, dimensions)
	runes := []rune(" " + strings.Join(strings.Fields(strings.ToLower(text)), " ") + " ")
	for i := range max(len(runes)-2, 0) {
		h := fnv.New64a()
		h.Write([]byte(string(runes[i : i+3])))
		sum := h.Sum64()
		sign := float32(1)
		if sum>>63 == 1 {
			sign = -1
		}
		vector[sum%uint64(dimensions)] += sign
	}
	var square float64
	for _, v := range vector {
		square += float64(v) * float64(v)
	}
	if square == 0 { // too short a text, or one whose runs cancel out
		vector[0] = 1
		return vector
	}
	for i := range vector {
		vector[i] = float32(float64(vector[i]) / math.Sqrt(square))
	}
	return vector
}

// similarity maps the cosine of two unit vectors to 0 … 1.
func similarity(a, b []float32) float64 {
	var dot float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
	}
	return (1 + dot) / 2
}
