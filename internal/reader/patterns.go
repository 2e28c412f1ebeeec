package reader

import "regexp"

// Light patterns for the values that questions ask for, in three languages. They find where a value stands; what it is worth is
// not theirs to say.
const (
	digits   = `(?:\d+(?:[,.]\d+)*|[०-९]+(?:[,.][०-९]+)*)`
	scale    = `(?:\s?(?:thousand|million|billion|trillion|lakhs?|crores?|bn|mn|k|百万|千万|万|亿|千|हज़ार|हजार|लाख|करोड़|करोड)(?:\b|[\p{Han}\s]|$))?`
	spelt    = `(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|hundred)`
	hanCount = `(?:[一二两三四五六七八九十百千万零〇]{2,}|[一二两三四五六七八九十半](?:个|名|位|天|人|次|台|件|小时|分钟|年|月|周|页|项|家|套|条|份|款))`
	hiCount  = `(?:एक|दो|तीन|चार|पाँच|पांच|छह|सात|आठ|नौ|दस|बारह|पंद्रह|पन्द्रह|बीस|तीस|पचास|सौ)`
	number   = `(?:` + digits + `(?:\s?(?:thousand|million|billion|lakhs?|crores?|百万|千万|万|亿|हज़ार|हजार|लाख|करोड़|करोड))?|\b` + spelt + `\b|` + hanCount + `)`
	period   = `(?:(?:calendar |business |working |consecutive )?(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?)\b|个?(?:工作日|自然日|星期|小时|月)|天|周|年|分钟|秒|(?:कार्य )?(?:दिवस|दिनों|दिन|सप्ताह|हफ्ते|हफ़्ते|महीनों|महीने|महीना|माह|वर्षों|वर्ष|सालों|साल|घंटों|घंटे|घंटा|मिनट|सेकंड))`
	currency = `(?:[$€£¥₹]|US\$|\b(?:USD|EUR|GBP|INR|CNY|RMB|JPY|CHF)|\bRs\.?|人民币)`
	coin     = `(?:(?:USD|EUR|GBP|INR|CNY|RMB|JPY|CHF|dollars?|euros?|pounds?|rupees?|yuan|cents?|pence)\b|万元|亿元|元|欧元|美元|英镑|卢比|रुपये|रुपए|रुपयों|रु\.?|यूरो|डॉलर|€|₹)`
	month    = `(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?`
	hiMonth  = `(?:जनवरी|फरवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर|दिसंबर|दिसम्बर)`
	measure  = `(?:(?:kg|g|t|km|m|cm|mm|GB|MB|TB|kW|kWh|V|A|W|bar|mbar|ppm|pieces|pcs|units)\b|°C|公里|公斤|千克|吨|毫米|厘米|米|摄氏度|किमी|किलोमीटर|मिमी|सेमी|मीटर|किग्रा|किलो|ग्राम|लीटर|नग|डिग्री)`
	percent  = `(?:%|percent\b|per cent\b|प्रतिशत|फीसदी|फ़ीसदी)`
	year     = `\b(?:19|20)\d\d\b`
)

var figure = regexp.MustCompile(`(?:` + currency + `\s?)?` + number + `(?:\s?(?:` + percent + `|` + period + `|` + measure + `|` + coin + `))?|` + hiCount + `\s` + period)

// patterns finds the values of each kind; several in order of preference.
var patterns = map[want][]*regexp.Regexp{
	aNumber:   {figure},
	aCount:    {figure},
	anAmount:  {regexp.MustCompile(currency + `\s?` + digits + scale + `|` + number + `\s?` + coin), regexp.MustCompile(digits + scale)},
	aDuration: {regexp.MustCompile(`(?:` + number + `|` + hiCount + `|半)[\s-]?(?:\([^)]{1,12}\)\s)?` + period)},
	aPercentage: {regexp.MustCompile(digits + `\s?` + percent + `|百分之[\p{Han}\d.]+|[一二三四五六七八九]折|` +
		`\b` + spelt + ` (?:percent|per cent)\b`)},
	aDate: {
		regexp.MustCompile(`\d{4}-\d{2}-\d{2}|\d{4}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?|` +
			`\b\d{1,2}(?:st|nd|rd|th)?(?: of)? ` + month + `(?:,? \d{4})?|\b` + month + ` \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?\b|\b` + month + `,? \d{4}\b|` +
			`[\d०-९]{1,2} ` + hiMonth + `(?:,? [\d०-९]{4})?|` + hiMonth + ` [\d०-९]{4}|\d{1,2}\s?月\s?\d{1,2}\s?[日号]|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\bQ[1-4] \d{4}\b|\d{4}\s?年第?[一二三四]季度`),
		regexp.MustCompile(year + `|\d{4}年|(?:每月|每年|每季度)[\d\p{Han}]{1,6}[日号月]|\b` + month + `\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:星期|周)[一二三四五六日天]|` + hiMonth +
			`|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार`),
	},
	aYear: {regexp.MustCompile(year + `|\d{4}年|[०-९]{4}`)},
	anID: {
		regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:[-/][A-Z0-9]*\d[A-Z0-9]*)+\b|\bv?\d+\.\d+(?:\.\d+)+\b|\b[A-Z]{1,5}\d{2,}[A-Z0-9]*\b|\bv\d+(?:\.\d+)*\b|#\d+`),
		regexp.MustCompile(`\b\d+\.\d+\b|\b\d{3,}\b|\b[A-Z]{2,}[A-Z0-9-]+\b`),
	},
	aPerson: {
		regexp.MustCompile(`(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?\p{Lu}[\p{L}'’-]+(?: (?:\p{Lu}\.|de|van|von|bin|al)){0,2}(?: \p{Lu}[\p{L}'’-]+)+|` +
			`(?:श्रीमती|श्री|सुश्री|डॉ\.?|प्रो\.?) [\p{Devanagari}]+(?: [\p{Devanagari}]+)?`),
		regexp.MustCompile(`(?:^|[，。；：:、,（(\s]|由|是|为|给|向|与|和|经理|主管|总监|负责人|联系人|主任|部长|代表)` +
			`([王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文]\p{Han}{1,2}|\p{Han}{1,6}(?:[·•]\p{Han}{1,8})+)` +
			`(?:$|[，。；：,、）)（(\s]|负责|担任|先生|女士|经理|主管|批准|签|审|于|在|是|为|和|与|的|将)`),
		regexp.MustCompile(`\b(?:\p{Lu}\. ?)+\p{Lu}[\p{L}'’-]+|\b\p{Lu}\p{Ll}+(?: \p{Lu}[\p{L}'’-]+)*`),
	},
}

// percents finds a percent sign or word right after a figure.
var percents = regexp.MustCompile(`^\s?` + percent)

// periods finds a unit of time.
var periods = regexp.MustCompile(period)

// priced finds what makes a figure an amount or a percentage, and not a count.
var priced = regexp.MustCompile(currency + `|` + coin + `|` + percent)

// offices are capitalised words that name a post or a body, not a person.
var offices = termSet("officer director manager head team department policy office committee board company inc ltd gmbh group division " +
	"president chief council ministry agency service services support desk center centre handbook contract agreement human resources finance legal")

// denial is wording that turns a supporting sentence into a no.
var denial = regexp.MustCompile(`(?i)\b(?:not|no|never|cannot|n't|neither|nor|without|excluded|prohibited|forbidden)\b|n't\b|不|没有|禁止|未|无需|नहीं|मना|वर्जित|निषिद्ध|न तो`)
