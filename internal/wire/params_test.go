package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRefusals plays servers that refuse parameters. Each refuses by its own words until the parameter is gone; then it answers.
func TestRefusals(t *testing.T) {
	type refusal struct {
		param, body string
		status      int
	}
	for _, row := range []struct {
		why      string
		refusals []refusal
		dropped  []string
		kind     Kind // the refusal stands
		requests int  // for the first question; the second needs one
	}{
		{"OpenAI's reasoning models", []refusal{
			{"max_tokens", `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}`, 400},
			{"temperature", `{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.","param":"temperature","code":"unsupported_value"}}`, 400},
		}, []string{"temperature"}, 0, 3},
		{"neither name of the longest answer", []refusal{
			{"max_tokens", `{"error":{"message":"unknown field","param":"max_tokens"}}`, 400},
			{"max_completion_tokens", `{"error":{"message":"unknown field","param":"max_completion_tokens"}}`, 400},
		}, []string{"max_tokens"}, 0, 3},
		{"FastAPI's 422", []refusal{{"seed", `{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":7}]}`, 422}}, []string{"seed"}, 0, 2},
		{"TGI on a temperature of 0", []refusal{{"temperature", `{"error":"Input validation error: ` + "`temperature`" + ` must be strictly positive","error_type":"validation"}`, 422}}, []string{"temperature"}, 0, 2},
		{"stream_options in plain words", []refusal{{"stream_options", "unrecognized request argument supplied: stream_options", 400}}, []string{"stream_options"}, 0, 2},
		{"the option's inner name", []refusal{{"stream_options", `{"message":"unknown field include_usage"}`, 400}}, []string{"stream_options"}, 0, 2},
		{"the first one named goes first", []refusal{{"seed", `{"error":{"message":"Unknown parameter seed. Known: model, messages, temperature, max_tokens, stream"}}`, 400}}, []string{"seed"}, 0, 2},
		{"four in turn", []refusal{
			{"temperature", `{"message":"temperature?"}`, 400}, {"seed", `{"message":"seed?"}`, 400},
			{"max_tokens", `{"message":"max_tokens?"}`, 400}, {"max_completion_tokens", `{"message":"max_completion_tokens?"}`, 400},
			{"stream_options", `{"message":"stream_options?"}`, 400},
		}, []string{"stream_options", "max_tokens", "temperature", "seed"}, 0, 6},
		{"streaming", []refusal{{"stream", `{"error":{"message":"streaming is not supported for this model"}}`, 400}}, []string{"stream"}, 0, 2},

		{"a schema, by the field", []refusal{{"response_format", `{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","param":"response_format"}}`, 400}}, []string{"response_format"}, 0, 2},
		{"a schema, by the feature", []refusal{{"response_format", `{"error":{"message":"This response format type is unavailable now"}}`, 400}}, []string{"response_format"}, 0, 2},
		{"a schema, by the inner field", []refusal{{"response_format", `{"error":{"message":"unknown field","param":"response_format.json_schema"}}`, 422}}, []string{"response_format"}, 0, 2},
		{"a schema that does not compile", []refusal{{"response_format", `{"object":"error","message":"Failed to compile the grammar","code":400}`, 400}}, []string{"response_format"}, 0, 2},

		{"a word inside another is not named", []refusal{{"seed", `{"error":{"message":"bad seeding of temperatures"}}`, 400}}, nil, Rejected, 1},
		{"too much for the context is no refusal of max_tokens", []refusal{{"max_tokens", `{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 64. This model's maximum context length is 32 tokens","param":"max_tokens"}}`, 400}}, nil, Rejected, 1},
		{"the error's own param outweighs its words", []refusal{{"seed", `{"error":{"message":"messages must not be empty when temperature is set","param":"messages"}}`, 400}}, nil, Rejected, 1},
		{"something else is wrong", []refusal{{"seed", `{"error":{"message":"model m not found"}}`, 400}}, nil, Rejected, 1},
		{"another status is no refusal", []refusal{{"seed", `{"error":{"message":"seed"}}`, 404}}, nil, Rejected, 1},
		{"nor is a server error", []refusal{{"seed", `{"error":{"message":"seed"}}`, 500}}, nil, ServerError, 1},
	} {
		t.Run(row.why, func(t *testing.T) {
			var asked []map[string]any
			base := serve(t, func(c *conn) bool {
				body := map[string]any{}
				if err := json.Unmarshal([]byte(c.body), &body); err != nil {
					t.Error(err)
				}
				asked = append(asked, body)
				for _, r := range row.refusals {
					if v, ok := body[r.param]; ok && v != false {
						c.whole(r.status, "", r.body)
						return true
					}
				}
				if body["stream"] == false {
					c.whole(200, "", `{"choices":[{"message":{"content":"thirty days"},"finish_reason":"stop"}]}`)
					return true
				}
				return answers(c)
			})
			c := client(t, base)
			q := question()
			q.Schema = json.RawMessage(`{"type":"object"}`)
			r, err := c.Chat(t.Context(), q)
			if len(asked) != row.requests {
				t.Errorf("%d requests, want %d", len(asked), row.requests)
			}
			if row.kind != 0 {
				if e, ok := asError(err); !ok || e.Kind != row.kind {
					t.Errorf("error %v, want %v", err, row.kind)
				}
				return
			}
			if err != nil || r.Text != "thirty days" {
				t.Fatalf("%q, %v", r.Text, err)
			}
			if diff := cmp.Diff(row.dropped, r.Dropped); diff != "" {
				t.Error(diff)
			}
			asked = nil
			if r, err = c.Chat(t.Context(), q); err != nil || len(asked) != 1 || !slices.Equal(r.Dropped, row.dropped) {
				t.Errorf("the second question took %d requests, dropped %v, %v", len(asked), r.Dropped, err)
			}
			if r, err = c.Chat(t.Context(), Request{Messages: question().Messages}); err != nil || slices.Contains(r.Dropped, "seed") {
				t.Errorf("what is not asked for cannot be dropped: %v, %v", r.Dropped, err)
			}
		})
	}
}

