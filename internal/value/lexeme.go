package value

import "time"

// role is the part a function word plays beside a figure. A word has at most one.
type role uint8

const (
	plain      role = iota
	label           // section, clause, page: the number after it names a place, not a quantity
	softLabel       // order, invoice, room: likewise, but not before a noun in the plural
	edition         // edition, handbook: the year before it names a document
	article         // a, an
	and             // joins the parts of one figure
	of              // and its kin
	per             // "per cent"
	cent            // "per cent"
	percent         // percent, %
	percentage      // "percentage point"
	point           // "point", decimal or "percentage point"
	basis           // "basis point"
	working         // "working days"
	than
	more
	less
	at
	least
	most
	up
	to
	or
	not
	minus
	fiscal // FY, fiscal, financial
	yearly // the word "year" itself, in "fiscal year 2026"
	quarter
	ordinal // first … fourth, in "third quarter"; num holds it
	half
	percentBefore  // 百分之
	permilleBefore // 千分之
	boundBefore    // a word before the figure that alone sets the bound
	boundAfter     // a word after the figure that alone sets the bound
	measure        // a counting word: 个, 台, 人
	andHalf        // 个半 between figure and unit
	nth            // 第
	from           // Hindi से, in "से अधिक"
	pronounish     // the, this, no: "one" after it is a pronoun
	within         // within, for, after: "a week" after it is one week
	clock          // am, pm, o'clock: the figure is a time of day
)

// numeral classes of words.
type numeralClass uint8

const (
	noNumeral   numeralClass = iota
	small                    // 0 to 19, and every Hindi number to 99
	tens                     // twenty … ninety
	hundred                  // multiplies what stands before it
	addHalf                  // साढ़े: half more than the number after it
	addQuarter               // सवा: a quarter more
	lessQuarter              // पौने: a quarter less
)

// lexeme is all that the reader knows of one word.
type lexeme struct {
	num      float64
	numeral  numeralClass
	scale    float64
	unit     *unit
	currency string
	minor    float64 // of a currency's hundredth: 0.01
	month    time.Month
	role     role
	bound    Bound
	hindi    bool // numerals of different languages do not join
	article  bool // Hindi एक and English one: a number only beside a unit
}

// unit is a row of the closed table of units. Figures of one dim convert by factor; those of different dims never compare.
type unit struct {
	name   string
	dim    string
	factor float64
}

// Dimensions of the table. Calendar months have no fixed length in days and stay apart from them.
const (
	timeDim  = "time"     // in seconds
	monthDim = "calendar" // in months
	workDim  = "workday"  // in working days
	ppDim    = "pp"       // in percentage points
)

var units = map[string]*unit{}

var lexicon = buildLexicon()

func buildLexicon() map[string]*lexeme {
	m := map[string]*lexeme{}
	at := func(w string) *lexeme {
		l := m[w]
		if l == nil {
			l = &lexeme{}
			m[w] = l
		}
		return l
	}
	for _, u := range unitTable {
		row := &unit{u.name, u.dim, u.factor}
		units[u.name] = row
		for _, w := range fields(u.words) {
			at(w).unit = row
		}
	}
	for _, c := range currencyTable {
		for _, w := range fields(c.words) {
			at(w).currency = c.code
		}
		for _, w := range fields(c.minor) {
			l := at(w)
			l.currency, l.minor = c.code, 0.01
		}
	}
	for w, n := range englishNumbers {
		l := at(w)
		l.num, l.numeral = n, small
		if n >= 20 {
			l.numeral = tens
		}
	}
	at("one").article = true
	at("hundred").numeral = hundred
	at("hundreds").numeral = noNumeral
	for i, forms := range hindiNumbers {
		for _, w := range fields(forms) {
			l := at(w)
			l.num, l.numeral, l.hindi = float64(i), small, true
			l.article = i == 1
		}
	}
	for w, n := range hindiFractions {
		l := at(hindiKey(w))
		l.num, l.numeral, l.hindi = n, small, true
	}
	for w, c := range hindiAdders {
		l := at(hindiKey(w))
		l.numeral, l.hindi = c, true
	}
	l := at("सौ")
	l.numeral, l.hindi = hundred, true
	for w, s := range scaleWords {
		at(hindiKey(w)).scale = s
	}
	for i, forms := range monthWords {
		for _, w := range fields(forms) {
			at(w).month = time.Month(i + 1)
		}
	}
	for r, forms := range roleWords {
		for _, w := range fields(forms) {
			at(w).role = r
		}
	}
	for i, forms := range ordinalWords {
		for _, w := range fields(forms) {
			l := at(w)
			l.role, l.num = ordinal, float64(i+1)
		}
	}
	for b, forms := range boundsBefore {
		for _, w := range fields(forms) {
			l := at(w)
			l.role, l.bound = boundBefore, b
		}
	}
	for b, forms := range boundsAfter {
		for _, w := range fields(forms) {
			l := at(w)
			l.role, l.bound = boundAfter, b
		}
	}
	return m
}
