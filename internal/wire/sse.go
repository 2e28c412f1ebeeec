package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxEvent is the most bytes that one line or one event may hold. Servers have been seen to send ten megabytes on a line.
const maxEvent = 16 << 20

// event is one server-sent event. Its bytes are the parser's and stand until emit returns.
type event struct {
	name string // the event field: "", "error" or "other", which is all that matters here
	data []byte // its data lines, joined by newlines
	at   stamp  // of the bytes that ended its last data line
	torn bool   // the stream ended before its blank line, perhaps inside it
}

// parser reads an event stream by the grammar of the HTML standard (9.2.6): a byte order mark at the start, lines that end in CR, LF or
// CRLF, comments, one optional space after the colon, several data lines an event, unknown fields.
//
// It is laxer in three places, for servers that are looser than the standard:
//
//   - what stands before the end of the stream is an event, even without a blank line;
//   - where a data line follows one that is a whole JSON object or [DONE], they are two events, not one;
//   - a field "error", as llama.cpp's server sends it, is an event named error with that data.
//
// However the bytes are split over feeds, the events are the same.
type parser struct {
	carry  []byte // a line that is not ended yet
	data   []byte // the event so far
	lines  int    // data lines in it
	name   string
	skipLF bool  // the last line ended in CR: an LF next belongs to it
	begun  bool  // past the byte order mark
	now    stamp // of the bytes being fed; set by the caller
	at     stamp // of the bytes that ended the last data line
	over   bool  // the stream has ended
}

var bom = []byte("\xEF\xBB\xBF")

// feed takes the next bytes and calls emit for each event that they end.
func (p *parser) feed(b []byte, emit func(event) error) error {
	if !p.begun {
		p.carry = append(p.carry, b...)
		if len(p.carry) < len(bom) && bytes.HasPrefix(bom, p.carry) {
			return nil
		}
		b, p.carry, p.begun = bytes.TrimPrefix(p.carry, bom), nil, true
	}
	for len(b) > 0 {
		if p.skipLF {
			p.skipLF = false
			if b[0] == '\n' {
				b = b[1:]
				continue
			}
		}
		i := bytes.IndexByte(b, '\n')
		if cr := bytes.IndexByte(b[:max(i, 0)], '\r'); cr >= 0 {
			i = cr
		} else if i < 0 {
			i = bytes.IndexByte(b, '\r')
		}
		if i < 0 {
			if len(p.carry)+len(b) > maxEvent {
				return tooLong()
			}
			p.carry = append(p.carry, b...)
			return nil
		}
		line := b[:i]
		p.skipLF = b[i] == '\r'
		b = b[i+1:]
		if len(p.carry) > 0 {
			p.carry = append(p.carry, line...)
			line = p.carry
		}
		if len(line) > maxEvent {
			return tooLong()
		}
		err := p.line(line, emit)
		p.carry = keep(p.carry)
		if err != nil {
			return err
		}
	}
	return nil
}

// finish takes the end of the stream.
func (p *parser) finish(emit func(event) error) error {
	p.begun, p.over = true, true
	if len(p.carry) > 0 {
		err := p.line(p.carry, emit)
		p.carry = nil
		if err != nil {
			return err
		}
	}
	return p.dispatch(emit)
}

func tooLong() error {
	return &Error{Kind: Malformed, Message: fmt.Sprintf("read stream: a line or event is longer than %d bytes", maxEvent)}
}

// keep empties a buffer and lets it go when a giant line has blown it up.
func keep(b []byte) []byte {
	if cap(b) > 64<<10 {
		return nil
	}
	return b[:0]
}

func (p *parser) line(line []byte, emit func(event) error) error {
	if len(line) == 0 {
		return p.dispatch(emit)
	}
	field, value := line, []byte(nil)
	if i := bytes.IndexByte(line, ':'); i >= 0 {
		field, value = line[:i], line[i+1:]
		if len(value) > 0 && value[0] == ' ' {
			value = value[1:]
		}
	}
	switch string(field) {
	case "data":
		if p.lines == 1 && whole(p.data) {
			if err := p.dispatch(emit); err != nil {
				return err
			}
		}
		if p.lines > 0 {
			p.data = append(p.data, '\n')
		}
		if len(p.data)+len(value) > maxEvent {
			return tooLong()
		}
		p.data, p.at = append(p.data, value...), p.now
		p.lines++
	case "error":
		if err := p.dispatch(emit); err != nil {
			return err
		}
		p.data, p.at, p.lines, p.name = append(p.data, value...), p.now, 1, "error"
		return p.dispatch(emit)
	case "event":
		p.name = "other"
		if string(value) == "error" {
			p.name = "error"
		} else if len(value) == 0 {
			p.name = ""
		}
	}
	return nil // comments, id, retry and unknown fields
}

// whole reports whether one data line is an event of its own.
func whole(data []byte) bool {
	data = bytes.TrimSpace(data)
	return string(data) == done || len(data) > 1 && data[0] == '{' && data[len(data)-1] == '}' && json.Valid(data)
}

func (p *parser) dispatch(emit func(event) error) error {
	data, name := p.data, p.name
	p.lines, p.name = 0, ""
	var err error
	if len(bytes.TrimSpace(data)) > 0 {
		err = emit(event{name: name, data: data, at: p.at, torn: p.over})
	}
	p.data = keep(p.data)
	return err
}

const done = "[DONE]"
