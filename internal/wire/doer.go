package wire

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

const maxRefusal = 64 << 10 // how much of an error's body is read

// Do sends go-openai's request after writing into it what go-openai cannot, and gives it the response when that is 2xx. Any other
// status is settled here: go-openai drops Retry-After.
func (k *call) Do(req *http.Request) (*http.Response, error) {
	made, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	payload, ok := k.client.amend(made, k.request, k.send)
	if !ok {
		return nil, &Error{Kind: Rejected, Message: "send request: its body is not as expected"}
	}
	req.Body = io.NopCloser(bytes.NewReader(payload))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(payload)), nil }
	req.ContentLength = int64(len(payload))
	if k.client.authorization != "" {
		req.Header.Set("Authorization", k.client.authorization)
	}
	// Some servers close a connection that they announced to keep. net/http replays a POST that such a close swallowed only when it is
	// marked as idempotent; a nil value marks it and sends nothing.
	req.Header["Idempotency-Key"] = nil

	resp, err := k.client.http.Do(req)
	if err != nil {
		return nil, err
	}
	k.status = resp.StatusCode
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
		return nil, k.client.failure(resp.StatusCode, resp.Header, said)
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		resp.Body.Close()
		return nil, &Error{Kind: Malformed, Message: "read answer: it is coded as " + snippet([]byte(coding)) + " though that was not asked for"}
	}
	_, _, socket := k.moments.read()
	k.body = &body{src: resp.Body, socket: socket, now: k.client.now, alive: k.alive, cancel: func() { k.cancel(errOver) }, sink: k.event}
	if k.send.has(streaming) {
		resp.Body = k.body
		return resp, nil
	}
	defer resp.Body.Close()
	k.body.shape = document
	if err := k.body.all(); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(k.body.document))
	return resp, nil
}

// alive puts the idle timer back.
func (k *call) alive() {
	if k.timer != nil {
		k.timer.Reset(k.idle)
	}
}
