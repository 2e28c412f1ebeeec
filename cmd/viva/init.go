package main

import (
	_ "embed"
	"os"

	"github.com/spf13/cobra"
)

//go:embed viva.yaml
var planTemplate []byte

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented plan file",
		Args:  takes(0, 1, "at most one file name"),
		RunE: func(_ *cobra.Command, args []string) error {
			name := "viva.yaml"
			if len(args) == 1 {
				name = args[0]
			}
			f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if os.IsExist(err) {
				return usage("write plan: %s is there already", name).withHint("name another file: viva init other.yaml")
			}
			if err == nil {
				_, err = f.Write(planTemplate)
				if e := f.Close(); err == nil {
					err = e
				}
			}
			if os.IsNotExist(err) {
				return usage("write plan: %w", err)
			}
			if err != nil {
				return infrastructure("write plan: %w", err)
			}
			a.say("wrote %s; next: viva run %s", name, name)
			return nil
		},
	}
}
