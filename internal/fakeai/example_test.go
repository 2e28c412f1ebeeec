package fakeai_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
)

// A stream that ends early without a word, after its first token.
func ExampleHandler() {
	script := fakeai.Say("Thirty days.").With(func(_ fakeai.Request, r *fakeai.Reply) { r.Fault, r.After = fakeai.CutEnd, 1 })
	s := httptest.NewServer(fakeai.Handler(script, fakeai.Options{}))
	defer s.Close()

	resp, err := http.Post(s.URL+"/v1/chat/completions", "application/json",
		strings.NewReader(`{"model":"m","stream":true,"messages":[{"role":"user","content":"How long?"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	fmt.Println(strings.Count(string(b), "data: "), strings.Contains(string(b), "Thirty"), strings.Contains(string(b), "days"), err)
	// Output: 1 true false <nil>
}

// An examinee that never guesses: by heart it knows nothing, from the evidence everything.
func ExampleExaminee() {
	key := map[string]fakeai.Truth{
		"How long is the notice period?": {Right: "30 days", Wrong: "60 days", Answerable: true, Evidence: []string{"HB-4"}},
	}
	c, err := fakeai.NewCandidate(fakeai.Honest(0), key, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := func(pages ...prompt.Passage) string {
		p := prompt.Paper{Language: "en", Question: "How long is the notice period?", Passages: pages}
		return c.Reply(fakeai.Request{Messages: p.Messages()}).Text
	}
	fmt.Println(strings.Contains(ask(), "30 days"))
	fmt.Println(strings.Contains(ask(prompt.Passage{ID: "HB-4", Text: "Notice is 30 days."}), "30 days"))
	fmt.Printf("%+v\n", c.Expected(fakeai.Shown))
	// Output:
	// false
	// true
	// {Right:1 Wrong:0 Withheld:0 Invented:0 Silent:0}
}
