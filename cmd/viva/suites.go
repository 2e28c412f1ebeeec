package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/lab"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

func (a *app) suitesCommand() *cobra.Command {
	return group("suites", "List, show, check and import suites",
		a.suitesListCommand(), a.suitesShowCommand(), a.suitesLintCommand(), a.suitesImportCommand())
}

// findSuite loads a built-in suite by its name, or a suite folder by its path. A path has a slash or a dot in it, or is there.
func findSuite(name string) (*suites.Suite, error) {
	if slices.Contains(curated.Names(), name) {
		return curated.Load(name)
	}
	switch info, err := os.Stat(name); {
	case err == nil && !info.IsDir():
		return nil, usage("%s is a file, not a suite folder", name).withHint("a suite folder holds suite.yaml, items.jsonl and passages/; viva suites import makes one of a benchmark's file")
	case err != nil:
		return nil, usage("unknown suite %q", name).withHint("choose from: %s; or give the path of a suite folder", strings.Join(curated.Names(), ", "))
	}
	s, err := suites.LoadFolder(name)
	if err != nil {
		return nil, usage("%w", err)
	}
	return s, nil
}

func (a *app) suitesListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the built-in suites",
		Args:  takes(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			g := reports.Grid{Head: []string{"suite", "version", "languages", "title", "items", "passages"}, Left: 4}
			for _, name := range curated.Names() {
				s, err := curated.Load(name)
				if err != nil {
					return err
				}
				g.Rows = append(g.Rows, []string{name, s.Version, strings.Join(s.Languages, " "), s.Title, strconv.Itoa(len(s.Items)), strconv.Itoa(len(s.Passages))})
			}
			return g.Terminal(a.stdout)
		},
	}
}

func (a *app) suitesShowCommand() *cobra.Command {
	var arm, file string
	p := defaultPlan()
	cmd := &cobra.Command{
		Use:   "show SUITE [ITEM]",
		Short: "Show what a suite holds, or one item with its truth and what the model sees of it",
		Args:  takes(1, 2, "a suite and, if you like, an item"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := findSuite(args[0])
			if err != nil {
				return err
			}
			if p.K < 1 || p.K > 1000 {
				return usage("k is %d, must be between 1 and 1000", p.K)
			}
			if file != "" {
				connected, err := readPlan(file, a.getenv)
				if err != nil {
					return err
				}
				if cmd.Flags().Changed("k") {
					connected.K = p.K
				}
				if cmd.Flags().Changed("seed") {
					connected.Seed = p.Seed
				}
				if err := connected.checkRetrievers(); err != nil {
					return err
				}
				p = connected
			}
			if len(args) == 1 && arm == "" {
				return a.showSuite(s)
			}
			if len(args) == 1 {
				return a.showPaper(cmd, s, nil, arm, &p)
			}
			i := slices.IndexFunc(s.Items, func(it suites.Item) bool { return it.ID == args[1] })
			if i < 0 {
				return usage("no item %q in suite %s", args[1], s.Name).withHint("viva suites show %s lists the items", args[0])
			}
			if arm != "" {
				return a.showPaper(cmd, s, &s.Items[i], arm, &p)
			}
			return a.showItem(s, s.Items[i])
		},
	}
	cmd.Flags().StringVar(&arm, "arm", "", "print the paper the model would see under this arm, and what was edited; without ITEM, count the items it asks: "+strings.Join(armNames(), ", "))
	cmd.Flags().StringVar(&file, "plan", "", "plan file whose retrievers and tools the arm opens")
	cmd.Flags().IntVar(&p.K, "k", p.K, "passages the retriever may show")
	cmd.Flags().Int64Var(&p.Seed, "seed", p.Seed, "seed of what the laboratory draws: that of the run")
	return cmd
}

func (a *app) showSuite(s *suites.Suite) error {
	fmt.Fprintf(a.stdout, "%s %s (%s)\n%s\ndigest %s\n", s.Name, s.Version, s.License, s.Title, s.Digest())
	if !s.AsOf.IsZero() {
		fmt.Fprintf(a.stdout, "asked as of %s\n", s.AsOf.Format("2006-01-02"))
	}
	g := reports.Grid{Head: []string{"item", "language", "domain", "skill", "answer", "question"}, Left: 6}
	for _, it := range s.Items {
		g.Rows = append(g.Rows, []string{it.ID, it.Language, it.Domain, it.Skill, truth(it.Answer), it.Question})
	}
	return g.Terminal(a.stdout)
}

// truth is an answer as people read it.
func truth(ans suites.Answer) string {
	switch {
	case ans.Kind == "":
		return "(not known)"
	case len(ans.Set) > 0:
		return strings.Join(ans.Set, "; ")
	}
	return ans.Text
}

