package prompt

import (
	"crypto/sha256"
	"encoding/hex"
)

// Version is the version of the templates. It rises whenever a word of a paper without tools changes.
const Version = "1"

// template is the wording of a paper in one language. There is one system message for papers without tools and one for papers with them.
type template struct {
	language string
	system   string
	tools    string // the system message of a paper with tools
	passages string // heads the passages section
	edition  string // stands before an edition's date, inside the brackets that close a passage's heading
	asOf     string // stands before the date of the question
	question string // stands before the question
	notKnown string
}

var english = template{
	language: "en",
	system: "You are sitting an examination. Answer the question briefly, in English: give the value or the name that is asked for, in one " +
		"short sentence, without explanation.\n" +
		"Passages may be printed before the question. If there are passages, answer from them alone; if there are none, answer from what " +
		"you know. A passage's heading may state the date of its edition; the answer must hold on the date of the question, when one is stated.\n" +
		"If the answer cannot be had in this way, reply with exactly this sentence: Not known.",
	tools: "You are sitting an examination. Answer the question briefly, in English: give the value or the name that is asked for, in one " +
		"short sentence, without explanation.\n" +
		"Tools are at hand. Call them to look up what the question asks for, as often as you need to, and answer from what they return " +
		"alone. The heading of a passage may state the date of its edition; the answer must hold on the date of the question, when one is stated.\n" +
		"If the answer cannot be had in this way, reply with exactly this sentence: Not known.",
	passages: "Passages:",
	edition:  "edition of ",
	asOf:     "Date: ",
	question: "Question: ",
	notKnown: "Not known.",
}

var chinese = template{
	language: "zh",
	system: "你正在参加一场考试。请用中文简短回答问题：只用一句短话给出所问的数值或名称，不作解释。\n" +
		"问题之前可能印有资料。如有资料，只根据资料回答；如没有资料，根据你所知道的回答。资料的标题可能注明其版本日期；如注明了提问日期，答案应以该日期为准。\n" +
		"如果这样无法得出答案，请只回答这一句：不知道。",
	tools: "你正在参加一场考试。请用中文简短回答问题：只用一句短话给出所问的数值或名称，不作解释。\n" +
		"你可以使用工具。请调用工具查找问题所问的内容，可按需要多次调用，并只根据工具返回的内容回答。资料的标题可能注明其版本日期；如注明了提问日期，答案应以该日期为准。\n" +
		"如果这样无法得出答案，请只回答这一句：不知道。",
	passages: "资料：",
	edition:  "版本日期 ",
	asOf:     "日期：",
	question: "问题：",
	notKnown: "不知道。",
}

var hindi = template{
	language: "hi",
	system: "आप एक परीक्षा दे रहे हैं। प्रश्न का उत्तर हिन्दी में संक्षेप में दें: जो मान या नाम पूछा गया है, उसे एक छोटे वाक्य में बिना व्याख्या के बताएँ।\n" +
		"प्रश्न से पहले अनुच्छेद छपे हो सकते हैं। यदि अनुच्छेद हों, तो केवल उन्हीं के आधार पर उत्तर दें; यदि न हों, तो अपनी जानकारी से उत्तर दें। " +
		"अनुच्छेद के शीर्षक में उसके संस्करण की तिथि लिखी हो सकती है; यदि प्रश्न की तिथि दी गई हो, तो उत्तर उस तिथि को सही होना चाहिए।\n" +
		"यदि इस प्रकार उत्तर न मिले, तो केवल यह वाक्य लिखें: ज्ञात नहीं।",
	tools: "आप एक परीक्षा दे रहे हैं। प्रश्न का उत्तर हिन्दी में संक्षेप में दें: जो मान या नाम पूछा गया है, उसे एक छोटे वाक्य में बिना व्याख्या के बताएँ।\n" +
		"आपके पास टूल उपलब्ध हैं। प्रश्न में जो पूछा गया है उसे खोजने के लिए आवश्यकतानुसार कितनी भी बार टूल का उपयोग करें, और केवल उनसे मिली जानकारी के आधार पर उत्तर दें। " +
		"अनुच्छेद के शीर्षक में उसके संस्करण की तिथि लिखी हो सकती है; यदि प्रश्न की तिथि दी गई हो, तो उत्तर उस तिथि को सही होना चाहिए।\n" +
		"यदि इस प्रकार उत्तर न मिले, तो केवल यह वाक्य लिखें: ज्ञात नहीं।",
	passages: "अनुच्छेद:",
	edition:  "संस्करण तिथि ",
	asOf:     "तिथि: ",
	question: "प्रश्न: ",
	notKnown: "ज्ञात नहीं।",
}

// templates lists them all, English first; the order is part of the digest.
func templates() [3]*template { return [3]*template{&english, &chinese, &hindi} }

// templateFor returns the template of a language, English for one that has none.
func templateFor(lang string) *template {
	for _, t := range templates() {
		if t.language == lang {
			return t
		}
	}
	return &english
}

// NotKnown returns the exact sentence that a paper in the language invites when the answer cannot be had; the English one for a
// language without a template.
func NotKnown(lang string) string { return templateFor(lang).notKnown }

// Digest identifies the wording of all papers without tools: the first 16 hexadecimal characters of a SHA-256.
func Digest() string {
	parts := []string{Version, fence}
	for _, t := range templates() {
		parts = append(parts, t.language, t.system, t.passages, t.edition, t.asOf, t.question, t.notKnown)
	}
	return digest(parts)
}

// ToolsDigest identifies the wording of all papers with tools, which can change without the others.
func ToolsDigest() string {
	parts := []string{Digest()}
	for _, t := range templates() {
		parts = append(parts, t.tools)
	}
	return digest(parts)
}

func digest(parts []string) string {
	h := sha256.New()
	for _, s := range parts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
