package nli

import (
	"encoding/json"
	"strings"
)

// Endpoint is the protocol of a verifier, told by the last segment of its URL.
type Endpoint string

const (
	// Predict is text classification over pairs as text-embeddings-inference serves it: {"inputs": [[premise, hypothesis], …]} gives a list
	// of {"label", "score"} for each pair.
	Predict Endpoint = "predict"
	// Classify is text classification as vLLM and SGLang serve it: {"model", "input": [text, …]} gives the probabilities of the classes by
	// index. A pair becomes one text by Config.Template, and the classes need Config.Labels.
	Classify Endpoint = "classify"
	// Score is vLLM's score of pairs: {"model", "text_1": […], "text_2": […]} gives one score a pair.
	Score Endpoint = "score"
	// Rerank gives documents a score against one query, as vLLM, Jina and Cohere serve it ({"query", "documents"}) or as
	// text-embeddings-inference does ({"query", "texts"}); which of the two is found out by asking. The hypothesis is the query.
	// A reranker measures whether a passage is about the query, which is less than support.
	Rerank Endpoint = "rerank"
)

// Endpoints lists the protocols.
func Endpoints() []Endpoint { return []Endpoint{Predict, Classify, Score, Rerank} }

func endpointOf(path string) (Endpoint, bool) {
	path = strings.TrimRight(path, "/")
	last := Endpoint(path[strings.LastIndexByte(path, '/')+1:])
	for _, e := range Endpoints() {
		if e == last {
			return e, true
		}
	}
	return "", false
}

// Pair is one question to a verifier: does the hypothesis follow from the premise?
type Pair struct{ Premise, Hypothesis string }

// The bodies that are sent. Pairs of one rerank request share their hypothesis.
type (
	predictBody struct {
		Inputs [][2]string `json:"inputs"`
	}
	classifyBody struct {
		Model string   `json:"model,omitempty"`
		Input []string `json:"input"`
	}
	scoreBody struct {
		Model string   `json:"model,omitempty"`
		Text1 []string `json:"text_1"`
		Text2 []string `json:"text_2"`
	}
	rerankBody struct {
		Model     string   `json:"model,omitempty"`
		Query     string   `json:"query"`
		Documents []string `json:"documents"`
	}
	rerankTextsBody struct {
		Query string   `json:"query"`
		Texts []string `json:"texts"`
	}
)

// encode writes the request for a batch. texts asks for the second form of rerank.
func (c *Client) encode(pairs []Pair, texts bool) ([]byte, error) {
	first, second := make([]string, len(pairs)), make([]string, len(pairs))
	for i, p := range pairs {
		first[i], second[i] = p.Premise, p.Hypothesis
		if c.hypothesisFirst {
			first[i], second[i] = second[i], first[i]
		}
	}
	var body any
	switch c.endpoint {
	case Predict:
		inputs := make([][2]string, len(pairs))
		for i := range pairs {
			inputs[i] = [2]string{first[i], second[i]}
		}
		body = predictBody{inputs}
	case Classify:
		inputs := make([]string, len(pairs))
		for i, p := range pairs {
			inputs[i] = strings.NewReplacer("{premise}", p.Premise, "{hypothesis}", p.Hypothesis).Replace(c.template)
		}
		body = classifyBody{c.model, inputs}
	case Score:
		body = scoreBody{c.model, first, second}
	case Rerank:
		documents := make([]string, len(pairs))
		for i, p := range pairs {
			documents[i] = p.Premise
		}
		body = rerankBody{c.model, pairs[0].Hypothesis, documents}
		if texts {
			body = rerankTextsBody{pairs[0].Hypothesis, documents}
		}
	}
	return json.Marshal(body)
}
