package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"time"
)

const (
	maxDocument = 64 << 20               // most bytes of a body that is not a stream
	drainBytes  = 4 << 10                // how much is read past [DONE] to keep the connection
	drainTime   = 100 * time.Millisecond // and for how long
)

// body reads the response's body: it stamps the server's bytes, parses them and hands each event to sink. A body that is no event stream
// is kept whole in document. go-openai, which is given it too, sees an empty stream: its own reader looks at each line with two regular
// expressions, which is half of what a chunk costs, gives up after 300 comments and swallows errors.
//
// Everything happens on the goroutine that calls all.
type body struct {
	src    io.ReadCloser
	socket *socket // nil: stamps are taken when the source returns
	now    func() time.Time
	alive  func() // called when bytes have come
	cancel func() // ends the request
	sink   func(event) error

	parser   parser
	shape    shape
	document []byte
	head     []byte // how a stream began, for the error that there was nothing in it

	in      [4096]byte // as much as net/http reads at once
	current stamp      // of the bytes being parsed

	first   stamp
	last    stamp // of the last bytes
	done    bool  // [DONE] was read
	ended   bool  // the source is at its end
	err     error // why there is no more to read; io.EOF after a good end
	refused error // the sink's
}

var _ io.ReadCloser = (*body)(nil)

// shape is what a body turns out to be at its first byte.
type shape uint8

const (
	unknown shape = iota
	stream
	document // JSON or HTML
)

// Read is go-openai's, and brings nothing.
func (b *body) Read([]byte) (int, error) { return 0, io.EOF }

// fill reads once from the source.
func (b *body) fill() {
	n, err := b.src.Read(b.in[:])
	if n > 0 {
		b.alive()
		b.mark()
		b.take(b.in[:n])
	}
	if err == nil || b.err != nil {
		return
	}
	b.err = err
	if err != io.EOF {
		return
	}
	b.ended = true
	if b.shape == stream {
		if err := b.parser.finish(b.emit); err != nil && b.refused == nil {
			b.err = err
		}
	}
}

// mark stamps the bytes just read: with the socket's last read, or failing that with the time now.
func (b *body) mark() {
	if b.socket != nil {
		b.current = b.socket.stamp()
	} else {
		b.current = stamp{b.now(), b.current.read + 1}
	}
	if b.first.at.IsZero() {
		b.first = b.current
	}
	b.last = b.current
}

func (b *body) take(p []byte) {
	if b.shape == unknown {
		b.document = append(b.document, p...)
		head := bytes.TrimLeft(bytes.TrimPrefix(b.document, bom), " \t\r\n")
		switch {
		case len(head) == 0 && len(b.document) < maxDocument, bytes.HasPrefix(bom, b.document) && len(b.document) < len(bom):
			return
		case len(head) > 0 && (head[0] == '{' || head[0] == '[' || head[0] == '<'): // no line of an event stream begins so
			b.shape = document
			return
		}
		p, b.document, b.shape = b.document, nil, stream
		b.head = append(b.head, p[:min(len(p), 1200)]...)
	} else if b.shape == document {
		b.document = append(b.document, p...)
	}
	switch {
	case b.shape == stream:
		b.parser.now = b.current
		if err := b.parser.feed(p, b.emit); err != nil && b.refused == nil {
			b.err = err
		}
	case len(b.document) > maxDocument:
		b.err = &Error{Kind: Malformed, Message: "read response: the body is longer than 64 MiB"}
	}
}

// emit hands an event to the sink, unless it is or follows [DONE].
func (b *body) emit(e event) error {
	e.data = bytes.TrimSpace(e.data)
	switch {
	case b.done: // a second [DONE], or noise after the first
		return nil
	case string(e.data) == done:
		b.done, b.last = true, e.at
		return nil
	case e.name == "error":
		if e.data[0] != '{' && e.data[0] != '"' {
			e.data, _ = json.Marshal(string(e.data)) // a string has no way to fail
		}
		e.data = append(append([]byte(`{"error":`), e.data...), '}')
	}
	for rest := e.data; ; { // between the tokens of JSON a space is as good as a newline, and some servers break strings over lines
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		rest[i] = ' '
		rest = rest[i+1:]
	}
	b.refused = b.sink(e)
	return b.refused
}

// all reads up to [DONE], to the end, or until the sink refuses an event.
func (b *body) all() error {
	for b.err == nil && b.refused == nil && !b.done {
		b.fill()
	}
	if b.refused != nil {
		return b.refused
	}
	if b.done || b.err == io.EOF {
		return nil
	}
	return b.err
}

// Close lets the connection be used again where that is cheap: when little is left of the body and it comes soon. Many servers write
// [DONE] a moment before they end the body, and net/http throws away the connection of a body that was not read to its end.
func (b *body) Close() error {
	if b.err == nil {
		late := time.AfterFunc(drainTime, b.cancel)
		defer late.Stop()
		for n := 0; n < drainBytes; {
			m, err := b.src.Read(b.in[:])
			if err != nil {
				break
			}
			n += m
		}
		b.err = io.EOF
	}
	return b.src.Close()
}
