package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/internal/wire"
)

func (a *app) doctorCommand() *cobra.Command {
	var config wire.Config
	var variable string
	cmd := &cobra.Command{
		Use:   "doctor --base-url URL",
		Short: "Probe a target: what it supports, what it refuses, and what to do about it",
		Args:  takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if config.BaseURL == "" {
				return usage("no target is named").withHint("add --base-url http://HOST:PORT/v1")
			}
			if config.Key = a.getenv(variable); config.Key == "" && cmd.Flags().Changed("api-key-env") {
				return usage("no key in the environment variable %s", variable).withHint("export %s=…", variable)
			}
			answers := false
			findings := wire.Probe(cmd.Context(), config)
			if f := findings[0]; f.Check == "configuration" {
				return usage("%s", f.Detail).withHint("%s", f.Remedy)
			}
			for _, f := range findings {
				mark := "ok"
				if !f.OK {
					mark = "no"
				}
				fmt.Fprintf(a.stdout, "%-3s %-14s %s\n", mark, f.Check, f.Detail)
				if f.Remedy != "" {
					fmt.Fprintf(a.stdout, "    %-14s → %s\n", "", f.Remedy)
				}
				answers = answers || f.OK && f.Check == "chat"
			}
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if !answers {
				return infrastructure("the target cannot be examined as it is")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&config.BaseURL, "base-url", "", "address of the target, such as http://box:8000/v1")
	cmd.Flags().StringVar(&config.Model, "model", "", "model to ask for (default: one the server lists)")
	cmd.Flags().StringVar(&variable, "api-key-env", keyVariable, "environment variable that holds the key")
	return cmd
}
