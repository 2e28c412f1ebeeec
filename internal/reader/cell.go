package reader

import (
	"math/bits"
	"regexp"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// extractCell picks the cell of a row that the question asks for: the one whose column's label shares most with the question,
// among those that the question does not give itself.
func (d *desk) extractCell(u *unit, a *text.Analyzer) (value string, fit float64) {
	if d.q.wants == yesOrNo {
		return yesNo(text.Detect(d.q.folded), !denial.MatchString(u.text)), 1
	}
	best, bestScore := -1, -1.0
	for i, cell := range u.cells {
		if cell == "" || !hasContent(cell) {
			continue
		}
		own := d.mask(cell, a)
		terms := len(d.buf)
		score := 0.0
		if i < len(u.labels) {
			label := d.mask(u.labels[i], a)
			score += 2 * float64(bits.OnesCount64(label))
			if n := len(d.buf); n > 0 {
				score += float64(bits.OnesCount64(label)) / float64(n) // of two labels that share a word, the closer
			}
			if d.q.wants != anything && labelFits(d.q.wants, u.labels[i]) {
				score += 0.5
			}
		}
		if own != 0 && (i == 0 || bits.OnesCount64(own) >= terms) { // it names the row
			score -= 3
		}
		if i == 0 {
			score -= 0.6 // the first column names the row
		}
		if d.q.wants != anything {
			if fits(d.q.wants, cell, at(u.labels, i)) {
				score++
			} else {
				score--
			}
		}
		if score > bestScore || best < 0 {
			best, bestScore = i, score
		}
	}
	if best < 0 {
		return "", 0
	}
	label := at(u.labels, best)
	switch {
	case fits(d.q.wants, u.cells[best], label):
		fit = 1
	case d.q.wants.measured():
		return "", 0
	default:
		fit = unfit
	}
	return addUnit(text.Normalize(markdown.Replace(u.cells[best])), label), fit
}

// fits reports whether a cell can be a value of the kind, with the unit that its column's label adds.
func fits(w want, cell, label string) bool {
	switch w {
	case anything:
		return true
	case aPerson, aReason:
		return hasLetters(cell) && (w == aReason || !strings.ContainsAny(cell, "0123456789"))
	case aDate, aYear, anID, aDuration, aPercentage:
		cell = addUnit(text.Normalize(cell), label)
		for _, p := range patterns[w] {
			if p.MatchString(cell) {
				return true
			}
		}
		return false
	}
	switch {
	case !strings.ContainsAny(cell, "0123456789०१२३४५६७८९"), patterns[aDate][0].MatchString(cell):
		return false
	case w == anAmount:
		return !strings.ContainsAny(cell, "%％")
	case w == aCount:
		return !priced.MatchString(cell)
	}
	return true
}

// labelFits reports whether a column's label speaks of the kind.
func labelFits(w want, label string) bool {
	p := labelCues[w]
	return p != nil && p.MatchString(text.Fold(label))
}

var counts = regexp.MustCompile(`number|count|quantity|qty|units|total|stock|days|数|量|कुल|संख्या|मात्रा|दिन`)

var labelCues = map[want]*regexp.Regexp{
	anAmount:    regexp.MustCompile(`price|cost|fee|amount|total|salary|rate|value|budget|eur|usd|inr|cny|[€$₹¥]|价|费|金额|元|合计|कीमत|मूल्य|शुल्क|राशि|रु`),
	aNumber:     counts,
	aCount:      counts,
	aPercentage: regexp.MustCompile(`%|percent|rate|share|discount|率|折扣|比例|प्रतिशत|छूट`),
	aDate:       regexp.MustCompile(`date|day|due|from|until|valid|start|end|deadline|日期|时间|期|तिथि|तारीख|दिनांक`),
	aDuration:   regexp.MustCompile(`days|hours|months|weeks|time|period|term|天|小时|期限|时间|周期|दिन|घंट|अवधि|समय`),
	aPerson:     regexp.MustCompile(`name|owner|manager|contact|responsible|head|person|姓名|负责|联系|经理|नाम|प्रबंधक|संपर्क|प्रमुख`),
	anID:        regexp.MustCompile(`id|number|no\b|code|ref|sku|编号|号|代码|क्रमांक|कोड`),
}

// bracketed finds the unit in a label such as "Price (EUR)" or "单价（元）".
var bracketed = regexp.MustCompile(`[(（\[]([^()（）\[\]]{1,20})[)）\]]`)

// bare is a number without a unit.
var bare = regexp.MustCompile(`^[\d०-९][\d०-९.,]*$`)

// unitLabels are the bracketed words that are units and not remarks.
var unitLabels = regexp.MustCompile(`(?i)^(?:(?:in )?(?:[$€£¥₹%]|us\$|eur|usd|inr|cny|rmb|gbp|chf|kg|g|t|km|m|cm|mm|gb|mb|tb|ms|s|min|h|kw|kwh|v|a|°c|` +
	`(?:working |business |calendar )?days?|hours?|weeks?|months?|years?|minutes?|seconds?|units?|pieces?|pcs|percent|` +
	`(?:thousands|millions|billions)(?: of)?(?: \w{3,7})?|(?:eur|usd|inr|cny|€|\$|₹) ?(?:thousands?|millions?|billions?|k|m|bn)|` +
	`元|万元|亿元|欧元|美元|天|个?工作日|小时|周|个?月|年|分钟|件|台|个|人|公斤|千克|吨|米|रुपये|रु\.?|रुपए|दिन|घंटे|माह|महीने|वर्ष|प्रतिशत|लाख|करोड़|यूरो|किग्रा))$`)

// addUnit completes a bare number with the unit that stands in brackets in its column's label.
func addUnit(value, label string) string {
	if !bare.MatchString(value) {
		return value
	}
	m := bracketed.FindStringSubmatch(text.Normalize(label))
	if m == nil || !unitLabels.MatchString(strings.TrimSpace(m[1])) {
		return value
	}
	unit := strings.TrimPrefix(strings.TrimSpace(m[1]), "in ")
	if strings.ContainsAny(unit, "$€£¥₹") && len(unit) <= 3 {
		return unit + value
	}
	return value + " " + unit
}

// hasContent reports whether a cell holds more than dashes.
func hasContent(cell string) bool { return strings.Trim(cell, "-–—. n/aNA") != "" }
