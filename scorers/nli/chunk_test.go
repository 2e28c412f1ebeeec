package nli

import (
	"strings"
	"testing"
)

func TestChunks(t *testing.T) {
	en := strings.Repeat("The leave policy grants twenty eight days. ", 40)
	zh := strings.Repeat("员工每年享有二十八天年假。", 40)
	hi := strings.Repeat("कर्मचारियों को अट्ठाईस दिन की छुट्टी मिलती है। ", 40)
	for _, c := range []struct {
		why, premise string
		window, most int
	}{
		{"English", en, 100, 20},
		{"Chinese", zh, 100, 12},
		{"Hindi", hi, 100, 20},
		{"one word without an end", strings.Repeat("x", 5000), 50, 60},
		{"one sentence without an end", strings.Repeat("word ", 500), 50, 30},
		{"Chinese without a stop", strings.Repeat("天", 500), 50, 12},
		{"a table", strings.Repeat("| a | 12 | 13 |\n", 60), 50, 60},
	} {
		chunks := Chunks(c.premise, c.window)
		if len(chunks) < 2 || len(chunks) > c.most {
			t.Errorf("%s: %d chunks", c.why, len(chunks))
		}
		for _, s := range chunks {
			if Tokens(s) > c.window {
				t.Errorf("%s: a chunk of %d tokens in a window of %d: %q", c.why, Tokens(s), c.window, s)
			}
		}
	}
	if got := Chunks("  \n ", 100); got != nil {
		t.Errorf("chunks of nothing: %q", got)
	}
	if got := Chunks("Short.", 100); len(got) != 1 || got[0] != "Short." {
		t.Errorf("a premise that fits became %q", got)
	}
}

func TestChunksOverlap(t *testing.T) {
	chunks := Chunks("Alpha one two three. Beta one two three. Gamma one two three. Delta one two three.", 16)
	if len(chunks) < 3 {
		t.Fatalf("%d chunks: %q", len(chunks), chunks)
	}
	for i := 1; i < len(chunks); i++ {
		before := chunks[i-1][strings.LastIndex(strings.TrimRight(chunks[i-1], "."), ".")+1:]
		if !strings.HasPrefix(chunks[i], strings.TrimSpace(before)) {
			t.Errorf("chunk %q does not begin with the last sentence of %q", chunks[i], chunks[i-1])
		}
	}
}

func FuzzChunks(f *testing.F) {
	f.Add("One. Two. Three, 天天。है।\xff", 9)
	f.Add("000000000天", 9) // digits that run into a Han character
	f.Add(strings.Repeat("a", 100)+"\n\n- b", 1)
	f.Fuzz(func(t *testing.T, s string, window int) {
		window = 1 + window&63
		joined := strings.Join(Chunks(s, window), "")
		for _, c := range Chunks(s, window) {
			if Tokens(c) > max(window, 8) {
				t.Fatalf("%d tokens in a window of %d: %q", Tokens(c), window, c)
			}
		}
		for _, w := range strings.Fields(s) {
			if len(w) < 3 && !strings.Contains(joined, w) {
				t.Fatalf("%q is lost from %q", w, s)
			}
		}
	})
}

func BenchmarkChunks(b *testing.B) {
	page := strings.Repeat("The leave policy grants twenty eight days to all who have served a year. ", 200)
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		Chunks(page, 400)
	}
}
