package fakeai

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func cosine(a, b string) float64 { return similarity(Embedding(a, 256), Embedding(b, 256)) }

func TestEmbedding(t *testing.T) {
	for _, c := range []struct{ text, near, far string }{
		{"How many days of leave?", "Employees have 28 days of leave a year.", "Warehouse stock is counted quarterly."},
		{"一年有多少天年假？", "全职员工每年享有二十八天年假，一年有效。", "仓库每季度盘点一次。"},
		{"छुट्टी कितने दिन की है?", "हर कर्मचारी को दिन की छुट्टी मिलती है।", "गोदाम की गिनती तिमाही में होती है।"},
	} {
		if near, far := cosine(c.text, c.near), cosine(c.text, c.far); near <= far {
			t.Errorf("%s: %.3f to %s, %.3f to %s", c.text, near, c.near, far, c.far)
		}
	}
	for _, text := range []string{"", " ", "x", "a longer text"} {
		if got := cosine(text, text); got < 0.999 || got > 1.001 {
			t.Errorf("%q is not of unit length: %v", text, got)
		}
	}
	if !slices.Equal(Embedding("Leave  days\n", 8), Embedding("leave days", 8)) {
		t.Error("case and space count")
	}
}

func ask(t *testing.T, url, body string) (int, http.Header, string) {
	t.Helper()
	resp, err := http.Post(url, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

// The three shapes in which numbers are asked for and given.
func TestPoolingShapes(t *testing.T) {
	s := Start(t, Say(""), Options{Pooling: Pooling{Dimensions: 8}})
	var embeddings struct {
		Data []struct {
			Index     int
			Embedding []float32
		}
	}
	_, _, body := ask(t, s.Base()+"/embeddings", `{"model":"e","input":["leave days","stock"]}`)
	if err := json.Unmarshal([]byte(body), &embeddings); err != nil || len(embeddings.Data) != 2 || !slices.Equal(embeddings.Data[1].Embedding, Embedding("stock", 8)) {
		t.Errorf("embeddings: %s %v", body, err)
	}
	var jina struct {
		Results []struct {
			Index int
			Score float64 `json:"relevance_score"`
		}
	}
	_, _, body = ask(t, s.Base()+"/rerank", `{"model":"r","query":"leave","documents":["stock","leave"],"top_n":2}`)
	if err := json.Unmarshal([]byte(body), &jina); err != nil || len(jina.Results) != 2 || jina.Results[1].Score < 0.99 {
		t.Errorf("documents: %s %v", body, err)
	}
	var tei []struct {
		Index int
		Score float64
	}
	_, _, body = ask(t, s.URL+"/rerank", `{"query":"leave","texts":["stock","leave"]}`)
	if err := json.Unmarshal([]byte(body), &tei); err != nil || len(tei) != 2 || tei[1].Score < 0.99 {
		t.Errorf("texts: %s %v", body, err)
	}
	if _, _, body = ask(t, s.Base()+"/embeddings", `{"input":"one"}`); !bytes.Contains([]byte(body), []byte(`"index":0`)) {
		t.Errorf("a single text: %s", body)
	}
	for _, bad := range []string{`{`, `{"input":[]}`, `{"input":[1,2]}`, `{}`} {
		if status, _, _ := ask(t, s.Base()+"/embeddings", bad); status != 400 {
			t.Errorf("%s: status %d", bad, status)
		}
	}
	log := s.PoolingLog()
	if len(log) != 4 || log[2].N != 2 || log[2].Path != "/rerank" || log[1].Query != "leave" || !slices.Contains(log[1].Fields, "top_n") {
		t.Errorf("log: %+v", log)
	}
	if s.Requests() != 0 {
		t.Error("requests for numbers were counted as chat")
	}
}

func TestPoolingFaults(t *testing.T) {
	reply := PoolingReply{}
	s := Start(t, Say(""), Options{Pooling: Pooling{Dimensions: 3, Script: func(PoolingRequest) PoolingReply { return reply }}})
	type entry struct {
		Index  *int
		Vector []*float32 `json:"embedding"`
	}
	for _, c := range []struct {
		fault PoolingFault
		want  string // the indexes and lengths of the vectors
	}{
		{0, "[0 3][1 3]"}, {Reversed, "[1 3][0 3]"}, {ShortBatch, "[0 3]"}, {LongBatch, "[0 3][1 3][2 3]"}, {FarIndex, "[0 3][2 3]"},
		{DoubleIndex, "[0 3][0 3]"}, {NoIndex, "[0 3][- 3]"}, {WrongDimension, "[0 3][1 2]"}, {ZeroVector, "[0 3][1 3 zero]"}, {NullNumber, "[0 3][1 3 null]"},
	} {
		reply = PoolingReply{Fault: c.fault}
		_, _, body := ask(t, s.Base()+"/embeddings", `{"model":"e","input":["leave days","stock counts"]}`)
		var got struct{ Data []entry }
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, e := range got.Data {
			said += "["
			if e.Index == nil {
				said += "-"
			} else {
				said += string(rune('0' + *e.Index))
			}
			said += " " + string(rune('0'+len(e.Vector)))
			zero := true
			for _, v := range e.Vector {
				if v == nil {
					said += " null"
				}
				zero = zero && v != nil && *v == 0
			}
			if zero {
				said += " zero"
			}
			said += "]"
		}
		if diff := cmp.Diff(c.want, said); diff != "" {
			t.Errorf("fault %d: %s", c.fault, diff)
		}
	}
	reply = PoolingReply{Fault: NullNumber}
	if _, _, body := ask(t, s.URL+"/rerank", `{"query":"q","texts":["a"]}`); body != `[{"index":0,"score":null}]` {
		t.Errorf("null score: %s", body)
	}
	reply = PoolingReply{Status: 429, RetryAfter: 1500 * time.Millisecond}
	status, h, _ := ask(t, s.Base()+"/embeddings", `{"input":"x"}`)
	if status != 429 || h.Get("Retry-After") != "2" || h.Get("Retry-After-Ms") != "1500" {
		t.Errorf("429: %d %v", status, h)
	}
	reply = PoolingReply{Body: "<html>"}
	if status, _, body := ask(t, s.Base()+"/embeddings", `{"input":"x"}`); status != 200 || body != "<html>" {
		t.Errorf("a body of its own: %d %s", status, body)
	}
}

func TestPoolingStallEndsWithTheServer(t *testing.T) {
	s := Start(t, Say(""), Options{Pooling: Pooling{Script: func(PoolingRequest) PoolingReply { return PoolingReply{Fault: Stalled} }}})
	time.AfterFunc(50*time.Millisecond, s.Stop)
	ask(t, s.Base()+"/embeddings", `{"input":"x"}`)
}
