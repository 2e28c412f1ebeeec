package judged

import (
	"strings"
	"testing"
)

func BenchmarkRead(b *testing.B) {
	for name, reply := range map[string]string{
		"letter": "B", "object": `{"why":"It gives the month and not the day.","grade":"B"}`,
		"prose": "The reply gives the month.\nIt leaves the day out.\n\n**Grade:** B", "long": strings.Repeat("The reply gives the month. ", 400) + "\nGrade: B",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if Read(reply).Fault != Readable {
					b.Fatal("not read")
				}
			}
		})
	}
}

func BenchmarkCachedVerdict(b *testing.B) {
	j := &Judge{Model: "m", Cache: new(Memory)}
	q := lease("In September 2027.")
	c := Case{q.Item.Language, q.Item.Question, Reference(q.Item.Answer, "en"), q.Trial.Response.Text}
	if err := j.Cache.Put(b.Context(), j.key(gradePaper(c), 0), Entry{Text: `{"why":"The day is missing.","grade":"B"}`}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if s, err := j.Score(b.Context(), q); err != nil || s.Value != 0.5 {
			b.Fatal(s, err)
		}
	}
}
