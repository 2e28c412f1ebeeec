package wire

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// params is a set of optional parameters that a server refuses.
type params uint32

const (
	temperature params = 1 << iota
	seed
	maxTokens           // max_tokens; max_completion_tokens is sent in its place
	maxCompletionTokens // nor that
	streamOptions
	streaming
	logprobs
	responseFormat
	toolChoice    // tool_choice "none"
	reasoningBack // the reasoning of earlier turns
	minTokens
	ignoreEOS
)

// names are in the order in which an error's text is searched when it names several at the same place.
var names = []struct {
	param params
	name  string
	match *regexp.Regexp
}{
	{streamOptions, "stream_options", word(`stream_options|include_usage`)},
	{maxTokens, "max_tokens", word(`max_tokens`)},
	{maxCompletionTokens, "max_completion_tokens", word(`max_completion_tokens`)},
	{temperature, "temperature", word(`temperature`)},
	{seed, "seed", word(`seed`)},
	{logprobs, "logprobs", word(`logprobs|top_logprobs`)},
	{streaming, "stream", word(`stream|streaming`)},
	{toolChoice, "tool_choice", word(`tool_choice`)},
	{reasoningBack, "reasoning_content", word(`reasoning_content`)},
	{minTokens, "min_tokens", word(`min_tokens`)},
	{ignoreEOS, "ignore_eos", word(`ignore_eos`)},
	// Servers name the feature rather than the field as often as not.
	{responseFormat, "response_format", word(`response_format|response[ -]formats?|json_schema|json[ -]schema|structured[ -]outputs?|guided_json|guided[_ -]decoding|grammar`)},
}

func word(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9_])(` + alternatives + `)(?:$|[^A-Za-z0-9_])`)
}

func (p params) has(q params) bool { return p&q != 0 }

// sent lists the optional parameters that go out when those in refused do not.
func (c *Client) sent(r Request, refused params) params {
	var p params
	if r.Temperature != nil {
		p |= temperature
	}
	if r.Seed != nil {
		p |= seed
	}
	if r.MaxTokens > 0 {
		if refused.has(maxTokens) {
			p |= maxCompletionTokens
		} else {
			p |= maxTokens
		}
	}
	if r.MaxTokens > 0 && r.Exactly {
		p |= minTokens | ignoreEOS
	}
	if r.logprobs {
		p |= logprobs
	}
	if r.Schema != nil {
		p |= responseFormat
	}
	if r.Withhold {
		p |= toolChoice
	}
	if slices.ContainsFunc(r.Turns, func(t Turn) bool { return t.Reasoning != "" }) {
		p |= reasoningBack
	}
	if c.stream && !refused.has(streaming) {
		p |= streaming | streamOptions
	}
	return p &^ refused
}

// dropped names what r asks for and refused leaves out.
func (c *Client) dropped(r Request, refused params) []string {
	var out []string
	for _, n := range names {
		wanted := c.sent(r, 0)
		if n.param == maxCompletionTokens {
			continue
		}
		lost := refused.has(n.param)
		if n.param == maxTokens {
			lost = refused.has(maxTokens) && refused.has(maxCompletionTokens)
		}
		if n.param == streamOptions && refused.has(streaming) {
			continue // goes with it
		}
		if wanted.has(n.param) && lost {
			out = append(out, n.name)
		}
	}
	return out
}

var (
	tooMany   = regexp.MustCompile(`(?i)context.{0,20}(length|window|size)|too (large|long|big|many)|exceed|maximum context|at most`)
	noStreams = regexp.MustCompile(`(?i)not (?:\w+ )?(?:support|implement|allow|available|enabled)|unsupported|disabled|cannot|can't`)
)

// learn adds the parameter, among those sent, that the server refused to p. Only 400 and 422 count, and the server must name it: in
// the error's own `param`, or else as the first of the sent ones in its text. A complaint that max_tokens is too much for the context is
// about its value and is not learnt from, since leaving it out would ask for more still.
func (p params) learn(err error, sent params) params {
	e, ok := asError(err)
	if !ok || e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity {
		return p
	}
	found := named(e.param, sent)
	if found == 0 && e.param == "" {
		found = named(e.body, sent)
	}
	switch {
	case found&(maxTokens|maxCompletionTokens) != 0 && tooMany.MatchString(e.body):
		return p
	case found == streaming && !noStreams.MatchString(e.body):
		return p
	}
	return p | found
}

// named finds the sent parameter that text names first.
func named(text string, sent params) params {
	first, found := len(text)+1, params(0)
	for _, n := range names {
		if !sent.has(n.param) {
			continue
		}
		if m := n.match.FindStringSubmatchIndex(text); m != nil && m[2] < first {
			first, found = m[2], n.param
		}
	}
	return found
}

// placeholder stands for the model in the request given to go-openai, which checks some names locally (o1…, gpt-5…, retired ones)
// and would refuse a target's own alias for what it happens to be called.
const placeholder = `{"model":"viva",`

// amend writes the model's name and the optional parameters into the body that go-openai made. It reports false when the body does
// not look as expected.
func (c *Client) amend(body []byte, r Request, send params) ([]byte, bool) {
	rest, ok := strings.CutPrefix(string(body), placeholder)
	rest, closed := strings.CutSuffix(strings.TrimSpace(rest), "}")
	if !ok || !closed {
		return nil, false
	}
	model, err := json.Marshal(c.model)
	if err != nil {
		return nil, false
	}
	out := make([]byte, 0, len(body)+len(model)+128)
	out = append(out, `{"model":`...)
	out = append(out, model...)
	out = append(out, ',')
	out = append(out, rest...)
	if send.has(temperature) {
		out = strconv.AppendFloat(append(out, `,"temperature":`...), *r.Temperature, 'g', -1, 64)
	}
	if send.has(maxTokens) {
		out = strconv.AppendInt(append(out, `,"max_tokens":`...), int64(r.MaxTokens), 10)
	}
	if send.has(maxCompletionTokens) {
		out = strconv.AppendInt(append(out, `,"max_completion_tokens":`...), int64(r.MaxTokens), 10)
	}
	if send.has(minTokens) {
		out = strconv.AppendInt(append(out, `,"min_tokens":`...), int64(r.MaxTokens), 10)
	}
	if send.has(ignoreEOS) {
		out = append(out, `,"ignore_eos":true`...)
	}
	if send.has(seed) {
		out = strconv.AppendInt(append(out, `,"seed":`...), *r.Seed, 10)
	}
	if send.has(logprobs) {
		out = append(out, `,"logprobs":true`...)
	}
	if send.has(responseFormat) {
		out = append(out, `,"response_format":{"type":"json_schema","json_schema":{"name":"reply","strict":true,"schema":`...)
		out = append(append(out, r.Schema...), "}}"...)
	}
	return append(out, '}'), true
}
