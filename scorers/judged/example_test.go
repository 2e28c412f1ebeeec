package judged_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/judged"
	"github.com/viva-eval/viva/suites"
)

// A judge is asked only about what the deterministic scorer leaves open.
func ExampleCascade() {
	server := httptest.NewServer(fakeai.Handler(fakeai.Say(`{"why":"Both mean that it is free of charge.","grade":"A"}`), fakeai.Options{}))
	defer server.Close()

	judge, err := judged.Endpoint{BaseURL: server.URL + "/v1", Model: "mistral-small", Votes: 3}.Judge()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer judge.Close()
	judge.Cache = new(judged.Memory)
	judge.Budget = &judged.Budget{Requests: 1000}

	suspects, err := judged.Suspects(runners.TargetInfo{Model: "Mistral-Large-AWQ", BaseURL: "http://box:8000/v1"}, judge)
	fmt.Println(len(suspects), suspects[0].Kinship, err)

	cascade := &judged.Cascade{First: scorers.Facts{}, Then: judge}
	item := suites.Item{ID: "fee", Question: "What does delivery cost?", Language: "en", Answer: suites.Answer{Kind: value.Text, Text: "nothing"}}
	for _, reply := range []string{"Not known.", "It comes free of charge."} {
		s, err := cascade.Score(context.Background(), scorers.Question{Item: item, Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: reply}}})
		fmt.Printf("%q is %s %v\n", reply, s.Verdict, err)
	}
	fmt.Println(cascade.Shares().Without(), "without a model,", judge.Tally().Spend.Requests, "requests")
	// Output:
	// 1 same family <nil>
	// "Not known." is abstained <nil>
	// "It comes free of charge." is correct <nil>
	// 0.5 without a model, 3 requests
}
