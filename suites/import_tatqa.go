package suites

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// tatqaRow is one question with its table and paragraphs.
type tatqaRow struct {
	ID         string     `json:"id"`
	Group      string     `json:"group"`
	Lang       string     `json:"lang"`
	Question   string     `json:"question"`
	Gold       []string   `json:"gold"`
	Scale      string     `json:"scale"`
	AnswerType string     `json:"answer_type"`
	AnswerFrom string     `json:"answer_from"`
	Derivation string     `json:"derivation"`
	Table      [][]string `json:"table"`
	Context    []string   `json:"context"`
}

// ImportTATQA reads TAT-QA rows. Each table with its paragraphs becomes one passage and one source; the gold answer gets its scale
// ("1,496.5" and "million") and a kind, the annotators' derivation is kept where it gives the gold answer.
func ImportTATQA(rows io.Reader) (*Suite, error) {
	s := &Suite{
		Name: "tatqa", Imported: "tatqa", Title: "TAT-QA, tables with text from annual reports", Version: "1.0.0", License: "CC-BY-4.0",
		Description: "Imported from TAT-QA. Many questions name no company: they are meant to be read beside their table.",
	}
	type known struct {
		text  string
		print print
	}
	groups := map[string]known{}
	err := eachRow(rows, "import tatqa", func(row tatqaRow) error {
		if err := present("id", row.ID, "group", row.Group, "question", row.Question, "answer_type", row.AnswerType); err != nil {
			return err
		}
		if _, ok := scaleFactors[row.Scale]; !ok && row.Scale != "percent" {
			return fmt.Errorf(`field "scale": %q is not known: choose "", "thousand", "million", "billion" or "percent"`, row.Scale)
		}
		page := tatqaPassage(row)
		if err := checkID(page.ID); err != nil {
			return fmt.Errorf(`field "group": %w`, err)
		}
		switch before, seen := groups[page.ID]; {
		case !seen && page.Text == "":
			return fmt.Errorf(`fields "table" and "context" are both empty`)
		case !seen:
			groups[page.ID] = known{page.Text, readPrint(page.Title + "\n\n" + page.Text)}
			s.Passages = append(s.Passages, page)
		case before.text != page.Text:
			return fmt.Errorf(`field "group": %q stood above with another table or other paragraphs`, row.Group)
		}
		item, err := tatqaItem(row, page)
		if err != nil {
			return err
		}
		item.printAliases(groups[page.ID].print)
		s.Items = append(s.Items, item)
		if !slices.Contains(s.Languages, item.Language) {
			s.Languages = append(s.Languages, item.Language)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return finish(s), nil
}

func (row tatqaRow) language() string {
	if row.Lang == "" {
		return "en"
	}
	return row.Lang
}

func tatqaPassage(row tatqaRow) Passage {
	var parts []string
	title := ""
	for _, p := range row.Context {
		if p = strings.TrimSpace(unifyLines(p)); p != "" {
			parts = append(parts, p)
			if title == "" {
				title = p
			}
		}
	}
	if table := markdownTable(row.Table); table != "" {
		parts = append(parts, table)
	}
	if words := strings.Fields(title); len(words) > 0 {
		title = strings.TrimRight(strings.Join(words[:min(len(words), 12)], " "), ".,:;")
	} else {
		title = "Table " + row.Group
	}
	return Passage{ID: row.Group, Title: title, Text: trimBody(strings.Join(parts, "\n\n")), Language: row.language(), Origin: "report"}
}

// markdownTable writes rows of cells; the first row is the head.
func markdownTable(rows [][]string) string {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	if width == 0 {
		return ""
	}
	var b strings.Builder
	for i, row := range rows {
		for c := range width {
			cell := ""
			if c < len(row) {
				cell = strings.ReplaceAll(strings.Join(strings.Fields(row[c]), " "), "|", `\|`)
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", width) + "|\n")
		}
	}
	return b.String()
}

func tatqaItem(row tatqaRow, page Passage) (Item, error) {
	it := Item{ID: localID(row.ID), Question: strings.TrimSpace(row.Question), Language: row.language(), Domain: "finance", Source: row.Group, Evidence: []string{page.ID}}
	switch row.AnswerType {
	case "arithmetic":
		it.Skill = Arithmetic
	case "count":
		it.Skill = Counting
	case "span", "multi-span":
		it.Skill = TableLookup
		if row.AnswerFrom == "text" {
			it.Skill = SingleHop
		}
	default:
		return it, fmt.Errorf(`field "answer_type": %q is not known: choose "span", "multi-span", "arithmetic" or "count"`, row.AnswerType)
	}
	currency := ""
	if scaleFactors[row.Scale] > 1 && !countsThings.MatchString(row.Question) {
		currency = onlyCurrency(page.Text)
	}
	var golds []Answer
	for _, gold := range row.Gold {
		if gold = tidy(gold); gold == "" {
			continue
		}
		a := tatqaAnswer(row, gold, currency)
		if !slices.ContainsFunc(golds, func(b Answer) bool { return a.Text == b.Text }) {
			golds = append(golds, a)
		}
	}
	switch len(golds) {
	case 0:
		return it, fmt.Errorf(`field "gold" holds no answer`)
	case 1:
		it.Answer = golds[0]
	default:
		it.Answer.Kind = value.Set
		for _, a := range golds {
			it.Answer.Set = append(it.Answer.Set, a.Text)
		}
	}
	if row.AnswerType == "arithmetic" {
		it.Derivation = adaptDerivation(row.Derivation, it.Answer.Text)
		if f, ok := readFigure(it.Answer.Text); ok && f.scale == "" && strings.Contains(f.digits, ".") {
			it.Answer.Tolerance = f.step() / 2 // annotators round to two places
		}
	}
	return it, nil
}

var (
	countsThings = regexp.MustCompile(`(?i)\b(shares?|stock (options|units)|RSUs?|PSUs?|options|warrants|units|employees|customers|subscribers|number of)\b`)
	asksYear     = regexp.MustCompile(`(?i)\b(which|what|in what|in which) (fiscal |financial )?(years?|periods?|FY)\b|\byears? (does|do|is|are|was|were)\b|^when\b`)
	spanLength   = regexp.MustCompile(`^(?i:about |approximately )?[0-9]+(\.[0-9]+)? (day|week|month|year)s?$`)
	plainCents   = regexp.MustCompile(`US\$|S\$|A\$|C\$|HK\$|NZ\$|RMB|INR|[$£€¥₹]`)
)

// onlyCurrency is the currency sign of a page that shows exactly one.
func onlyCurrency(text string) string {
	sign := ""
	for _, found := range plainCents.FindAllString(text, -1) {
		if sign != "" && sign != found {
			return ""
		}
		sign = found
	}
	return sign
}

// tatqaAnswer types one gold string. Figures get the row's scale, and the page's currency where the scale is one of money. Of a
// sentence that holds one value of the asked kind, that value is the answer.
func tatqaAnswer(row tatqaRow, gold, currency string) Answer {
	if iso, ok := readDate(gold); ok && row.Scale == "" && (len(iso) > 4 || asksYear.MatchString(row.Question)) {
		a := Answer{Kind: value.Date, Text: iso}
		if iso != gold {
			a.Aliases = []string{gold}
		}
		return a
	}
	if spanLength.MatchString(gold) && row.Scale == "" {
		return Answer{Kind: value.Duration, Text: gold}
	}
	f, ok := readFigure(gold)
	if !ok {
		if kind := value.Guess(gold, row.language()).Kind; numeric(kind) {
			return Answer{Kind: kind, Text: gold} // "Four", "AU 9 cents"
		}
		if m, ok := soleValue(row.Question, gold, row.language()); ok && len(row.Gold) == 1 && m.End-m.Start < len(gold) {
			if m.Kind == value.Date {
				return Answer{Kind: value.Date, Text: m.Date.Format(isoDay), Aliases: []string{gold[m.Start:m.End]}}
			}
			return tatqaAnswer(row, gold[m.Start:m.End], currency)
		}
		return Answer{Kind: value.Text, Text: gold}
	}
	if row.AnswerType == "arithmetic" {
		f = f.grouped() // computed figures come as bare digits
	}
	if row.Scale == "percent" {
		f.percent, f.currency = true, ""
		return f.answer(false)
	}
	if row.Scale == "" || f.percent || f.scale != "" {
		return f.answer(false)
	}
	f.scale = row.Scale
	if f.currency == "" {
		f.currency = currency
	}
	return f.answer(true)
}

var (
	grouping    = regexp.MustCompile(`([0-9]),([0-9]{3})`)
	signs       = regexp.MustCompile(currencies)
	percentages = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)\s*%`)
	accounting  = regexp.MustCompile(`(^|[-+*/(]\s*)\(\s*([0-9]+(?:\.[0-9]+)?)\s*\)`)
)

// adaptDerivation rewrites the annotators' arithmetic in our grammar. They leave out the step to percent and to the scale, and
// write some negatives in brackets; of the readings the one that gives the gold answer is kept, and none where none does.
func adaptDerivation(written, gold string) string {
	f, ok := readFigure(gold)
	if !ok {
		return ""
	}
	s := signs.ReplaceAllString(strings.NewReplacer("[", "(", "]", ")", "−", "-", "–", "-", "×", "*").Replace(written), "")
	for grouping.MatchString(s) {
		s = grouping.ReplaceAllString(s, "$1$2")
	}
	s = strings.Join(strings.Fields(percentages.ReplaceAllString(s, "($1 / 100)")), " ")
	factor := ""
	switch {
	case f.percent:
		factor = " * 100"
	case f.scale != "":
		factor = fmt.Sprintf(" * %d", scaleFactors[f.scale])
	}
	negatives := accounting.ReplaceAllString(s, "$1(-$2)")
	for _, reading := range []string{s, "(" + s + ")" + factor, negatives, "(" + negatives + ")" + factor} {
		if d, err := Derive(reading); err == nil && d.Value.Kind == value.Number && f.rounds(d.Value.Num) {
			return reading
		}
	}
	return ""
}
