package suites

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// financeRow is one question with its gold answer and the pages that support it.
type financeRow struct {
	ID       string   `json:"id"`
	Lang     string   `json:"lang"`
	Question string   `json:"question"`
	Gold     []string `json:"gold"`
	// Justification shows the sum where the answer was computed.
	Justification string `json:"justification"`
	Evidence      []struct {
		Page string `json:"page"`
		Text string `json:"text"`
	} `json:"evidence"`
	Meta struct {
		Doc       string `json:"doc"`
		Reasoning string `json:"reasoning"`
	} `json:"meta"`
}

// financePage is one page of a filing.
type financePage struct {
	ID   string `json:"id"`
	Doc  string `json:"doc"`
	Page *int   `json:"page"` // counted from 0
	Text string `json:"text"`
}

// ImportFinanceBench reads FinanceBench questions and the pages of the filings they are about. With a nil corpus the passages are
// the evidence excerpts of the rows, which makes retrieval too easy. Answers are prose upstream; their kinds are inferred by the
// rules of financeAnswer.
func ImportFinanceBench(qa, corpus io.Reader) (*Suite, error) {
	s := &Suite{
		Name: "financebench", Imported: "financebench", Title: "FinanceBench, questions about company filings", Version: "1.0.0",
		License:     "not stated by the source, CC-BY-NC-4.0 on its data set card",
		Description: "Imported from FinanceBench. Passages are pages of 10-K, 10-Q and 8-K filings.",
	}
	pages, prints := map[string]bool{}, map[string]print{}
	if corpus != nil {
		err := eachRow(corpus, "import financebench: corpus", func(page financePage) error {
			p, err := page.passage()
			if err != nil || pages[p.ID] {
				return errors.Join(err, repeated(pages[p.ID], p.ID))
			}
			pages[p.ID], prints[p.ID] = true, readPrint(p.Title+"\n\n"+p.Text)
			s.Passages = append(s.Passages, p)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	err := eachRow(qa, "import financebench", func(row financeRow) error {
		if err := present("id", row.ID, "question", row.Question, "meta.doc", row.Meta.Doc); err != nil {
			return err
		}
		if len(row.Gold) == 0 || tidy(row.Gold[0]) == "" {
			return errors.New(`field "gold" holds no answer`)
		}
		it := Item{ID: localID(row.ID), Question: strings.TrimSpace(unifyLines(row.Question)), Language: row.Lang, Domain: "finance",
			Source: row.Meta.Doc, Answer: financeAnswer(row.Question, row.Gold)}
		if it.Language == "" {
			it.Language = "en"
		}
		for i, e := range row.Evidence {
			if err := checkID(e.Page); err != nil {
				return fmt.Errorf(`field "evidence[%d].page": %w`, i, err)
			}
			switch {
			case pages[e.Page]:
			case corpus != nil:
				return fmt.Errorf(`field "evidence[%d].page": the corpus has no page %q: is it the corpus of these rows?`, i, e.Page)
			default:
				p := Passage{ID: e.Page, Title: pageTitle(e.Page), Text: trimBody(unifyLines(e.Text)), Language: it.Language, Origin: "filing"}
				if p.Text == "" {
					return fmt.Errorf(`field "evidence[%d].text" is missing or empty`, i)
				}
				pages[e.Page], prints[e.Page] = true, readPrint(p.Title+"\n\n"+p.Text)
				s.Passages = append(s.Passages, p)
			}
			if !slices.Contains(it.Evidence, e.Page) {
				it.Evidence = append(it.Evidence, e.Page)
			}
		}
		it.Skill = financeSkill(row, it)
		for _, id := range it.Evidence {
			it.printAliases(prints[id])
		}
		s.Items = append(s.Items, it)
		if !slices.Contains(s.Languages, it.Language) {
			s.Languages = append(s.Languages, it.Language)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return finish(s), nil
}

func repeated(again bool, id string) error {
	if again {
		return fmt.Errorf(`field "id": page %q stands twice`, id)
	}
	return nil
}

func (page financePage) passage() (Passage, error) {
	if err := present("id", page.ID, "doc", page.Doc, "text", page.Text); err != nil {
		return Passage{}, err
	}
	if err := checkID(page.ID); err != nil {
		return Passage{}, fmt.Errorf(`field "id": %w`, err)
	}
	title := pageTitle(page.ID)
	if page.Page != nil {
		title = fmt.Sprintf("%s, page %d", strings.ReplaceAll(page.Doc, "_", " "), *page.Page+1)
	}
	return Passage{ID: page.ID, Title: title, Text: trimBody(unifyLines(page.Text)), Language: "en", Origin: "filing"}, nil
}

// pageTitle reads a title off an ID such as ADOBE_2015_10K#p58, whose pages count from 0.
func pageTitle(id string) string {
	doc, page, _ := strings.Cut(id, "#p")
	title := strings.ReplaceAll(doc, "_", " ")
	if n, err := strconv.Atoi(page); err == nil {
		title = fmt.Sprintf("%s, page %d", title, n+1)
	}
	return title
}

func financeSkill(row financeRow, it Item) string {
	reads := !computes.MatchString(row.Justification) && row.Meta.Reasoning == "" || strings.HasPrefix(row.Meta.Reasoning, "Information extraction")
	figures := numeric(it.Answer.Kind)
	switch {
	case !reads && figures:
		return Arithmetic
	case len(it.Evidence) > 1:
		return TwoHop
	case reads && figures:
		return TableLookup
	}
	return SingleHop
}

// computes recognises a sum that is written out: an operator between figures, and an equals sign.
var computes = regexp.MustCompile(`[0-9] [-+*/] .*[0-9].* = `)

var (
	asksYesNo     = regexp.MustCompile(`(?i)(^|[.,:;]\s+)(does|do|did|is|are|was|were|has|have|had|can|could|will|would|should)\s`)
	leadYesNo     = regexp.MustCompile(`^(?i)(yes|no)\b`)
	asksAmount    = regexp.MustCompile(`(?i)\b(how much|how many|amount|quantity|total|what (is|was|were|are))\b`)
	asksNoFigure  = regexp.MustCompile(`(?i)\b(nature|purpose|agenda|why|drove|drivers?|reason|outcome|who|describe)\b`)
	asksShare     = regexp.MustCompile(`(?i)(%|\bpercent|\b(rate|margin|growth|share|how much|how many)\b)`)
	askedScale    = regexp.MustCompile(`(?i)\bin (?:USD|US dollars?|\$|dollars?)?\s*\(?(thousand|million|billion)s?\b`)
	askedDecimals = regexp.MustCompile(`(?i)\b(one|two|three) decimal`)
	inMoney       = regexp.MustCompile(`(?:` + currencies + `)\s?[0-9][0-9,]*(?:\.[0-9]+)?\s*(?i:(?:` + scales + `)\b)?`)
	inPercent     = regexp.MustCompile(`[-−]?[0-9]+(?:\.[0-9]+)?\s*(?:%|(?i:percentage points?|percent\b|per cent\b))`)
	fromTo        = regexp.MustCompile(`(?i)\bfrom\b.*\bto\b`)
)

// financeAnswer infers the kind of a gold answer, in this order:
//
//  1. A gold that is one figure is money, percent or number by its signs. A scale that the question asks for ("in USD millions")
//     is applied; decimals that are all zero go; fewer decimals than the question asks for are a rounded zero. Where the question asks
//     for decimals, the tolerance is half of the last one.
//  2. Yes or no at the head of the gold, where the question asks yes or no, is a bool.
//  3. Prose with exactly one amount, where the question asks for an amount, is that amount; likewise exactly one percentage.
//  4. Prose "from A to B" with exactly two percentages, where the question asks how much changed, is the set of the two.
//  5. A list of three or more short members, where the question asks "what are" or "which", is a set.
//  6. Everything else is text, as it stands.
//
// Further accepted answers become aliases where they have the same kind.
func financeAnswer(question string, golds []string) Answer {
	a := financeGold(question, tidy(golds[0]))
	for _, other := range golds[1:] {
		if b := financeGold(question, tidy(other)); b.Kind == a.Kind && b.Text != "" && b.Text != a.Text {
			a.Aliases = append(a.Aliases, b.Text)
		}
	}
	return a
}

func financeGold(question, gold string) Answer {
	if f, ok := readFigure(gold); ok {
		return askedFigure(question, f)
	}
	if lead := leadYesNo.FindString(gold); lead != "" && asksYesNo.MatchString(question) {
		return Answer{Kind: value.Bool, Text: strings.ToLower(lead)}
	}
	amounts, shares := inMoney.FindAllString(gold, -1), inPercent.FindAllString(gold, -1)
	figures := asksAmount.MatchString(question) && !asksNoFigure.MatchString(question)
	switch {
	case figures && len(amounts) == 1 && len(shares) == 0:
		if f, ok := readFigure(amounts[0]); ok {
			return f.answer(false)
		}
	case figures && len(amounts) == 0 && len(shares) == 1 && asksShare.MatchString(question):
		return percentAnswer(shares[0])
	case figures && len(shares) == 2 && fromTo.MatchString(gold) && strings.Contains(question, "chang"):
		return Answer{Kind: value.Set, Set: []string{percentAnswer(shares[0]).Text, percentAnswer(shares[1]).Text}}
	}
	if members := listed(question, gold); members != nil {
		return Answer{Kind: value.Set, Set: members}
	}
	return Answer{Kind: value.Text, Text: gold}
}

func askedFigure(question string, f figure) Answer {
	m := askedScale.FindStringSubmatch(question)
	scaled := m != nil && f.scale == "" && !f.percent
	if scaled {
		f.scale = strings.ToLower(m[1])
	}
	if f.kind() == value.Money {
		f = f.trimmed().grouped()
	}
	a := f.answer(scaled)
	if f.currency == "$" && strings.Contains(question, "USD") {
		a.Unit = "USD"
	}
	if m := askedDecimals.FindStringSubmatch(question); m != nil {
		asked := map[string]int{"one": 1, "two": 2, "three": 3}[strings.ToLower(m[1])]
		a.Tolerance = 0.5 * math.Pow10(-asked) * float64(scaleFactors[f.scale])
	}
	return a
}

// percentAnswer types a share. Percentage points are a unit of their own: a rise by one is not one per cent.
func percentAnswer(s string) Answer {
	if strings.Contains(strings.ToLower(s), "point") {
		return Answer{Kind: value.Number, Text: strings.TrimSpace(s)}
	}
	digits := strings.TrimSpace(s[:strings.LastIndexAny(s, "0123456789")+1])
	return Answer{Kind: value.Percent, Text: strings.Replace(digits, "−", "-", 1) + "%"}
}

var (
	asksSeveral = regexp.MustCompile(`(?i)\b(what are|which)\b`)
	listBreak   = regexp.MustCompile(`\s*,\s*(?:and\s+)?|\s+and\s+`)
)

// listed splits a list of short members that stands alone or after a colon.
func listed(question, gold string) []string {
	if !asksSeveral.MatchString(question) {
		return nil
	}
	if i := strings.LastIndex(gold, ": "); i >= 0 {
		gold = gold[i+2:]
	}
	members := listBreak.Split(strings.TrimSuffix(strings.TrimSpace(gold), "."), -1)
	if len(members) < 3 || strings.Contains(gold, "\n") {
		return nil
	}
	for _, m := range members {
		if n := len(strings.Fields(m)); n == 0 || n > 4 {
			return nil
		}
	}
	return members
}
