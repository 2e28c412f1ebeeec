package fakeai

import "net/http"

// Papers is the script of an examinee that is told what to say to each paper: a reply by the text of the last message. A paper that it has
// not been told of gets status 400, so that a test cannot pass with papers other than those it planned for.
func Papers(replies map[string]string) Script {
	return func(q Request) Reply {
		if n := len(q.Messages); n > 0 {
			if text, ok := replies[q.Messages[n-1].Content]; ok {
				return Reply{Text: text}
			}
		}
		return Reply{Status: http.StatusBadRequest, Text: "no reply is planned for this paper"}
	}
}
