package nli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Read reads a verifier's reply to n pairs, in their order. It supplies nothing: a score that is missing, twice there, not a number or no
// probability makes the whole reply malformed. order names the classes where the server gives their index only. Fields that it does not
// know are passed over.
func Read(e Endpoint, body []byte, n int, order []string) ([]Relation, error) {
	switch e {
	case Predict:
		return readPredictions(body, n, order)
	case Classify:
		return readClasses(body, n, order)
	case Score, Rerank:
		return readScores(body, n)
	}
	return nil, malformed("no such endpoint: %q", e)
}

type prediction struct {
	Label *string  `json:"label"`
	Score *float64 `json:"score"`
}

func readPredictions(body []byte, n int, order []string) ([]Relation, error) {
	var rows [][]prediction
	if err := decode(body, &rows); err != nil {
		var row []prediction // a batch of one may come back flat
		if n != 1 || decode(body, &row) != nil {
			return nil, err
		}
		rows = [][]prediction{row}
	}
	if len(rows) != n {
		return nil, malformed("the reply has %d predictions for %d pairs", len(rows), n)
	}
	relations := make([]Relation, n)
	for i, row := range rows {
		labels := make([]weighed, len(row))
		for k, p := range row {
			if p.Label == nil || p.Score == nil {
				return nil, malformed("a prediction lacks its label or its score")
			}
			labels[k] = weighed{*p.Label, *p.Score}
		}
		if len(labels) == 0 {
			return nil, malformed("a pair has no predictions")
		}
		r, err := relate(labels, order)
		if err != nil {
			return nil, err
		}
		relations[i] = r
	}
	return relations, nil
}

func readClasses(body []byte, n int, order []string) ([]Relation, error) {
	var reply struct {
		Data []struct {
			Index *int       `json:"index"`
			Label *string    `json:"label"`
			Probs []*float64 `json:"probs"`
		} `json:"data"`
	}
	if err := decode(body, &reply); err != nil {
		return nil, err
	}
	seats := seating{taken: make([]bool, n), of: n, found: len(reply.Data)}
	relations := make([]Relation, n)
	for _, d := range reply.Data {
		at, err := seats.take(d.Index)
		if err != nil {
			return nil, err
		}
		if len(d.Probs) != len(order) {
			return nil, labelError("the model has %d classes, and %d labels are configured", len(d.Probs), len(order))
		}
		labels, best := make([]weighed, len(order)), 0
		for k, p := range d.Probs {
			if p == nil {
				return nil, malformed("a class has no probability")
			}
			labels[k] = weighed{order[k], *p}
			if *p > labels[best].p {
				best = k
			}
		}
		// The server names the likeliest class; where that name means something, it must mean what is configured.
		if d.Label != nil {
			said, err := classOf(*d.Label, order)
			if want, _ := classOf(order[best], nil); err == nil && said != want {
				return nil, labelError("the server calls class %d %q, the configured labels call it %q", best, *d.Label, order[best])
			}
		}
		if relations[at], err = relate(labels, nil); err != nil {
			return nil, err
		}
	}
	return relations, seats.full()
}

type scored struct {
	Index     *int     `json:"index"`
	Score     *float64 `json:"score"`
	Relevance *float64 `json:"relevance_score"`
}

// readScores reads the three forms: {"data": [{"index", "score"}]}, {"results": [{"index", "relevance_score"}]}, [{"index", "score"}].
func readScores(body []byte, n int) ([]Relation, error) {
	var rows []scored
	if t := bytes.TrimSpace(body); len(t) > 0 && t[0] == '[' {
		if err := decode(body, &rows); err != nil {
			return nil, err
		}
	} else {
		var reply struct{ Data, Results []scored }
		if err := decode(body, &reply); err != nil {
			return nil, err
		}
		if len(reply.Data) > 0 && len(reply.Results) > 0 {
			return nil, malformed("the reply has both data and results")
		}
		rows = append(reply.Data, reply.Results...)
	}
	seats := seating{taken: make([]bool, n), of: n, found: len(rows)}
	relations := make([]Relation, n)
	for _, row := range rows {
		at, err := seats.take(row.Index)
		if err != nil {
			return nil, err
		}
		score := row.Score
		if score == nil {
			score = row.Relevance
		}
		if score == nil {
			return nil, malformed("pair %d has no score", at)
		}
		relations[at] = single(*score)
		if !relations[at].valid() {
			return nil, malformed("score %v lies outside [0, 1]: the server sends raw scores", *score)
		}
	}
	return relations, seats.full()
}

// seating puts replies that name their pair by index into order.
type seating struct {
	taken     []bool
	of, found int
}

func (s *seating) take(index *int) (int, error) {
	switch {
	case index == nil:
		return 0, malformed("an entry of the reply has no index")
	case *index < 0 || *index >= s.of:
		return 0, malformed("the reply names pair %d of %d", *index, s.of)
	case s.taken[*index]:
		return 0, malformed("the reply names pair %d twice", *index)
	}
	s.taken[*index] = true
	return *index, nil
}

func (s *seating) full() error {
	if s.found != s.of {
		return malformed("the reply has %d scores for %d pairs", s.found, s.of)
	}
	return nil
}

// decode reads exactly one JSON value.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return malformed("the reply is not the JSON that was asked for: %v: %s", err, excerpt(body))
	}
	if d.More() {
		return malformed("something follows the reply's JSON: %s", excerpt(body[d.InputOffset():]))
	}
	return nil
}

// serverError finds the error's message in the forms of text-embeddings-inference ({"error", "error_type"}), vLLM ({"error": {"message"}},
// {"object": "error", "message"}) and FastAPI ({"detail"}).
func serverError(body []byte) string {
	var said struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
		Detail  json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &said) != nil {
		return excerpt(body)
	}
	var inner struct{ Message string }
	var s string
	switch {
	case json.Unmarshal(said.Error, &inner) == nil && inner.Message != "":
		s = inner.Message
	case json.Unmarshal(said.Error, &s) == nil && s != "":
	case said.Message != "":
		s = said.Message
	case json.Unmarshal(said.Detail, &s) == nil && s != "":
	default:
		s = string(body)
	}
	return excerpt([]byte(s))
}

// excerpt is the beginning of a foreign text on one line.
func excerpt(b []byte) string {
	const most = 160
	if len(b) > 4*most {
		b = b[:4*most]
	}
	s := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(string(b), ""), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	if s == "" {
		return "an empty reply"
	}
	return fmt.Sprintf("%q", s)
}
