package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// piece is what one event says of a call: a part of it in a stream, the whole otherwise.
type piece struct {
	index     int // -1: the server does not say
	id, name  string
	arguments string
	whole     bool // the arguments came as an object, not as a piece of text
}

// pieces are the calls of one event as servers spell them. What is no call is passed over, so that it spoils no answer.
type pieces []piece

func (ps *pieces) UnmarshalJSON(b []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		return nil
	}
	for _, raw := range list {
		var call struct {
			Index    json.RawMessage `json:"index"`
			ID       json.RawMessage `json:"id"`
			Function struct {
				Name      json.RawMessage `json:"name"`
				Arguments json.RawMessage `json:"arguments"`
			} `json:"function"`
		}
		if json.Unmarshal(raw, &call) != nil || raw[0] != '{' {
			continue
		}
		p := piece{index: -1, id: unquoted(call.ID), name: unquoted(call.Function.Name)}
		var index int
		if len(call.Index) > 0 && json.Unmarshal(call.Index, &index) == nil && string(call.Index) != "null" {
			p.index = max(index, -1)
		}
		switch raw := call.Function.Arguments; {
		case len(raw) == 0 || string(raw) == "null":
		case raw[0] == '"':
			p.arguments = unquoted(raw)
		default:
			var b bytes.Buffer
			_ = json.Compact(&b, raw) // it is part of a document that parsed
			p.arguments, p.whole = b.String(), true
		}
		*ps = append(*ps, p)
	}
	return nil
}

// unquoted is the text of a JSON string, and the JSON of a number; nothing else names anything.
func unquoted(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') {
		return string(raw)
	}
	return ""
}

// calls puts the calls of a reply together from pieces. The zero value holds none.
//
//  1. A piece belongs to the call of its index; one without an index to the latest.
//  2. It begins a new call where there is none yet, and where it comes with another id, or with a name and no id behind arguments that are
//     whole already: some servers give every call the index 0, or none.
//  3. A name that is said again is the same name; one that goes on before any argument is a piece of it.
//  4. Arguments that come as an object are the whole of them.
type calls struct {
	all  []*partial
	at   map[int]*partial // by index, the latest of it
	size int
}

// partial is a call that may not be whole yet.
type partial struct {
	id, name  string
	arguments strings.Builder
	object    closing
}

const (
	maxCalls     = 128     // most calls of one reply
	maxArguments = 4 << 20 // most bytes of their names and arguments
)

var errCalls = errors.New("too many or too long function calls")

func (c *calls) add(p piece) error {
	var call *partial
	if p.index >= 0 {
		call = c.at[p.index]
	} else if len(c.all) > 0 {
		call = c.all[len(c.all)-1]
	}
	if call == nil || call.over(p) {
		if len(c.all) == maxCalls {
			return errCalls
		}
		call = new(partial)
		c.all = append(c.all, call)
		if p.index >= 0 {
			if c.at == nil {
				c.at = map[int]*partial{}
			}
			c.at[p.index] = call
		}
	}
	if c.size += len(p.name) + len(p.arguments) + len(p.id); c.size > maxArguments {
		return errCalls
	}
	if call.id == "" {
		call.id = p.id
	}
	switch {
	case call.name == "":
		call.name = p.name
	case p.name != call.name && call.arguments.Len() == 0:
		call.name += p.name
	}
	if p.whole {
		call.arguments.Reset()
		call.object = closing{}
	}
	call.arguments.WriteString(p.arguments)
	call.object.read(p.arguments)
	return nil
}

// over reports whether a piece that seems to go on with the call begins another.
func (c *partial) over(p piece) bool {
	switch {
	case p.id != "" && c.id != "" && p.id != c.id:
		return true
	case p.name == "" || !c.object.closed:
		return false
	}
	return p.arguments != "" || p.index < 0 && p.id == ""
}

// closing follows an object to its end, piece by piece, without judging what is in it.
type closing struct {
	depth         int
	text, escaped bool // inside a string, behind a backslash
	closed        bool
}

func (o *closing) read(s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case o.escaped:
			o.escaped = false
		case o.text:
			o.escaped, o.text = c == '\\', c != '"'
		case c == '"':
			o.text = true
		case c == '{':
			o.depth++
		case c == '}' && o.depth > 0:
			o.depth--
			o.closed = o.closed || o.depth == 0
		}
	}
}

// take gives the calls, each with an id of its own: not that of another, nor one of the turns before. Where the server gives none,
// it is nine letters and digits, which is what the strictest of them accept.
func (c *calls) take(before []Turn, clean func(string) string) []Call {
	taken := map[string]bool{}
	for _, t := range before {
		for _, call := range t.Calls {
			taken[call.ID] = true
		}
	}
	var out []Call
	for _, p := range c.all {
		call := Call{ID: clean(p.id), Name: clean(strings.TrimSpace(p.name)), Arguments: clean(p.arguments.String())}
		if strings.TrimSpace(call.Arguments) == "" {
			call.Arguments = "{}" // how a call without arguments is often written
		}
		for n := len(taken) + 1; call.ID == "" || taken[call.ID]; n++ {
			call.ID = fmt.Sprintf("call%05d", n)
		}
		taken[call.ID] = true
		out = append(out, call)
	}
	return out
}
