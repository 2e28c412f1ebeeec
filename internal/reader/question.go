package reader

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// want is the kind of value a question asks for.
type want uint8

const (
	anything want = iota
	aReason       // why, how, what it means: prose, never a figure alone
	aNumber       // of anything: "how much", "how large"
	aCount        // "how many": no money, no percentage
	anAmount      // of money
	aPercentage
	aDate
	aYear
	aDuration
	aPerson
	anID
	yesOrNo
)

// measured reports whether values of the kind are told by their form, so that a sentence or cell without one is no answer.
func (w want) measured() bool { return w >= aNumber && w <= aDuration }

// question is what the reader makes of a question's wording.
type question struct {
	folded string
	wants  want
	unit   string         // the term of what is counted: "how many days"
	period bool           // what is counted is time
	terms  map[string]int // its index terms, numbered; at most 64
	names  uint64         // capitalised words, years, identifiers: what the question is about
	exact  uint64         // those of them with a digit, which have no other spelling
	pairs  uint64         // terms that are pairs of Han characters
	asides uint64         // terms that stand only in sentences that ask nothing
}

// maxTerms is how many terms of a question are looked at: as many as a mask has bits.
const maxTerms = 64

// scaffolding is what a question is asked with: words that no answer repeats.
var scaffolding = regexp.MustCompile(`多少|什么时候|什么|哪一|哪个|哪位|哪些|哪|何时|何|是否|能否|可否|吗|呢|请问|根据|几|谁|的|是|有|了|在|为|与|和|及|由|应|需|要|\s+`)

// fiscalYear finds a year written as FY2025 or FY25, where a statement heads its columns with 2025.
var fiscalYear = regexp.MustCompile(`\bFY ?'?(?:20)?(\d\d)\b`)

var scaffoldTerms = termSet("many much long often kind please according tell give name exactly currently does " +
	"may might must shall need want get got give take make least most " +
	"बताएँ बताइए कृपया अनुसार कितनी कितने कितना कौन कब")

func termSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, t := range text.Terms(words) {
		set[t] = true
	}
	return set
}

func readQuestion(s string, a *text.Analyzer) *question {
	s = fiscalYear.ReplaceAllString(text.Normalize(s), "20$1")
	q := &question{folded: text.Fold(s), terms: make(map[string]int)}
	q.wants, q.unit, q.period = expect(q.folded, a)

	spans := text.Sentences(s)
	asking := func(p text.Span) bool { return strings.ContainsAny(s[p.Start:p.End], "?？") || len(spans) == 1 }
	for _, p := range spans { // what is asked first, then what is said around it
		if asking(p) {
			q.addTerms(p.Of(s), a)
		}
	}
	asked := len(q.terms)
	for _, p := range spans {
		if !asking(p) {
			q.addTerms(p.Of(s), a)
		}
	}
	if asked > 0 {
		for id := asked; id < len(q.terms); id++ {
			q.asides |= 1 << id
		}
	}
	q.markNames(s, a)
	return q
}

// addTerms adds the index terms of one sentence of the question, without the words that only ask.
func (q *question) addTerms(s string, a *text.Analyzer) {
	if text.Detect(s) == "zh" {
		s = scaffolding.ReplaceAllString(s, " ")
	}
	for _, t := range a.Append(nil, s) {
		if _, dup := q.terms[t]; dup || scaffoldTerms[t] || len(q.terms) == maxTerms {
			continue
		}
		r, n := utf8.DecodeRuneInString(t)
		han := unicode.Is(unicode.Han, r)
		if han && n == len(t) { // a lone character says too little
			continue
		}
		if han {
			q.pairs |= 1 << len(q.terms)
		}
		q.terms[t] = len(q.terms)
	}
}

// markNames marks the terms of words with a digit and of capitalised words inside the question.
func (q *question) markNames(s string, a *text.Analyzer) {
	for i, w := range text.WordSpans(s) {
		word := w.Of(s)
		r, _ := utf8.DecodeRuneInString(word)
		digit := strings.ContainsFunc(word, unicode.IsDigit)
		if !digit && (i == 0 || !unicode.IsUpper(r)) {
			continue
		}
		for _, t := range a.Append(nil, word) {
			if id, ok := q.terms[t]; ok {
				q.names |= 1 << id
				if digit {
					q.exact |= 1 << id
				}
			}
		}
	}
}

