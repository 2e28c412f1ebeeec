package wire

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/viva-eval/viva/internal/prompt"
)

func TestSmoke(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, s := range []string{"Hel", "lo"} {
			fmt.Fprintf(w, "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%q},\"finish_reason\":null}]}\n\n", s)
			w.(http.Flusher).Flush()
		}
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	defer srv.Close()
	c, err := New(Config{BaseURL: srv.URL + "/v1", Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	zero := 0.0
	r, err := c.Chat(t.Context(), Request{Messages: []prompt.Message{{Role: "user", Content: "hi"}}, Temperature: &zero, MaxTokens: 5})
	t.Logf("%+v %v", r, err)
	if err != nil || r.Text != "Hello" {
		t.Fail()
	}
}
