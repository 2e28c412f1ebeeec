package wire_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/wire"
)

// told has words, digits and three scripts, so that cuts inside a rune show.
const told = "The notice period is 3 months，即三个月，यानी तीन महीने, from the 1st of the month on. 🙂 That is all."

// TestFaults puts every habit and fault that the scripted server knows to the client, streamed and not, twice on one connection
// pool, and demands the outcome that the fault promises. The two were written apart from each other, from the protocol alone.
func TestFaults(t *testing.T) {
	temperature, seed := 0.0, int64(7)
	for _, fault := range fakeai.Faults() {
		for _, stream := range []bool{true, false} {
			name := fault.String() + "/whole"
			if stream {
				name = fault.String() + "/stream"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
					return fakeai.Reply{Text: told, Fault: fault, Pace: fakeai.Pace{First: 5 * time.Millisecond, Gap: time.Millisecond}}
				})
				patience := 20 * time.Second
				if fault.Outcome() == fakeai.Endless {
					patience = 300 * time.Millisecond
				}
				c, err := wire.New(wire.Config{BaseURL: server.Base(), Model: "fake", NoStream: !stream})
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				for range 2 {
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					reply, err := c.Chat(ctx, wire.Request{Messages: []prompt.Message{{Role: "user", Content: "What?"}}, Temperature: &temperature, Seed: &seed, MaxTokens: 64})
					if whole := fault.Outcome() == fakeai.Whole; (err == nil) != whole {
						t.Fatalf("promised %s, got error %v and text %q", fault.Outcome(), err, reply.Text)
					}
					if err != nil {
						continue
					}
					if reply.Text != told || reply.Finish != fault.Finish() {
						t.Errorf("text %q, finish %q", reply.Text, reply.Finish)
					}
					if thought := strings.TrimSpace(reply.Reasoning); (thought != "") != fault.Reasons() || fault.Reasons() && thought != fakeai.Thought {
						t.Errorf("reasoning %q", reply.Reasoning)
					}
					if refused := fault.Refuses(); stream && refused != "" && (len(reply.Dropped) != 1 || reply.Dropped[0] != refused) {
						t.Errorf("dropped %v, want %s", reply.Dropped, refused)
					}
					if !stream || !reply.Streamed {
						continue
					}
					// The server's log is an independent truth: it stamps a token just before writing the byte that completes it.
					log := server.Log()
					record := log[len(log)-1]
					for _, moment := range []struct {
						name           string
						client, server time.Time
					}{
						{"first token", reply.Clock.FirstToken, record.FirstToken()},
						{"first answer token", reply.Clock.FirstAnswer, record.FirstAnswer()},
						{"last token", reply.Clock.Last, record.Last()},
					} {
						if late := moment.client.Sub(moment.server); late < 0 || late > time.Second {
							t.Errorf("%s: %v after the server wrote it", moment.name, late)
						}
					}
					if len(reply.Clock.Gaps) != len(record.Wrote)-1 {
						t.Errorf("%d gaps between %d tokens", len(reply.Clock.Gaps), len(record.Wrote))
					}
				}
			})
		}
	}
}
