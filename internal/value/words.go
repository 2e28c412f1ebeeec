package value

import "strings"

// fields splits a row of the word tables and brings each word into the form in which the reader looks it up.
func fields(s string) []string {
	ws := strings.Fields(s)
	for i, w := range ws {
		ws[i] = hindiKey(w)
	}
	return ws
}

// hindiKey removes what Hindi spelling leaves free: the nukta (करोड़ or करोड), and the choice of nasal dot (पाँच or पांच).
func hindiKey(w string) string {
	var b []byte
	for i, r := range w {
		k, n := devanagari(r)
		if n == 1 && k == r {
			if b != nil {
				b = append(b, string(r)...)
			}
			continue
		}
		if b == nil {
			b = append(b, w[:i]...)
		}
		if n > 0 {
			b = append(b, string(k)...)
		}
	}
	if b == nil {
		return w
	}
	return string(b)
}

// devanagari maps a rune to its free-spelling class; n is 0 where the rune vanishes.
func devanagari(r rune) (k rune, n int) {
	switch r {
	case 0x093C, 0x200C, 0x200D: // nukta and joiners
		return 0, 0
	case 0x0901: // candrabindu
		return 0x0902, 1
	case 0x0958:
		return 0x0915, 1
	case 0x0959:
		return 0x0916, 1
	case 0x095A:
		return 0x0917, 1
	case 0x095B:
		return 0x091C, 1
	case 0x095C:
		return 0x0921, 1
	case 0x095D:
		return 0x0922, 1
	case 0x095E:
		return 0x092B, 1
	case 0x095F:
		return 0x092F, 1
	}
	return r, 1
}

var englishNumbers = map[string]float64{
	"zero": 0, "nil": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}

// hindiNumbers are 0 to 99 in their common spellings. Each number under a hundred has a word of its own.
var hindiNumbers = [...]string{
	"शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह छः छ छे छै", "सात", "आठ", "नौ",
	"दस", "ग्यारह", "बारह", "तेरह", "चौदह", "पंद्रह पन्द्रह पंद्रह", "सोलह", "सत्रह", "अठारह अट्ठारह", "उन्नीस",
	"बीस", "इक्कीस", "बाईस बाइस", "तेईस तेइस", "चौबीस", "पच्चीस", "छब्बीस", "सत्ताईस सत्ताइस", "अट्ठाईस अट्ठाइस अठ्ठाईस अठ्ठाइस अठाईस अठाइस", "उनतीस उन्तीस",
	"तीस", "इकतीस इकत्तीस", "बत्तीस", "तैंतीस तेंतीस तैतीस", "चौंतीस चौतीस", "पैंतीस पैतीस", "छत्तीस", "सैंतीस सैतीस", "अड़तीस", "उनतालीस उन्तालीस उनचालीस",
	"चालीस", "इकतालीस", "बयालीस बियालीस", "तैंतालीस तैतालीस तिरतालीस", "चौवालीस चवालीस चौंवालीस", "पैंतालीस पैतालीस", "छियालीस", "सैंतालीस सैतालीस", "अड़तालीस", "उनचास उन्चास",
	"पचास", "इक्यावन", "बावन", "तिरपन तिरेपन", "चौवन चौअन", "पचपन", "छप्पन", "सत्तावन", "अट्ठावन अठावन अठ्ठावन", "उनसठ",
	"साठ", "इकसठ", "बासठ", "तिरसठ तिरेसठ", "चौंसठ चौसठ", "पैंसठ पैसठ", "छियासठ", "सड़सठ", "अड़सठ", "उनहत्तर उनहतर",
	"सत्तर", "इकहत्तर", "बहत्तर", "तिहत्तर", "चौहत्तर", "पचहत्तर", "छिहत्तर", "सतहत्तर", "अठहत्तर", "उनासी उन्यासी",
	"अस्सी", "इक्यासी", "बयासी", "तिरासी", "चौरासी", "पचासी", "छियासी", "सत्तासी सतासी", "अट्ठासी अठासी", "नवासी",
	"नब्बे", "इक्यानवे इक्यानबे", "बानवे बानबे", "तिरानवे तिरानबे", "चौरानवे चौरानबे", "पचानवे पंचानवे पचानबे", "छियानवे छियानबे", "सत्तानवे सत्तानबे", "अट्ठानवे अठानवे अट्ठानबे", "निन्यानवे निन्यानबे",
}

