package main

import (
	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports/gate"
)

// schemaFile is what gate init calls the schema beside the rules.
const schemaFile = "gate.schema.json"

func (a *app) schemaCommand() *cobra.Command {
	return group("schema", "Print the JSON Schema of a file that people write",
		&cobra.Command{
			Use:   "gate",
			Short: "The schema of the rules of viva gate",
			Args:  takes(0, 0, "no arguments"),
			RunE: func(*cobra.Command, []string) error {
				_, err := a.stdout.Write(gate.Schema)
				return err
			},
		})
}
