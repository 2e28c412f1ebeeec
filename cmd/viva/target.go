package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/reader"
	"github.com/viva-eval/viva/internal/wire"
	"github.com/viva-eval/viva/runners"
)

// builtInReader is the name of the examinee that needs no server.
const builtInReader = "built-in reader"

// connect makes a target of its description; the caller closes its client. For the built-in reader serve is not nil: it runs the reader on loopback until its
// context ends, so that it is asked over the same wire as any other.
func (a *app) connect(p *plan, t planTarget) (target runners.Chat, info runners.TargetInfo, serve func(context.Context) error, err error) {
	info = runners.TargetInfo{Name: t.Name, Model: t.Model, Accelerators: t.Accelerators}
	config := wire.Config{BaseURL: t.BaseURL, Key: t.APIKey, Model: t.Model, NoStream: t.Stream != nil && !*t.Stream}
	if t.BaseURL == "" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return target, info, nil, infrastructure("serve the built-in reader: %w", err)
		}
		config.BaseURL, config.Model, config.Key = "http://"+listener.Addr().String()+"/v1", reader.Model, ""
		info.Model, info.BuiltIn = reader.Model, true
		serve = func(ctx context.Context) error { return serveHTTP(ctx, listener, reader.Handler()) }
	} else {
		info.BaseURL = withoutUser(t.BaseURL)
		if config.Key == "" {
			config.Key = a.getenv(keyVariable)
		}
	}
	client, err := wire.New(config)
	if err != nil {
		return target, info, nil, usage("target %s: %w", t.Name, err)
	}
	return runners.Chat{Client: client, Temperature: &p.Temperature, MaxTokens: p.MaxTokens, SendSeed: true}, info, serve, nil
}

// keyWatch notes when a target refuses the key or the tools, so that the command can say what to do.
type keyWatch struct {
	runners.Target
	refused  atomic.Bool // the key
	toolless atomic.Bool // it was offered tools and cannot do with them
}

func (w *keyWatch) Ask(ctx context.Context, p runners.Prompt) (runners.Response, error) {
	response, err := w.Target.Ask(ctx, p)
	var e *wire.Error
	if errors.As(err, &e) && e.Kind == wire.Unauthorized {
		w.refused.Store(true)
	}
	if response.Written && len(p.Turns) == 0 || e != nil && e.Kind == wire.NoTools {
		w.toolless.Store(true)
	}
	return response, err
}

// keyVariable holds the key of a target that names no other.
const keyVariable = "OPENAI_API_KEY"

func withoutUser(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return redact(address)
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return strings.TrimSuffix(u.String(), "/")
}

// serveHTTP serves until ctx ends.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: idle}
	return fan.Group(ctx,
		func(context.Context) error {
			if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		func(ctx context.Context) error {
			<-ctx.Done()
			return server.Close()
		})
}