var hindiFractions = map[string]float64{"डेढ़": 1.5, "ढाई": 2.5, "आधा": 0.5, "आधे": 0.5, "आधी": 0.5, "पौन": 0.75, "चौथाई": 0.25}

var hindiAdders = map[string]numeralClass{"साढ़े": addHalf, "सवा": addQuarter, "पौने": lessQuarter}

var scaleWords = map[string]float64{
	"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "millions": 1e6, "billions": 1e9, "thousands": 1e3,
	"k": 1e3, "mn": 1e6, "mio": 1e6, "mln": 1e6, "bn": 1e9, "bln": 1e9, "mrd": 1e9, "tn": 1e12, "trn": 1e12,
	"lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "crore": 1e7, "crores": 1e7, "cr": 1e7,
	"हज़ार": 1e3, "लाख": 1e5, "करोड़": 1e7, "अरब": 1e9, "खरब": 1e11, "मिलियन": 1e6, "बिलियन": 1e9, "ट्रिलियन": 1e12,
	// Letters that are scales only beside money or in capitals; see scaleAt.
	"m": 1e6, "b": 1e9, "mm": 1e6, "l": 1e5,
}

var monthWords = [...]string{
	"january jan जनवरी", "february feb फरवरी फ़रवरी", "march mar मार्च", "april apr अप्रैल", "may मई", "june jun जून",
	"july jul जुलाई", "august aug अगस्त", "september sep sept सितंबर सितम्बर", "october oct अक्टूबर अक्तूबर",
	"november nov नवंबर नवम्बर", "december dec दिसंबर दिसम्बर",
}

var ordinalWords = [...]string{"first 1st पहली पहला प्रथम", "second 2nd दूसरी दूसरा द्वितीय", "third 3rd तीसरी तीसरा तृतीय", "fourth 4th चौथी चौथा चतुर्थ"}

var roleWords = map[role]string{
	label: "section sections clause clauses article page pages chapter step table figure fig appendix annex annexe schedule paragraph para item row rule " +
		"exhibit footnote note § line question part धारा पृष्ठ खंड अनुच्छेद अध्याय तालिका परिशिष्ट बिंदु चरण",
	softLabel: "order orders invoice invoices ticket tickets po room building batch case request project customer level tier phase gate bay dock contract extension 订单 发票 工单 合同 房间 ऑर्डर टिकट चालान",
	edition: "edition version policy handbook release manual report guide catalogue catalog agreement price-list pricelist list plan " +
		"版 版本 手册 版手册 版政策 संस्करण नीति पुस्तिका अनुबंध",
	article: "a an", and: "and & और एवं तथा 零 又 余", of: "of the", per: "per", cent: "cent",
	percent:    "percent pct % प्रतिशत फीसदी फ़ीसदी 个百分之",
	percentage: "percentage", point: "point points", basis: "basis",
	working: "working business work calendar कार्य कार्यदिवसीय", than: "than", more: "more greater higher longer larger", less: "less fewer lower shorter smaller",
	at: "at", least: "least minimum min", most: "most maximum max", up: "up", to: "to", or: "or", not: "not no never cannot nobody without", minus: "minus negative 负 ऋण",
	fiscal: "fy fiscal financial 财年 财政年度 वित्त वित्तीय", quarter: "तिमाही",
	half: "half", percentBefore: "百分之", permilleBefore: "千分之",
	measure: "个 台 件 人 名 位 次 份 项 条 套 张 辆 只 家 种 户 间 座 箱 批 笔 本 页 款 层 个人 席 票 股 盒 组 道",
	andHalf: "个半", nth: "第", from: "से",
	pronounish: "this that which any every each some another someone whichever either neither",
	within:     "within in for after takes lasts is",
	clock:      "am pm a.m p.m o'clock uhr 点 点钟 时 बजे",
}

var boundsBefore = map[Bound]string{
	About:   "about around approximately approx roughly circa ca nearly almost some ~ ≈ ≃ 约 大约 大概 近 将近 接近 约为 लगभग करीब तकरीबन क़रीब",
	Over:    "over above exceeding exceeds exceed exceeded beyond > 超过 大于 高于 多于 逾 超",
	Under:   "under below < 少于 低于 小于 不到 不足",
	AtLeast: "≥ 至少 不少于 不低于 最少 起码 न्यूनतम",
	AtMost:  "≤ 最多 至多 不超过 不多于 不高于 最高 上限为 अधिकतम",
}

var boundsAfter = map[Bound]string{
	AtLeast: "以上 起", AtMost: "以下 以内 之内 तक", About: "左右 上下 前后", Over: "多",
}