// mask returns which of the question's terms are among the given ones.
func (q *question) mask(terms []string) uint64 {
	var m uint64
	for _, t := range terms {
		if id, ok := q.terms[t]; ok {
			m |= 1 << id
		}
	}
	return m
}

// cue is wording that gives away what is asked for.
type cue struct {
	pattern *regexp.Regexp
	wants   want
}

// cues are tried in order and the first that matches wins, so the narrower stand first. They look at a folded question with a
// space at either end.
var cues = map[string][]cue{
	"en": {
		{regexp.MustCompile(`\bwhy\b|\bhow (?:is|are|was|were|does|do|did|can|should|would|will)\b|\bwhat (?:caused|causes|led|explains|impacted|affected)\b|` +
			`\bwhat (?:does|do|did) .*\b(?:mean|include|consist|refer|represent|relate|comprise|do)\b|\bwhat is included\b`), aReason},
		{regexp.MustCompile(`^ (?:by |to |for |with |from |under |of )?who(?:m|se)?\b|[,;.:?!] who(?:m|se)?\b`), aPerson},
		{regexp.MustCompile(`\bhow (?:long|soon|quickly|often|frequently)\b|\bwhat (?:is the )?(?:duration|length of time)\b|\bnotice period\b|` +
			`\b(?:what|which) (?:\w+ )?time\b|\blead time\b|\bresponse time\b|\bfor how many (?:days|weeks|months|years|hours)\b`), aDuration},
		{regexp.MustCompile(`\bwhat (?:percentage|percent|share|proportion)\b|\b(?:in|by how many) per ?cent\b|\bas a share of\b|` +
			`\b(?:percentage|discount|interest rate|tax rate)\b`), aPercentage},
		{regexp.MustCompile(`\b(?:what|which|in what|in which) (?:fiscal |financial )?year\b`), aYear},
		{regexp.MustCompile(`^ (?:since |by |until |till |from |on )?when\b|\bwhen (?:is|are|was|were|do|does|did|will|would|must|can|should|may|has|have|had)\b|` +
			`\b(?:what|which|on what|by what) (?:date|day|month|quarter)\b|\bdeadline\b|\bby when\b|\b(?:expiry|start|end|due|effective|delivery) date\b`), aDate},
		{regexp.MustCompile(`\bhow many\b`), aCount},
		{regexp.MustCompile(`\b(?:how much|what) (?:does|do|did|is|was|are|were|money|will|would|must|may|can|could|should|has|have|had)\b.*\b(?:costs?|pay|paid|spend|spent|charged?|owe|worth|deduct|refund|reimburse|earn|bill)\b|` +
			`\bhow much money\b|\b(?:net|gross|order|contract|total|invoice) (?:value|total|sum)\b|` +
			`\b(?:price|cost|fee|salary|amount|budget|revenues?|invoice total|allowance|premium|penalty|deposit|net sales|net income|expenses?)\b`), anAmount},
		{regexp.MustCompile(`\b(?:invoice|ticket|order|contract|serial|part|model|account|article|case|purchase order|reference|customer|employee|project) (?:number|id|code|no\.?)\b|` +
			`\b(?:what|which) \w+ (?:number|code|id|reference)\b|\bwhich (?:invoice|ticket|contract|version|release|id|sku|code)\b|\bwhat (?:version|sku|code|id)\b`), anID},
		{regexp.MustCompile(`\bhow (?:much|far|large|big|high|fast|heavy|wide|old|deep|tall|hot)\b|` +
			`\bwhat is the (?:number|maximum|minimum|limit|capacity|temperature|weight|range|quantity)\b`), aNumber},
		{regexp.MustCompile(`\bwho(?:m|se)?\b|\bwhich (?:person|employee|manager)\b|\bname of the (?:person|manager|director|head|contact)\b`), aPerson},
		{regexp.MustCompile(`^ (?:is|are|was|were|does|do|did|can|may|must|has|have|had|should|will|could)\b|[.?!] (?:is|are|does|do|did|can|may|must|has|have|should|will)\b`), yesOrNo},
	},
	"zh": {
		{regexp.MustCompile(`为什么|为何|如何|怎样|怎么(?:样|办|做|处理|申请|计算|算|写|填)|什么意思`), aReason},
		{regexp.MustCompile(`多久|多长时间|期限是多长|有多长`), aDuration},
		{regexp.MustCompile(`百分之|百分比|比例|比率|折扣|税率|几成`), aPercentage},
		{regexp.MustCompile(`哪一?年`), aYear},
		{regexp.MustCompile(`何时|什么时候|哪一?天|哪个月|几月|几号|日期|截止`), aDate},
		{regexp.MustCompile(`(?:多少|几)个?(?:天|个|人|名|次|台|件|小时|分钟|年|月|周|页|项|位|家|套|条|份|款|工作日)`), aCount},
		{regexp.MustCompile(`多少钱|多少(?:万|亿|欧|美|人民币)?元|价格|费用|金额|单价|总价|预算|工资|补贴|押金|违约金|货款|预付款|尾款|总额`), anAmount},
		{regexp.MustCompile(`谁|哪位|哪一位|叫什么名字|联系人是|负责人是`), aPerson},
		{regexp.MustCompile(`编号|单号|合同号|发票号|订单号|型号|版本号`), anID},
		{regexp.MustCompile(`多少|几|多[大高重远深宽长快]`), aNumber},
		{regexp.MustCompile(`吗|是否|能否|可否|是不是|能不能|有没有`), yesOrNo},
	},
	"hi": {
		{regexp.MustCompile(`\sक्यों[\s?]|\sकैसे[\s?]`), aReason},
		{regexp.MustCompile(`कितने समय|कितनी देर|कितनी अवधि|अवधि कितनी`), aDuration},
		{regexp.MustCompile(`प्रतिशत|फीसदी|\sछूट[\s?]`), aPercentage},
		{regexp.MustCompile(`किस (?:वर्ष|साल|सन)`), aYear},
		{regexp.MustCompile(`\sकब[\s?]|किस (?:तारीख|तिथि|दिनांक|दिन|महीने)|तारीख क्या|अंतिम तिथि`), aDate},
		{regexp.MustCompile(`कितन[ेी] (?:कार्य )?(?:दिन|दिवस|लोग|कर्मचारी|बार|घंट|मिनट|महीन|साल|वर्ष|हफ्त|सप्ताह)`), aCount},
		{regexp.MustCompile(`कीमत|मूल्य|रकम|शुल्क|राशि|लागत|वेतन|बजट|भत्ता|किराया|कितने (?:रुपये|रुपए|पैसे|यूरो|डॉलर)`), anAmount},
		{regexp.MustCompile(`कौन (?:है|हैं|था|थे|करता|करते|करती|करेगा)|किसने|\sकिसे[\s?]|किसका|किसके|किससे|का नाम क्या`), aPerson},
		{regexp.MustCompile(`क्रमांक|कोड|आईडी|संस्करण संख्या`), anID},
		{regexp.MustCompile(`कितन[ेी]`), aCount},
		{regexp.MustCompile(`कितना`), aNumber},
		{regexp.MustCompile(`^ क्या `), yesOrNo},
	},
}

