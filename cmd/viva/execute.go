package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// app is what the commands share: the streams and the environment they were started with.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
}

// say writes a line for people. Data goes to stdout, words go to stderr.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.stderr, format+"\n", args...) }

// execute runs one command line and returns its exit code. It is the whole program but for the process around it.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if v := recover(); v != nil { // a crash of ours must not look like a verdict on the model
			fmt.Fprintf(stderr, "viva: internal error: %v\n\n%s", v, debug.Stack())
			code = exitInfrastructure
		}
	}()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the first signal asks, a second one kills
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv, now: time.Now}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = &exit{code: exitInterrupted, err: errors.New("interrupted")}
	}
	e := exitFor(err)
	if e.err != nil {
		fmt.Fprintf(stderr, "viva: %v\n", e.err)
	}
	if e.hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", e.hint)
	}
	return e.code
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "viva",
		Short: "Examine language models on enterprise questions, with and without retrieval",
		Long: `Viva puts curated suites of questions to language models behind any OpenAI-compatible
endpoint, closed-book, with the right page open, and with what a retriever finds. It
scores the answers against ground truth and reports how often they are true, how often
the model invents, how often it knows that it does not know, and how fast it answers.

"viva run" with no arguments examines the built-in reader on the built-in suite.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("unknown command %q", args[0]).withHint("choose from: %s", strings.Join(commandNames(cmd), ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("viva {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(a.runCommand(), a.askCommand(), a.scoreCommand(), a.reportCommand(), a.exportCommand(), a.runsCommand(),
		a.suitesCommand(), a.doctorCommand(), a.readerCommand(), a.initCommand(), a.auditCommand(),
		a.gateCommand(), a.powerCommand(), a.labelCommand(), a.schemaCommand(), a.benchCommand())
	root.AddCommand(a.compareCommand(), a.baselineCommand())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%s: %v", cmd.CommandPath(), err).withHint("flags of %s: %s", cmd.CommandPath(), strings.Join(flagNames(cmd), " "))
	})
	return root
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	slices.Sort(names)
	return names
}

// group makes a command that only holds others: called alone it shows its help, with a wrong word it lists the right ones.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("unknown command %q for %s", args[0], cmd.CommandPath()).withHint("choose from: %s", strings.Join(commandNames(cmd), ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return err
			}
			return usage("%s names no command", cmd.CommandPath()).withHint("choose from: %s", strings.Join(commandNames(cmd), ", "))
		},
	}
	cmd.AddCommand(commands...)
	return cmd
}

// takes checks the number of arguments and says what they are, which the parser's own message does not.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usage("%s takes %s, got %d", cmd.CommandPath(), what, len(args)).withHint("usage: %s", cmd.UseLine())
		}
		return nil
	}
}
