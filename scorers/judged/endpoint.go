package judged

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/wire"
	"github.com/viva-eval/viva/runners"
)

// Endpoint describes a judge behind a chat-completions endpoint. BaseURL and Model are needed.
type Endpoint struct {
	BaseURL string
	Key     string // sent as a bearer token and shown nowhere
	Model   string
	Votes   int // 0: one
	// Temperature of its replies. nil: 0 with one vote, and 1, the model's own distribution, with several: at 0 their agreement would
	// say nothing.
	Temperature *float64
	MaxTokens   int // longest reply, reasoning included; 0: 4096. A reply that runs into it is no vote
	NoStream    bool
	HTTP        *http.Client // nil: a pool of the judge's own
}

const (
	defaultMaxTokens = 4096
	defaultAttempts  = 4
	defaultTimeout   = 3 * time.Minute
)

// Judge makes the judge, with four attempts a vote and three minutes for each. Cache, budget, price and the rest are the caller's to set
// before it is used. Nothing is sent.
func (e Endpoint) Judge() (*Judge, error) {
	if e.Votes < 0 {
		return nil, fmt.Errorf("configure judge: %d votes", e.Votes)
	}
	client, err := wire.New(wire.Config{BaseURL: e.BaseURL, Key: e.Key, Model: e.Model, NoStream: e.NoStream, HTTP: e.HTTP})
	if err != nil {
		return nil, fmt.Errorf("configure judge: %s", strings.TrimPrefix(err.Error(), "configure target: "))
	}
	temperature := e.Temperature
	if temperature == nil {
		temperature = new(float64)
		if e.Votes > 1 {
			*temperature = 1
		}
	}
	most := e.MaxTokens
	if most == 0 {
		most = defaultMaxTokens
	}
	return &Judge{
		Target:   runners.Chat{Client: client, Temperature: temperature, MaxTokens: most, SendSeed: true},
		Model:    e.Model,
		BaseURL:  plainURL(e.BaseURL),
		Sampling: fmt.Sprintf("temperature %s, at most %d tokens", number(*temperature), most),
		Votes:    e.Votes,
		Attempts: defaultAttempts,
		Timeout:  defaultTimeout,
		close:    client.Close,
	}, nil
}

// plainURL is an address without user info, query and the slash at its end.
func plainURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return strings.TrimSuffix(strings.TrimRight(u.String(), "/"), "/chat/completions")
}
