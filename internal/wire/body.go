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

// body is the response body as go-openai sees it. It reads the server's bytes, stamps and parses them, and hands on each event as one
// line "data: …\n", which is all that go-openai's reader then has to understand: no comments for it to count, no errors for it to
// swallow. A body that is no event stream is kept whole in document, and go-openai sees an empty stream.
//
// Everything happens on the goroutine that reads.
type body struct {
	src    io.ReadCloser
	socket *socket // nil: stamps are taken when the source returns
	now    func() time.Time
	alive  func() // called when bytes have come
	cancel func() // ends the request

	parser   parser
	shape    shape
	document []byte
	head     []byte // how a stream began, for the error that there was nothing in it

	in      [4096]byte // as much as net/http reads at once
	out     []byte     // lines not handed on yet
	off     int
	stamps  []stamp // of the events in out, and of those handed on but not taken
	taken   int
	current stamp // of the bytes being parsed

	first stamp
	last  stamp // of the last bytes
	done  bool  // [DONE] was read
	torn  bool  // the last event stood unfinished at the end
	ended bool  // the source is at its end
	err   error // why there is no more to read; io.EOF after a good end
}

// shape is what a body turns out to be at its first byte.
type shape uint8

const (
	unknown shape = iota
	stream
	document // JSON or HTML
)

func (b *body) Read(p []byte) (int, error) {
	for b.off == len(b.out) {
		if b.err != nil {
			return 0, b.err
		}
		b.out, b.off = keep(b.out), 0
		b.fill()
	}
	n := copy(p, b.out[b.off:])
	b.off += n
	return n, nil
}

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
		if err := b.parser.finish(b.emit); err != nil {
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
		if err := b.parser.feed(p, b.emit); err != nil {
			b.err = err
		}
	case len(b.document) > maxDocument:
		b.err = &Error{Kind: Malformed, Message: "read response: the body is longer than 64 MiB"}
	}
}

// emit writes an event as a canonical line.
func (b *body) emit(e event) error {
	data := bytes.TrimSpace(e.data)
	switch {
	case b.done: // a second [DONE], or noise after the first
		return nil
	case string(data) == done:
		b.done, b.last = true, e.at
		b.out = append(b.out, "data: [DONE]\n"...)
		return nil
	}
	b.out = append(b.out, "data: "...)
	start := len(b.out)
	switch {
	case e.name == "error":
		b.out = append(b.out, `{ "error":`...)
		if data[0] != '{' && data[0] != '"' {
			data, _ = json.Marshal(string(data))
		}
		b.out = append(append(b.out, data...), '}')
	case bytes.HasPrefix(data, []byte(`{"error":`)): // go-openai would take that out of the stream
		b.out = append(append(b.out, "{ "...), data[1:]...)
	default:
		b.out = append(b.out, data...)
	}
	for rest := b.out[start:]; ; { // between the tokens of JSON a space is as good as a newline
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		rest[i] = ' '
	}
	b.out = append(b.out, '\n')
	b.stamps, b.torn = append(b.stamps, e.at), e.torn
	return nil
}

// tail reports whether the event taken last is the one that the end of the stream cut.
func (b *body) tail() bool { return b.torn && b.taken == len(b.stamps) }

// next gives the stamp of the next event that go-openai hands back.
func (b *body) next() stamp {
	s := b.stamps[b.taken]
	b.taken++
	if b.taken == len(b.stamps) {
		b.stamps, b.taken = b.stamps[:0], 0
	}
	return s
}

// all reads to the end.
func (b *body) all() error {
	for b.err == nil {
		b.fill()
	}
	if b.err == io.EOF {
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
