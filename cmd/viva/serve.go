package main

import (
	"net"
	"time"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/internal/reader"
)

// idle is how long a client of ours may take to send its headers.
const idle = 10 * time.Second

func (a *app) readerCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "reader",
		Short: "Serve the built-in reader as a chat-completions endpoint",
		Long: `Reader serves the model-free extractive baseline: it answers from the passages of its
prompt and says that it does not know when nothing fits. It is an honest floor for a
comparison, and something to try the harness on where there is no model.`,
		Args: takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := net.ResolveTCPAddr("tcp", listen); err != nil {
				return usage("serve reader: %w", err).withHint("write the address as HOST:PORT, such as 127.0.0.1:8085")
			}
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return infrastructure("serve reader: %w", err).withHint("choose another address with --listen HOST:PORT")
			}
			a.say("serving %s; ask it with: viva run --base-url http://%s/v1 --model %s", reader.Model, l.Addr(), reader.Model)
			return serveHTTP(cmd.Context(), l, reader.Handler())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8085", "address to serve on")
	return cmd
}
