package telemetry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Reader is something that can be asked for its readings now.
type Reader interface {
	Name() string // for messages, without secrets
	Read(ctx context.Context) ([]Sample, error)
}

// Endpoint is a metrics endpoint of an exporter or a server.
type Endpoint struct {
	url    *url.URL
	client *http.Client
	now    func() time.Time
}

var _ Reader = (*Endpoint)(nil)

const (
	mostBody    = 16 << 20
	readTimeout = 4 * time.Second
)

// NewEndpoint makes an endpoint of its address. Without a path it is /metrics. A user and password in the address are sent, and appear in
// no message.
func NewEndpoint(address string, client *http.Client, now func() time.Time) (*Endpoint, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("read address of telemetry %q: it is not an http address", address[strings.LastIndex(address, "@")+1:])
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/metrics"
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Endpoint{url: u, client: &own, now: now}, nil
}

// Name is the address without its user and query.
func (e *Endpoint) Name() string { return e.url.Host + e.url.Path }

// Read scrapes the endpoint. The time of the samples is halfway between question and answer, unless they carry their own. Beside what was
// read stands how long it took, and how old the newest reading is when they do carry times.
func (e *Endpoint) Read(ctx context.Context) ([]Sample, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	asked := e.now()
	body, err := e.fetch(ctx)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer within %v", readTimeout)
		}
		return nil, fmt.Errorf("scrape %s: %w", e.Name(), err)
	}
	took := e.now().Sub(asked)
	at := asked.Add(took / 2)
	parse := ParseExposition
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		parse = ParseMetricsJSON
	}
	samples, err := parse(body, e.url.Host, at)
	if err != nil {
		return nil, fmt.Errorf("scrape %s: %w", e.Name(), err)
	}
	newest, own := time.Time{}, false
	for _, s := range samples {
		if !s.Time.Equal(at) && (!own || s.Time.After(newest)) {
			newest, own = s.Time, true
		}
	}
	source := "scrape@" + e.Name()
	samples = append(samples, Sample{Source: source, Metric: "scrape_duration_seconds", Unit: "seconds", Time: at, Value: took.Seconds()})
	if own {
		samples = append(samples, Sample{Source: source, Metric: "scrape_age_seconds", Unit: "seconds", Time: at, Value: at.Sub(newest).Seconds()})
	}
	return samples, nil
}

func (e *Endpoint) fetch(ctx context.Context) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/plain;version=0.0.4;q=1,*/*;q=0.1")
	resp, err := e.client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // whose text holds the whole address
			err = wrapped.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // so that the connection can be used again
		return nil, fmt.Errorf("status %s", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > mostBody {
		return nil, fmt.Errorf("more than %d MiB", mostBody>>20)
	}
	return body, nil
}