// showPaper prints the paper of an item under an arm and, marked, what the laboratory did to it; without an item, how many the arm asks.
func (a *app) showPaper(cmd *cobra.Command, s *suites.Suite, it *suites.Item, arm string, p *plan) error {
	l := newLibrary(s, p, nil)
	l.say = a.say
	defer l.Close()
	built, err := l.arms(cmd.Context(), []string{arm})
	if err != nil {
		return err
	}
	if it == nil {
		return a.showArm(s, built[0])
	}
	if b, ok := built[0].Book.(*lab.Book); ok && !b.Applies(*it) {
		return usage("item %s is not asked under arm %s: %s", it.ID, arm, b.LeftOut(*it)).withHint("viva suites show %s --arm %s counts the items that are", s.Name, arm)
	}
	shown, messages, err := runners.Preview(cmd.Context(), s, *it, built[0])
	if err != nil {
		return err
	}
	for _, m := range messages {
		fmt.Fprintf(a.stdout, "--- %s ---\n%s\n", m.Role, m.Content)
	}
	for _, t := range built[0].Tools {
		spec := t.Spec()
		fmt.Fprintf(a.stdout, "--- tool %s ---\n%s\n%s\n", spec.Name, spec.Description, spec.Parameters)
	}
	showEdits(a.stdout, l.laboratory(), shown)
	a.say("expected of the examinee: %s", shown.Expect)
	return nil
}

func (a *app) showItem(s *suites.Suite, it suites.Item) error {
	w := a.stdout
	fmt.Fprintf(w, "item      %s (%s, %s, %s)\nquestion  %s\nanswer    %s", it.ID, it.Language, it.Domain, it.Skill, it.Question, truth(it.Answer))
	if it.Answer.Kind != "" {
		fmt.Fprintf(w, " (%s)", it.Answer.Kind)
	}
	fmt.Fprintln(w)
	for _, alias := range it.Answer.Aliases {
		fmt.Fprintf(w, "also      %s\n", alias)
	}
	for _, t := range it.Traps {
		fmt.Fprintf(w, "trap      %s (%s)\n", truth(t.Answer), t.Cause)
	}
	for _, id := range it.Evidence {
		if p, ok := s.Passage(id); ok {
			fmt.Fprintf(w, "\nevidence  %s: %s\n%s\n", p.ID, p.Title, strings.TrimSpace(p.Text))
		}
	}
	return nil
}

func (a *app) suitesLintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint SUITE…",
		Short: "Check that each item is sound: its evidence is there and holds the answer, its traps are wrong",
		Long: `Lint prints what is wrong with the ground truth of suites, one finding a line with its file, and exits 1.
What an imported suite lacks because its benchmark does is a note: with notes alone lint exits 0.`,
		Args: takes(1, 1000, "at least one suite"),
		RunE: func(_ *cobra.Command, args []string) error {
			failed := false
			for _, name := range args {
				s, err := findSuite(name)
				if err != nil {
					return err
				}
				found := suites.Lint(s)
				if slices.Contains(curated.Names(), name) {
					suites.Locate(found, curated.FS, name)
				} else {
					suites.Locate(found, os.DirFS(name), ".")
				}
				notes := 0
				for _, f := range found {
					fmt.Fprintf(a.stdout, "%s/%s\n", strings.TrimRight(name, "/"), f)
					if f.Level == suites.Note {
						notes++
					}
				}
				failed = failed || len(found) > notes
				a.say("%s: %d items, %d passages, %d findings, %d notes", name, len(s.Items), len(s.Passages), len(found)-notes, notes)
			}
			if failed {
				return &exit{code: exitFailed}
			}
			return nil
		},
	}
}

func (a *app) suitesImportCommand() *cobra.Command {
	importers := suites.Importers()
	var names []string
	long := "Import turns the rows of a public benchmark into a suite folder.\n"
	for _, im := range importers {
		names = append(names, im.Name)
		long += fmt.Sprintf("\n  %-14s%s\n  %-14s%s\n", im.Name, im.Title, "", im.Rows)
	}
	var corpus string
	cmd := &cobra.Command{
		Use:     "import BENCHMARK FILE DIR",
		Short:   "Turn a public benchmark into a suite folder: " + strings.Join(names, ", "),
		Long:    long,
		Example: "  viva suites import financebench qa.jsonl ./financebench",
		Args:    takes(3, 3, "a benchmark, its file and the folder to write"),
		RunE: func(_ *cobra.Command, args []string) error {
			i := slices.Index(names, args[0])
			if i < 0 {
				return usage("unknown benchmark %q", args[0]).withHint("choose from: %s", strings.Join(names, ", "))
			}
			s, err := importFiles(importers[i], args[1], corpus)
			if err != nil {
				return err
			}
			if err := suites.WriteFolder(args[2], s); err != nil {
				return usage("write suite: %w", err)
			}
			a.say("wrote %s: %d items, %d passages\nnext: viva suites lint %s; viva run --suite %s", args[2], len(s.Items), len(s.Passages), args[2], args[2])
			return nil
		},
	}
	cmd.Flags().StringVar(&corpus, "corpus", "", "file with the passages (default: the one beside the questions)")
	return cmd
}

// importFiles opens an importer's files and calls it.
func importFiles(im suites.Importer, rows, corpus string) (*suites.Suite, error) {
	if corpus != "" && im.Corpus == "" {
		return nil, usage("import: %s takes no corpus file", im.Name)
	}
	if corpus == "" {
		var err error
		if corpus, err = im.CorpusBeside(rows); err != nil {
			return nil, usage("import: %w", err).withHint("name it with --corpus FILE")
		}
	}
	questions, err := os.Open(rows)
	if err != nil {
		return nil, usage("import: %w", err)
	}
	defer questions.Close()
	var pages io.Reader
	if corpus != "" {
		f, err := os.Open(corpus)
		if err != nil {
			return nil, usage("import: %w", err)
		}
		defer f.Close()
		pages = f
	}
	s, err := im.Import(questions, pages)
	if err != nil {
		return nil, usage("import %s: %w", rows, err)
	}
	return s, nil
}
