package gate

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/scorers"
)

// Markdown writes a result as a job summary.
func Markdown(w io.Writer, r Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## viva gate: %s\n\n", r.Decision)
	fmt.Fprintf(&b, "Run %s of %s on %s", tableCell(r.Head.ID), tableCell(r.Head.Target), tableCell(r.Head.Suite))
	if r.Base != nil {
		fmt.Fprintf(&b, ", beside %s of %s", tableCell(r.Base.ID), tableCell(r.Base.Target))
	}
	b.WriteString(".\n\n| decision | rule | tier | baseline | run | difference [bounds] | promise | items | why |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range r.Rules {
		fmt.Fprintf(&b, "| **%s** | %s | %s | %s | %s | %s | %s | %d | %s |\n", f.Decision, tableCell(f.Name), f.Tier, f.side(f.Base), f.side(f.Head),
			f.interval(), tableCell(f.Promise), f.Items, tableCell(f.Reason))
	}
	listFlips(&b, r.worsened(), "answers got worse")
	listFlips(&b, r.Standing, "answers break a rule as they stand")
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

// The summary of a job may hold a megabyte: so many flips are named, so many told with question and answers, and of each text so many bytes.
const (
	flipsNamed  = 50
	flipsTold   = 20
	replyQuoted = 800
)

// listFlips folds away answers: a table of them, then the worst with question and answers.
func listFlips(b *strings.Builder, worse []Flip, what string) {
	if len(worse) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%d %s</summary>\n\n| item | arm | was | is | cause | rules that it breaks |\n|---|---|---|---|---|---|\n", len(worse), what)
	for i, f := range worse {
		if i == flipsNamed {
			fmt.Fprintf(b, "| … and %d more | | | | | |\n", len(worse)-i)
			break
		}
		name := tableCell(f.Item)
		if f.Repeat > 0 {
			name += fmt.Sprintf(", repeat %d", f.Repeat)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", name, tableCell(f.Arm), was(f.Base), f.Head, tableCell(string(f.Cause)), tableCell(strings.Join(f.Breaks, "; ")))
	}
	b.WriteString("\n</details>\n")
	for i, f := range worse {
		told := f.told()
		if i == flipsTold || len(told) == 0 {
			break
		}
		fmt.Fprintf(b, "\n<details><summary>%s</summary>\n\n| | |\n|---|---|\n", html.EscapeString(f.String()))
		for _, t := range told {
			fmt.Fprintf(b, "| **%s** | %s |\n", t[0], tableLines(reports.Shorten(t[1], replyQuoted)))
		}
		b.WriteString("\n</details>\n")
	}
}

// was writes the verdict of a baseline, which there may be none of.
func was(v scorers.Verdict) string {
	if v == scorers.Unscored {
		return "–"
	}
	return v.String()
}

// tableCell makes text fit for a table's cell: no markup, no HTML, no formula, one line.
func tableCell(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
		"#", `\#`, "~", `\~`, "$", `\$`).Replace(clean(s))
}

// tableLines does the same and keeps line breaks.
func tableLines(s string) string {
	lines := strings.Split(sift(s), "\n")
	for i := range lines {
		lines[i] = tableCell(lines[i])
	}
	return strings.Join(lines, "<br>")
}

// Annotations writes a result as the workflow commands that GitHub turns into annotations: an error for each broken rule that blocks, a
// warning for each undecided one that must pass, a notice for other rules that did not pass; a broken one comes with the worst of its
// answers. file is the rules file.
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
		message := f.Name + ": " + f.Reason
		if list := r.against(f.Name); len(list) > 0 {
			message += "; the worst of " + fmt.Sprint(len(list)) + " answers: " + list[0].String()
			for _, t := range list[0].told() {
				message += "; " + t[0] + ": " + reports.Shorten(t[1], replyNoted)
			}
		}
		fmt.Fprintf(&b, "::%s file=%s,title=%s::%s\n", level, property(file), property("viva gate: "+f.Decision.String()+": "+f.Name), data(reports.Inert(message)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// replyNoted is how many bytes of a text an annotation holds.
const replyNoted = 200

// data escapes the message of a workflow command, property one of its properties.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(clean(s))
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}
