package gate

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes a result as a job summary.
func Markdown(w io.Writer, r Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## viva gate: %s\n\n", r.Decision)
	fmt.Fprintf(&b, "Run `%s` of %s on %s", tableCell(r.Head.ID), tableCell(r.Head.Target), tableCell(r.Head.Suite))
	if r.Base != nil {
		fmt.Fprintf(&b, ", beside `%s` of %s", tableCell(r.Base.ID), tableCell(r.Base.Target))
	}
	b.WriteString(".\n\n| decision | rule | tier | baseline | run | difference [bounds] | promise | items | why |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range r.Rules {
		fmt.Fprintf(&b, "| **%s** | %s | %s | %s | %s | %s | %s | %d | %s |\n", f.Decision, tableCell(f.Name), f.Tier, f.side(f.Base), f.side(f.Head),
			f.interval(), tableCell(f.Promise), f.Items, tableCell(f.Reason))
	}
	var worse []Flip
	for _, f := range r.Flips {
		if f.Worse {
			worse = append(worse, f)
		}
	}
	if len(worse) > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%d answers got worse</summary>\n\n| item | arm | was | is | cause |\n|---|---|---|---|---|\n", len(worse))
		for i, f := range worse {
			if i == 50 {
				fmt.Fprintf(&b, "| … and %d more | | | | |\n", len(worse)-i)
				break
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", tableCell(f.Item), tableCell(f.Arm), f.Base, f.Head, tableCell(string(f.Cause)))
		}
		b.WriteString("\n</details>\n")
	}
	if r.Cost != nil {
		fmt.Fprintf(&b, "\n%s.\n", tableCell(r.Cost.String()))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "\n> %s\n", tableCell(n))
	}
	fmt.Fprintf(&b, "\nBounds are one-sided at %g %% each.\n", 100*(1-r.Alpha))
	_, err := io.WriteString(w, b.String())
	return err
}

// tableCell makes text fit for a table's cell.
func tableCell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "`", "'").Replace(clean(s))
}

// Annotations writes a result as the workflow commands that GitHub turns into annotations: an error for each broken rule that blocks, a
// warning for each undecided one that must pass, a notice for other rules that did not pass. file is the rules file.
func Annotations(w io.Writer, file string, r Result) error {
	var b strings.Builder
	for _, f := range r.Rules {
		level := "notice"
		switch {
		case f.Decision == Pass:
			continue
		case f.Decision == Fail && f.Tier != Advisory:
			level = "error"
		case f.Tier == Critical:
			level = "warning"
		}
		fmt.Fprintf(&b, "::%s file=%s,title=%s::%s\n", level, property(file), property("viva gate: "+f.Decision.String()+": "+f.Name), data(f.Name+": "+f.Reason))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// data escapes the message of a workflow command, property one of its properties.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(clean(s))
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}
