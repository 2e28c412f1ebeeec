package nli

import (
	"errors"
	"math"
	"testing"
)

var mnli = []string{"contradiction", "neutral", "entailment"}

// Replies as the servers document and send them.
const (
	teiPredict = `[[{"score":0.91,"label":"entailment"},{"score":0.06,"label":"neutral"},{"score":0.03,"label":"contradiction"}],
		[{"score":0.7,"label":"CONTRADICTION"},{"score":0.2,"label":"NEUTRAL"},{"score":0.1,"label":"ENTAILMENT"}]]`
	vllmClassify = `{"id":"classify-9bf17f2847b046c7b2d5495f4b4f9682","object":"list","created":1745383213,"model":"m","data":[
		{"index":1,"label":"entailment","probs":[0.05,0.15,0.8],"num_classes":3},{"index":0,"label":"contradiction","probs":[0.9,0.06,0.04],"num_classes":3}],
		"usage":{"prompt_tokens":10,"total_tokens":10,"completion_tokens":0,"prompt_tokens_details":null}}`
	vllmScore = `{"id":"score-1","object":"list","created":693447,"model":"BAAI/bge-reranker-v2-m3","data":[
		{"index":0,"object":"score","score":1},{"index":1,"object":"score","score":0.001}],"usage":{}}`
	vllmRerank = `{"id":"rerank-1","model":"BAAI/bge-reranker-base","usage":{"total_tokens":56},"results":[
		{"index":1,"document":{"text":"The capital of France is Paris."},"relevance_score":0.99853515625},
		{"index":0,"document":{"text":"The capital of Brazil is Brasilia."},"relevance_score":0.0005860328674316406}]}`
	teiRerank = `[{"index":1,"score":0.997},{"index":0,"score":0.02,"text":"Deep Learning is not..."}]`
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		why      string
		endpoint Endpoint
		body     string
		n        int
		order    []string
		want     []float64 // support
	}{
		{"names in either case, in order of score", Predict, teiPredict, 2, nil, []float64{.91, .1}},
		{"a batch of one comes back flat", Predict, `[{"score":0.8,"label":"supported"},{"score":0.2,"label":"unsupported"}]`, 1, nil, []float64{.8}},
		{"numbered labels by the configured order", Predict, `[[{"score":0.8,"label":"LABEL_1"},{"score":0.2,"label":"LABEL_0"}]]`, 1,
			[]string{"unsupported", "supported"}, []float64{.8}},
		{"separators in labels do not matter", Predict, `[[{"score":0.3,"label":"not_entailment"},{"score":0.7,"label":"Entailment"}]]`, 1, nil, []float64{.7}},
		{"labels in Chinese", Predict, `[[{"score":0.3,"label":"矛盾"},{"score":0.5,"label":"蕴含"},{"score":0.2,"label":"中立"}]]`, 1, nil, []float64{.5}},
		{"a model with one class", Predict, `[[{"score":0.42,"label":"LABEL_0"}]]`, 1, []string{"supported"}, []float64{.42}},
		{"entries are put in order by index", Classify, vllmClassify, 2, mnli, []float64{.04, .8}},
		{"a server without label names", Classify, `{"data":[{"index":0,"label":null,"probs":[0.1,0.2,0.7]}]}`, 1, mnli, []float64{.7}},
		{"scores", Score, vllmScore, 2, nil, []float64{1, .001}},
		{"ranks come best first", Rerank, vllmRerank, 2, nil, []float64{.0005860328674316406, .99853515625}},
		{"ranks of text-embeddings-inference", Rerank, teiRerank, 2, nil, []float64{.02, .997}},
	} {
		got, err := Read(c.endpoint, []byte(c.body), c.n, c.order)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		for i, r := range got {
			if r.Entailment != c.want[i] {
				t.Errorf("%s: pair %d has support %v, want %v", c.why, i, r.Entailment, c.want[i])
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		why      string
		endpoint Endpoint
		body     string
		n        int
		order    []string
		kind     Kind
	}{
		{"a proxy's page", Predict, "<html><body>502 Bad Gateway</body></html>", 1, nil, Malformed},
		{"nothing", Score, "", 1, nil, Malformed},
		{"NaN as Python writes it", Score, `{"data":[{"index":0,"score":NaN}]}`, 1, nil, Malformed},
		{"null where a score should be", Score, `{"data":[{"index":0,"score":null}]}`, 1, nil, Malformed},
		{"a score that is text", Score, `{"data":[{"index":0,"score":"0.9"}]}`, 1, nil, Malformed},
		{"a score past the largest number", Score, `{"data":[{"index":0,"score":1e999}]}`, 1, nil, Malformed},
		{"raw logits are no probabilities", Rerank, `[{"index":0,"score":7.25}]`, 1, nil, Malformed},
		{"negative logits", Rerank, `[{"index":0,"score":-0.3}]`, 1, nil, Malformed},
		{"one score too few", Score, `{"data":[{"index":0,"score":0.5}]}`, 2, nil, Malformed},
		{"one score twice", Score, `{"data":[{"index":0,"score":0.5},{"index":0,"score":0.6}]}`, 2, nil, Malformed},
		{"an index outside", Score, `{"data":[{"index":7,"score":0.5}]}`, 1, nil, Malformed},
		{"no index", Score, `{"data":[{"score":0.5}]}`, 1, nil, Malformed},
		{"another endpoint's shape", Score, `{"choices":[{"message":{"content":"0.5"}}]}`, 1, nil, Malformed},
		{"two replies", Rerank, `[{"index":0,"score":0.5}][{"index":0,"score":0.6}]`, 1, nil, Malformed},
		{"an embedding", Predict, `[[0.1,0.2,0.3]]`, 1, nil, Malformed},
		{"a prediction without score", Predict, `[[{"label":"entailment"}]]`, 1, nil, Malformed},
		{"no prediction", Predict, `[[]]`, 1, nil, Malformed},
		{"independent labels", Predict, `[[{"label":"entailment","score":0.9},{"label":"neutral","score":0.9},{"label":"contradiction","score":0.8}]]`, 1, nil, Malformed},
		{"a sentiment model", Predict, `[[{"label":"POSITIVE","score":0.9},{"label":"NEGATIVE","score":0.1}]]`, 1, nil, Labels},
		{"numbers without names", Predict, `[[{"label":"LABEL_0","score":0.9},{"label":"LABEL_1","score":0.1}]]`, 1, nil, Labels},
		{"no class of support", Predict, `[[{"label":"neutral","score":0.9},{"label":"contradiction","score":0.1}]]`, 1, nil, Labels},
		{"two classes of support", Predict, `[[{"label":"entailment","score":0.9},{"label":"supported","score":0.1}]]`, 1, nil, Labels},
		{"more classes than labels", Classify, `{"data":[{"index":0,"probs":[0.1,0.2,0.3,0.4]}]}`, 1, mnli, Labels},
		{"labels configured the wrong way round", Classify, `{"data":[{"index":0,"label":"entailment","probs":[0.8,0.1,0.1]}]}`, 1, mnli, Labels},
		{"a probability that is missing", Classify, `{"data":[{"index":0,"probs":[0.1,null,0.3]}]}`, 1, mnli, Malformed},
	} {
		got, err := Read(c.endpoint, []byte(c.body), c.n, c.order)
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind {
			t.Errorf("%s: got %v, %v; want an error of kind %v", c.why, got, err, c.kind)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{teiPredict, vllmClassify, vllmScore, vllmRerank, teiRerank, "", "null", "[]", "{}", "[null]", `{"data":[null]}`, `[[null]]`,
		`{"data":[{"index":0,"score":0.5}]}`} {
		for e := range 4 {
			f.Add(uint8(e), []byte(s), uint8(2), true)
		}
	}
	f.Fuzz(func(t *testing.T, e uint8, body []byte, n uint8, ordered bool) {
		var order []string
		if ordered {
			order = mnli
		}
		relations, err := Read(Endpoints()[int(e)%4], body, int(n), order)
		if err != nil {
			var typed *Error
			if !errors.As(err, &typed) {
				t.Fatalf("an error without a kind: %v", err)
			}
			return
		}
		if len(relations) != int(n) {
			t.Fatalf("%d relations of %d pairs", len(relations), n)
		}
		for _, r := range relations {
			if !r.valid() || r.Class() == NoClass {
				t.Fatalf("no probabilities: %+v", r)
			}
		}
		_ = serverError(body)
	})
}

func TestRelation(t *testing.T) {
	for _, c := range []struct {
		why           string
		r             Relation
		class         Class
		inconsistency float64
	}{
		{"nothing is known", Relation{}, NoClass, .5},
		{"the neutral class is left out", Relation{Entailment: .2, Neutral: .5, Contradiction: .3}, Unrelated, .6},
		{"support", Relation{Entailment: .9, Neutral: .1}, Entails, 0},
		{"a tie claims less", Relation{Entailment: .5, Contradiction: .5}, Contradicts, .5},
		{"one score holds contradictions in its rest", single(.3), Unrelated, .7},
		{"one score of support", single(.9), Entails, .1},
	} {
		if got := c.r.Class(); got != c.class {
			t.Errorf("%s: class %v, want %v", c.why, got, c.class)
		}
		if got := c.r.Inconsistency(); math.Abs(got-c.inconsistency) > 1e-12 {
			t.Errorf("%s: inconsistency %v, want %v", c.why, got, c.inconsistency)
		}
	}
}
