package retrieval

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"testing"

	"github.com/viva-eval/viva/runners/retrieval/remote"
)

// says replies the same to every request.
type says []byte

func (s says) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(s))}, nil
}

// Whatever a server replies, each text has a vector of length 1, all of one dimension, or the reply is refused.
func FuzzEmbeddings(f *testing.F) {
	for _, s := range []string{`{"data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":[0.5,-3e38]}]}`, `{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":null}]}`,
		`{"data":[{"embedding":[1]},{"index":1,"embedding":[1e-46]}]}`, `{"data":{}}`, `{"data":[{"index":0,"embedding":"AAAAAA=="}]}`, `"data"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		point, err := remote.New(remote.Access{Op: "embed texts", Address: "http://box/v1", Client: &http.Client{Transport: says(reply)}})
		if err != nil {
			t.Fatal(err)
		}
		e := &embedder{endpoint: point, model: "m", batch: 2, concurrency: 1}
		vectors, err := e.vectors(t.Context(), []string{"one", "two"}, nil)
		if err != nil {
			return
		}
		for _, v := range vectors {
			var square float64
			for _, x := range v {
				square += float64(x) * float64(x)
			}
			if len(v) != len(vectors[0]) || math.Abs(square-1) > 1e-3 {
				t.Errorf("%v has the length %v", v, math.Sqrt(square))
			}
		}
	})
}