// counted finds the words after "how many".
var counted = regexp.MustCompile(`\bhow many (\w+)(?: (\w+))?|(?:多少|几)个?(工作日|小时|分钟|星期|[天月周年人名次台件页项位家套条份款])|कितन[ेीा] ([\p{Devanagari}]+)(?: ([\p{Devanagari}]+))?`)

// expect tells from the folded wording what is asked for, the term of what is counted ("" when nothing is), and whether that is a
// unit of time.
func expect(folded string, a *text.Analyzer) (wants want, unit string, isPeriod bool) {
	lang := text.Detect(folded)
	folded = " " + folded + " "
	for _, c := range cues[lang] {
		if !c.pattern.MatchString(folded) {
			continue
		}
		if c.wants != aNumber && c.wants != aCount && c.wants != aDuration {
			return c.wants, "", false
		}
		for _, word := range counted.FindStringSubmatch(folded) {
			term := word
			if lang != "zh" {
				terms := a.Append(nil, word)
				if len(terms) != 1 { // the whole match, or a word that says nothing
					continue
				}
				term = terms[0]
			} else if strings.ContainsAny(word, "多少几") {
				continue
			}
			if time := periods.MatchString(word); word != "" && (time || unit == "") { // "how many working days" counts days
				unit, isPeriod = term, time
			}
		}
		return c.wants, unit, isPeriod
	}
	return anything, "", false
}