func TestLastClockStands(t *testing.T) {
	base := serve(t, func(c *conn) bool {
		if strings.Contains(c.body, `"seed"`) {
			c.whole(400, "", "seed?")
			return true
		}
		return answers(c)
	})
	r, err := client(t, base).Chat(t.Context(), question())
	if err != nil || r.Status != 200 || r.Clock.Gaps != nil || r.Chunks != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	ordered(t, r)
}

func FuzzNamed(f *testing.F) {
	f.Add("Unsupported parameter: 'max_tokens'")
	f.Fuzz(func(t *testing.T, text string) {
		for _, sent := range []params{0, temperature, temperature | seed, ^params(0)} {
			p := params(0).learn(&Error{Status: 400, body: text}, sent)
			if p&^sent != 0 {
				t.Errorf("%q: learnt %b, sent %b", text, p, sent)
			}
		}
	})
}

// TestSchema checks the one field that holds another's JSON.
func TestSchema(t *testing.T) {
	schema := `{"type":"object","properties":{"grade":{"enum":["A","B"]}}}`
	var got string
	base := serve(t, func(c *conn) bool {
		var body struct {
			Format json.RawMessage `json:"response_format"`
		}
		if err := json.Unmarshal([]byte(c.body), &body); err != nil {
			t.Error(err)
		}
		got = string(body.Format)
		return answers(c)
	})
	c := client(t, base)
	q := question()
	q.Schema = json.RawMessage(schema)
	if _, err := c.Chat(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if want := `{"type":"json_schema","json_schema":{"name":"reply","strict":true,"schema":` + schema + `}}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	q.Schema = json.RawMessage(`{"type":`)
	if _, err := c.Chat(t.Context(), q); err == nil || !strings.Contains(err.Error(), "schema is not JSON") {
		t.Errorf("a broken schema: %v", err)
	}
	if _, err := c.Chat(t.Context(), question()); err != nil || got != "" {
		t.Errorf("without a schema: sent %q, %v", got, err)
	}
}
