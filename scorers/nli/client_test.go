package nli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// overlap stands in for a model: the share of the hypothesis's words that the premise holds.
func overlap(premise, hypothesis string) float64 {
	words := strings.Fields(strings.ToLower(strings.Trim(hypothesis, ".。।")))
	n := 0
	for _, w := range words {
		if strings.Contains(strings.ToLower(premise), strings.Trim(w, ".,")) {
			n++
		}
	}
	if len(words) == 0 {
		return 0
	}
	return float64(n) / float64(len(words))
}

// server speaks all endpoints as the servers do, text-embeddings-inference's limits among them.
func server(t *testing.T, limit int) (string, *atomic.Int64) {
	var requests atomic.Int64
	mux := http.NewServeMux()
	read := func(w http.ResponseWriter, r *http.Request, into any) bool {
		requests.Add(1)
		b, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || json.Unmarshal(b, into) != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return false
		}
		return true
	}
	mux.HandleFunc("/predict", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Inputs [][]string }
		if !read(w, r, &q) {
			return
		}
		if len(q.Inputs) > limit {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			fmt.Fprintf(w, `{"error":"batch size %d > maximum allowed batch size %d","error_type":"Validation"}`, len(q.Inputs), limit)
			return
		}
		type p struct {
			Score float64 `json:"score"`
			Label string  `json:"label"`
		}
		var out [][]p
		for _, in := range q.Inputs {
			s := overlap(in[0], in[1])
			out = append(out, []p{{s, "entailment"}, {(1 - s) / 2, "neutral"}, {(1 - s) / 2, "contradiction"}})
		}
		json.NewEncoder(w).Encode(out)
	})
	mux.HandleFunc("/classify", func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Model string
			Input []string
		}
		if !read(w, r, &q) {
			return
		}
		type d struct {
			Index int       `json:"index"`
			Label string    `json:"label"`
			Probs []float64 `json:"probs"`
		}
		var data []d
		for i, in := range q.Input {
			a, b, _ := strings.Cut(in, "</s></s>")
			s := overlap(a, b)
			label := "LABEL_0"
			if s > .5 {
				label = "LABEL_1"
			}
			data = append(data, d{i, label, []float64{1 - s, s}})
		}
		json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data})
	})
	score := func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Model string
			Text1 []string `json:"text_1"`
			Text2 []string `json:"text_2"`
		}
		if !read(w, r, &q) {
			return
		}
		if q.Model != "verifier" {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, `{"object":"error","message":"The model does not exist.","type":"NotFoundError","param":null,"code":404}`)
			return
		}
		var data []map[string]any
		for i := range q.Text1 {
			data = append([]map[string]any{{"index": i, "object": "score", "score": overlap(q.Text1[i], q.Text2[i])}}, data...)
		}
		json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "usage": map[string]any{}})
	}
	mux.HandleFunc("/score", score)
	mux.HandleFunc("/v1/score", score)
	mux.HandleFunc("/rerank", func(w http.ResponseWriter, r *http.Request) { // text-embeddings-inference
		var q struct {
			Query string
			Texts []string
		}
		if !read(w, r, &q) {
			return
		}
		if q.Texts == nil {
			http.Error(w, "Failed to deserialize the JSON body into the target type: missing field `texts` at line 1 column 40", http.StatusUnprocessableEntity)
			return
		}
		var out []map[string]any
		for i, p := range q.Texts {
			out = append([]map[string]any{{"index": i, "score": overlap(p, q.Query)}}, out...)
		}
		json.NewEncoder(w).Encode(out)
	})
	mux.HandleFunc("/v1/rerank", func(w http.ResponseWriter, r *http.Request) { // vLLM
		var q struct {
			Query     string
			Documents []string
		}
		if !read(w, r, &q) {
			return
		}
		var out []map[string]any
		for i, p := range q.Documents {
			out = append(out, map[string]any{"index": i, "document": map[string]string{"text": p}, "relevance_score": overlap(p, q.Query)})
		}
		json.NewEncoder(w).Encode(map[string]any{"id": "rerank-1", "results": out})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL, &requests
}

func client(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryEndpoint(t *testing.T) {
	url, _ := server(t, 32)
	pairs := []Pair{
		{"Leave is 28 days a year.", "leave is 28 days"},
		{"The office opens at nine.", "leave is 28 days"},
		{"Leave is 28 days a year.", "the office opens"},
	}
	for _, cfg := range []Config{
		{URL: url + "/predict"},
		{URL: url + "/classify", Template: "{premise}</s></s>{hypothesis}", Labels: []string{"unsupported", "supported"}},
		{URL: url + "/score", Model: "verifier"},
		{URL: url + "/v1/score", Model: "verifier", Batch: 2},
		{URL: url + "/rerank"},
		{URL: url + "/v1/rerank", Model: "verifier"},
	} {
		got, err := client(t, cfg).Relate(t.Context(), pairs)
		if err != nil {
			t.Errorf("%s: %v", cfg.URL, err)
			continue
		}
		if got[0].Entailment != 1 || got[1].Entailment > .3 || got[2].Entailment > .3 {
			t.Errorf("%s: %+v", cfg.URL, got)
		}
	}
}

func TestBatchesAreHalvedUntilTheyFit(t *testing.T) {
	url, requests := server(t, 3)
	pairs := make([]Pair, 10)
	for i := range pairs {
		pairs[i] = Pair{fmt.Sprintf("word%d is here", i), fmt.Sprintf("word%d", i)}
	}
	got, err := client(t, Config{URL: url + "/predict"}).Relate(t.Context(), pairs)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range got {
		if r.Entailment != 1 {
			t.Errorf("pair %d lost its place: %+v", i, r)
		}
	}
	if n := requests.Load(); n > 10 {
		t.Errorf("%d requests", n)
	}
}

func TestRerankLearnsTheForm(t *testing.T) {
	url, requests := server(t, 32)
	c := client(t, Config{URL: url + "/rerank"})
	for range 3 {
		if _, err := c.Relate(t.Context(), []Pair{{"a", "a"}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := requests.Load(); n != 4 {
		t.Errorf("%d requests for 3 batches and one lesson", n)
	}
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		why string
		cfg Config
	}{
		{"no URL", Config{}},
		{"no endpoint in it", Config{URL: "http://box:8080"}},
		{"a chat endpoint", Config{URL: "http://box:8080/v1/chat/completions"}},
		{"a password in it", Config{URL: "http://u:sesame@box/predict"}},
		{"a key in it", Config{URL: "http://box/predict?key=sesame"}},
		{"no scheme", Config{URL: "box/predict"}},
		{"classify without template", Config{URL: "http://box/classify", Labels: mnli}},
		{"classify without labels", Config{URL: "http://box/classify", Template: "{premise} {hypothesis}"}},
		{"a label that means nothing", Config{URL: "http://box/predict", Labels: []string{"good", "bad"}}},
		{"a key with a line break", Config{URL: "http://box/predict", Key: "sesame\n"}},
		{"a negative window", Config{URL: "http://box/predict", Window: -1}},
	} {
		_, err := New(c.cfg)
		if err == nil {
			t.Errorf("%s: accepted", c.why)
		} else if strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: the secret is told: %v", c.why, err)
		}
	}
}

// A server that answers every request in the same bad way.
func bad(t *testing.T, status int, header map[string]string, body string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		io.WriteString(w, strings.ReplaceAll(body, "$KEY", strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/predict"
}

func TestBadServers(t *testing.T) {
	for _, c := range []struct {
		why    string
		status int
		body   string
		kind   Kind
		fatal  bool
	}{
		{"a page for a reply", 200, "<html>Welcome $KEY</html>", Malformed, false},
		{"an error inside a 200", 200, `{"error":"no such model for $KEY"}`, Malformed, false},
		{"a crash", 500, `{"error":"Inference failed","error_type":"backend"}`, Busy, false},
		{"overload", 429, `{"error":"Model is overloaded","error_type":"overloaded"}`, Busy, false},
		{"a proxy without a server", 502, "<html>502</html>", Busy, false},
		{"a refused key", 401, `{"error":{"message":"Incorrect API key provided: $KEY","code":401}}`, Refused, true},
		{"no such path", 404, `{"detail":"Not Found"}`, Refused, true},
		{"a redirect", 307, "", Refused, true},
		{"a pair that is too long", 413, "{\"error\":\"`inputs` must have less than 512 tokens. Given: 600\",\"error_type\":\"Validation\"}", TooLong, false},
		{"the same of vLLM", 400, `{"object":"error","message":"This model's maximum context length is 512 tokens.","code":400}`, TooLong, false},
		{"another refusal", 424, `{"error":"model is not a classifier","error_type":"Backend"}`, Rejected, false},
	} {
		cl := client(t, Config{URL: bad(t, c.status, map[string]string{"Location": "http://elsewhere.invalid/predict"}, c.body), Key: "sk-sesame", Attempts: 1})
		_, err := cl.Relate(t.Context(), []Pair{{"a", "b"}})
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Fatal() != c.fatal {
			t.Errorf("%s: got %v", c.why, err)
			continue
		}
		if strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: the key is told: %v", c.why, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	_, err := client(t, Config{URL: s.URL + "/score", Attempts: 2}).Relate(t.Context(), []Pair{{"a", "b"}})
	var e *Error
	if !errors.As(err, &e) || e.Kind != Unreachable {
		t.Errorf("got %v", err)
	}
}

func TestABusyServerIsAskedAgain(t *testing.T) {
	url, _ := server(t, 32)
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		response, err := http.Post(url+"/predict", "application/json", r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		defer response.Body.Close()
		io.Copy(w, response.Body)
	}))
	defer s.Close()
	got, err := client(t, Config{URL: s.URL + "/predict"}).Relate(t.Context(), []Pair{{"a", "a"}})
	if err != nil || got[0].Entailment != 1 || n.Load() != 3 {
		t.Errorf("got %v, %v after %d requests", got, err, n.Load())
	}
}

func TestDeadlines(t *testing.T) {
	free := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-free }))
	defer s.Close()
	defer close(free)
	_, err := client(t, Config{URL: s.URL + "/predict", Timeout: 20 * time.Millisecond}).Relate(t.Context(), []Pair{{"a", "b"}})
	var e *Error
	if !errors.As(err, &e) || e.Kind != TimedOut {
		t.Errorf("a silent server: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err = client(t, Config{URL: s.URL + "/predict"}).Relate(ctx, []Pair{{"a", "b"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline: %v", err)
	}
}

func question(ask, reply string, pages ...string) scorers.Question {
	q := scorers.Question{Item: suites.Item{ID: "i", Question: ask, Answer: suites.Answer{Kind: "text", Text: "x"}}}
	q.Trial.Status, q.Trial.Response.Text = runners.OK, reply
	for _, p := range pages {
		q.Trial.Shown.Passages = append(q.Trial.Shown.Passages, suites.Passage{Text: p})
	}
	return q
}

func TestScorer(t *testing.T) {
	url, requests := server(t, 32)
	s := Scorer{Client: client(t, Config{URL: url + "/predict"})}
	long := strings.Repeat("Nothing of interest stands on this page. ", 120)
	failed := question("q?", "Leave is 28 days.", "Leave is 28 days.")
	failed.Trial.Status = runners.Failed
	for _, c := range []struct {
		why     string
		q       scorers.Question
		verdict scorers.Verdict
		value   float64
		asked   bool
	}{
		{"a sentence that a passage holds", question("How much leave?", "The yearly leave of employees is 28 days.", "Other.", "The yearly leave of all employees is 28 days."), scorers.Correct, 1, true},
		{"the least supported sentence counts", question("How much leave?", "The yearly leave of employees is 28 days. Bonuses reach forty per cent every March.",
			"The yearly leave of all employees is 28 days."), scorers.Incorrect, 0, true},
		{"the greatest support of any chunk counts", question("How much leave?", "The yearly leave of employees is 28 days.", long+"The yearly leave of all employees is 28 days. "+long), scorers.Correct, 1, true},
		{"a value alone is read with its question", question("Leave is", "28 days", "Leave is 28 days."), scorers.Correct, 1, true},
		{"Chinese", question("年假多少天？", "员工每年享有二十八天带薪年假。", "员工每年享有二十八天带薪年假。"), scorers.Correct, 1, true},
		{"Hindi", question("कितनी छुट्टी?", "कर्मचारियों को हर साल 28 दिन की छुट्टी मिलती है।", "सभी कर्मचारियों को हर साल 28 दिन की छुट्टी मिलती है।"), scorers.Correct, 1, true},
		{"a refusal is no hallucination", question("How much leave?", "Not known.", "Other."), scorers.Abstained, 0, false},
		{"a refusal in Chinese", question("年假多少天？", "不知道。", "其他。"), scorers.Abstained, 0, false},
		{"a refusal in Hindi", question("कितनी छुट्टी?", "ज्ञात नहीं।", "अन्य।"), scorers.Abstained, 0, false},
		{"a long reply that misses one thing is still checked", question("How much leave?", "The yearly leave is 28 days. The bonus is paid in March. The canteen opens at nine every day. The passages do not mention parking.",
			"The yearly leave is 28 days. The bonus is paid in March. The canteen opens at nine every day. The passages do not mention parking."), scorers.Correct, 1, true},
		{"nothing to be grounded in", question("How much leave?", "28 days."), scorers.Unscored, 0, false},
		{"nothing said", question("How much leave?", " \n", "Page."), scorers.Unscored, 0, false},
		{"a reply without end", question("How much leave?", strings.Repeat("Leave is 28 days. ", 5000), "Page."), scorers.Unscored, 0, false},
		{"no whole answer", failed, scorers.Unscored, 0, false},
	} {
		before := requests.Load()
		got, err := s.Score(t.Context(), c.q)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if got.Verdict != c.verdict || got.Value < c.value-1e-9 || got.Value > c.value+1e-9 {
			t.Errorf("%s: got %v %v (%s), want %v %v", c.why, got.Verdict, got.Value, got.Why, c.verdict, c.value)
		}
		if asked := requests.Load() > before; asked != c.asked {
			t.Errorf("%s: asked %v", c.why, asked)
		}
	}
}

func TestScorerTakesFailuresAsData(t *testing.T) {
	q := question("q?", "The yearly leave of employees is 28 days.", "Page.")
	got, err := Scorer{Client: client(t, Config{URL: bad(t, 500, nil, "out of memory"), Attempts: 1})}.Score(t.Context(), q)
	if err != nil || got.Verdict != scorers.Unscored || !strings.Contains(got.Why, "out of memory") {
		t.Errorf("a server's crash: %+v, %v", got, err)
	}
	if _, err = (Scorer{Client: client(t, Config{URL: bad(t, 401, nil, "no")})}).Score(t.Context(), q); err == nil {
		t.Error("a refused key ends the scoring, since every question would meet it")
	}
	if _, err = (Scorer{Client: client(t, Config{URL: bad(t, 200, nil, `[[{"label":"LABEL_0","score":1}]]`)})}).Score(t.Context(), q); err == nil {
		t.Error("labels without names end the scoring")
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct {
		s    Scorer
		want string
	}{
		{Scorer{Client: client(t, Config{URL: "http://box:80/predict", Key: "sesame"})}, "nli/box:80/predict"},
		{Scorer{Client: client(t, Config{URL: "https://box/v1/score", Model: "m"}), Threshold: .7}, "nli/m@box/v1/score/0.7"},
	} {
		if got := c.s.Name(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestEntail(t *testing.T) {
	url, _ := server(t, 32)
	c := client(t, Config{URL: url + "/predict"})
	got, err := c.Entail(t.Context(), "How much leave?", "28 days a year", "28 days")
	if err != nil || got.Class() != Entails {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = c.Entail(t.Context(), "", " ", "28 days"); err != nil || got.Class() != NoClass {
		t.Errorf("an empty premise: %+v, %v", got, err)
	}
	// The first chunk says nothing of the hypothesis, the last one contradicts it.
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Inputs [][2]string }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Error(err)
		}
		var rows []string
		for _, in := range q.Inputs {
			scores := [3]float64{.1, .8, .1}
			if strings.Contains(in[0], "never") {
				scores = [3]float64{.05, .05, .9}
			}
			rows = append(rows, fmt.Sprintf(`[{"label":"entailment","score":%g},{"label":"neutral","score":%g},{"label":"contradiction","score":%g}]`, scores[0], scores[1], scores[2]))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
	}))
	defer s.Close()
	long := strings.Repeat("Nothing of interest stands on this page. ", 60) + "Leave is never granted."
	if got, err = client(t, Config{URL: s.URL + "/predict", Window: 100}).Entail(t.Context(), "", long, "Leave is granted."); err != nil || got.Class() != Contradicts {
		t.Errorf("a contradiction at the end: %+v, %v", got, err)
	}
}
