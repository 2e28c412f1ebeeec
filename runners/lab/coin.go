package lab

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// Made-up names for people and firms. The given names are borne by women and men, since pronouns and verbs around them stay.
var (
	givenNames = map[string][]string{
		"en": {"Robin", "Alex", "Kim", "Sascha", "Toni", "Noa"},
		"hi": {"किरण", "सुमन", "शशि", "ज्योति", "प्रीतम", "कमल"},
	}
	familyNames = map[string][]string{
		"en": {"Keller", "Ashdown", "Vossberg", "Larkin", "Tremayne", "Rohde"},
		"hi": {"परांजपे", "सक्सेना", "भटनागर", "कुलश्रेष्ठ", "मेहरोत्रा", "गोखले"},
	}
	firmNames = map[string][]string{
		"en": {"Calder", "Marwick", "Halvard", "Lindhof", "Penrose", "Varnholt"},
		"hi": {"नर्मदा", "विंध्य", "कावेरी", "अरावली", "चंबल", "सतपुड़ा"},
		"zh": {"启衡", "云溪", "朗越", "恒屿", "清岚", "泽远"},
	}
	hanPersons = []string{"林予", "周岚", "邓远", "蒋宁", "宋澜", "傅青"}
)

// Words that tell a firm from a person, and titles, which stay.
var (
	firmWords = map[string][]string{
		"en": {"gmbh", "ag", "kg", "ltd", "llc", "inc", "plc", "ab", "corp", "company", "group", "logistics", "line", "cargo", "ocean", "systems", "university", "bank", "works"},
		"hi": {"लिमिटेड", "कंट्रोल्स", "लॉजिस्टिक्स", "कास्टिंग्स", "ट्रांसपोर्ट", "कंपनी", "इंडस्ट्रीज", "फार्मा", "डेयरी", "बैंक", "समूह", "सिस्टम्स"},
	}
	// A country or a region does not go by a firm's name.
	placeWords = map[string][]string{
		"en": {"country", "countries", "continent", "region", "regions", "state", "states", "kingdom", "republic", "where", "north", "south", "east", "west", "northern", "southern", "eastern", "western"},
		"hi": {"देश", "राज्य", "प्रदेश", "क्षेत्र", "कहाँ"},
	}
	titles    = []string{"dr", "dr.", "prof", "prof.", "mr", "mr.", "ms", "ms.", "mrs", "mrs.", "डॉ", "डॉ.", "श्री", "श्रीमती"}
	whoWords  = map[string][]string{"en": {"who", "whom"}, "hi": {"कौन", "किसने", "किसे", "किससे", "किसका", "किसकी"}}
	hanFirms  = []string{"公司", "法院", "委员会", "自动化", "集团", "股份", "水务", "物流", "铸造", "科技", "银行", "大学", "环保"}
	hanPlaces = []string{"上海", "北京", "苏州", "宁波", "南通", "无锡", "深圳", "广州", "杭州", "成都", "武汉"}
)

// coined gives exchanges of words that turn a name into another of its kind: every part of a person's name but the title, the first word
// of a firm's or of another proper name. It gives none for places and for what is no proper name, and for Chinese, which writes no words.
func coined(name, question, language string, dice dicer) []map[string]string {
	if language == "zh" || givenNames[language] == nil {
		return nil
	}
	var words []string // folded, titles left out
	proper := true
	for i, span := range text.WordSpans(name) {
		w := text.Words(name)[i]
		if slices.Contains(titles, w) {
			continue
		}
		words = append(words, w)
		first, _ := utf8.DecodeRuneInString(span.Of(name))
		proper = proper && (unicode.IsUpper(first) || language != "en")
	}
	if !proper || len(words) == 0 || len(words) > 5 || language != "en" && len(words) < 2 {
		return nil
	}
	firm := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(firmWords[language], w) })
	asked := text.Words(question)
	if slices.ContainsFunc(append(slices.Clone(asked), words...), func(w string) bool { return slices.Contains(placeWords[language], w) }) {
		return nil
	}
	who := slices.ContainsFunc(asked, func(w string) bool { return slices.Contains(whoWords[language], w) })
	titled := len(words) < len(text.WordSpans(name))
	var all []map[string]string
	for _, i := range dice.Perm(6) {
		m := map[string]string{}
		switch {
		case !firm && (titled || who) && len(words) <= 3:
			for k, w := range words {
				if k == len(words)-1 {
					m[w] = familyNames[language][i]
				} else {
					m[w] = givenNames[language][(i+k)%6]
				}
			}
		default:
			m[words[0]] = firmNames[language][i]
		}
		all = append(all, m)
	}
	return all
}

// exchangeWords writes a name with its words exchanged.
func exchangeWords(s string, words map[string]string) string {
	out, _, _ := change{words: words}.apply(s, "", want{}, false) // nothing is wanted: the words alone
	return out
}

// otherHan gives another Chinese name of the same length: a person's, where the question asks who and the name is short; else a firm's,
// with the two characters exchanged that come after its place.
func otherHan(name, question string, dice dicer) (string, bool) {
	runes := []rune(name)
	if !allHan(runes) || len(runes) < 2 {
		return "", false
	}
	if !slices.ContainsFunc(hanFirms, func(s string) bool { return strings.Contains(name, s) }) {
		if len(runes) > 3 || !strings.Contains(question, "谁") && !strings.Contains(question, "哪位") {
			return "", false
		}
		pick := []rune(hanPersons[dice.IntN(len(hanPersons))])
		if len(runes) == 3 {
			pick = append(pick, '然')
		}
		return string(pick), true
	}
	at := 0
	for _, place := range hanPlaces {
		if strings.HasPrefix(name, place) {
			at = 2
		}
	}
	for at < len(runes) && (runes[at] == '市' || runes[at] == '省') {
		at++
	}
	if at+2 >= len(runes) || slices.Contains(hanFirms, string(runes[at:at+2])) {
		return "", false
	}
	for _, i := range dice.Perm(len(firmNames["zh"])) {
		if pick := []rune(firmNames["zh"][i]); !slices.Equal(pick, runes[at:at+2]) {
			return string(runes[:at]) + string(pick) + string(runes[at+2:]), true
		}
	}
	return "", false
}

func allHan(rs []rune) bool {
	return !slices.ContainsFunc(rs, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}
