package load

import (
	"slices"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
)

// session plays one user after the other in a place: each asks a question, reads the reply, thinks, and asks the next with the whole
// conversation before it, until the session has had its turns or a request fails. A turn is due when the user has thought.
func (h *held) session(place int, free time.Time) {
	think := pauses(h.stage.Think, h.stage.Seed, place)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for failures := 0; ; {
		var talk []prompt.Message
		for range h.stage.Turns {
			i, ok := h.take()
			if !ok {
				return
			}
			h.note(free)
			t, q := h.deal(i)
			t.Prompt.Messages = goOn(talk, q.Messages)
			h.ask(&t, free)
			pause, failed := think(), t.Status.Infrastructure()
			if failed {
				failures++
				pause = patience(failures)
			} else {
				failures = 0
				talk = append(slices.Clip(t.Prompt.Messages), prompt.Message{Role: "assistant", Content: t.Response.Text})
			}
			if free = h.now().Add(pause); !h.sleep(timer, free) {
				return
			}
			if failed {
				break
			}
		}
	}
}

// goOn lays the next question behind a conversation. The instructions stand at its beginning already.
func goOn(talk, next []prompt.Message) []prompt.Message {
	if len(talk) == 0 {
		return next
	}
	all := slices.Clone(talk)
	for _, m := range next {
		if m.Role != "system" {
			all = append(all, m)
		}
	}
	return all
}
