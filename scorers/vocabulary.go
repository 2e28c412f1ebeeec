package scorers

import (
	"strings"
	"unicode/utf8"
)

// class is what a function word does in a reply. A word may do several things.
type class uint32

const (
	negates    class = 1 << iota // not, isn't, 不是, नहीं: denies what follows (in Hindi, what stands before)
	none                         // no, nothing, without: denies a noun
	tells                        // say, state, find, know: with a negation, an abstention
	informs                      // information, details, data: with a negation, an abstention
	abstains                     // says by itself that it is not known: unknown, 不知道, अज्ञात
	gives                        // provide, contain, have: an abstention when negated with a word of informs
	light                        // may stand between a negation and what it denies
	hedges                       // probably, 大概, शायद
	past                         // was, previously, 原来, पहले: true once
	retracts                     // wait, sorry, 更正: takes back what stands before
	concludes                    // therefore, total, =, 共, कुल: what follows is the answer
	contrasts                    // but, 但, लेकिन: opens a clause of its own
	concedes                     // while, although, 虽然: its clause is about something else
	joins                        // or, 或, या: offers alternatives
	refutes                      // only, expired, incorrect: denies the premise without a negation
	titles                       // Dr, Ms, 先生: may stand before a surname
	forms                        // GmbH, Ltd: may be left off a company's name
	operates                     // plus, times, 乘以: arithmetic
	ability                      // cannot, unable, impossible: with a verb of working out, an abstention
	computes                     // calculate, compute, assess: working out
	beyond                       // outside: with a word of informs, an abstention
	rises                        // improve, grow: the opposite of falls
	superseded                   // formerly, until: past whatever the tense of the question
	falls                        // loss, decline: what follows is counted downwards
	asks                         // please, you, need: sends the reader elsewhere
)

// rows of the vocabulary, per language. Words are in folded form.
var rows = []struct {
	class class
	words string
}{
	// English.
	{negates, "not isn't aren't wasn't weren't don't doesn't didn't cannot can't couldn't won't wouldn't hasn't haven't hadn't never isnt dont doesnt cant unable neither nor rather instead unlike fails failed lacks lack lacking"},
	{none, "no none nothing without nowhere nobody neither"},
	{tells, "say says said state states stated stating mention mentions mentioned specify specifies specified find found locate located determine determined know knows known tell tells told confirm confirmed verify verified establish established identify identified indicate indicates indicated disclose discloses disclosed list lists listed document documented record recorded answer answered available sure certain clear aware reveal reveals describe describes described detail detailed define defines defined address addresses addressed published deduce infer derive ascertain reported given"},
	{informs, "information info mention mentions detail details data record records indication indications answer answers figure figures documentation evidence reference references knowledge idea clue statement way value number entry entries passage passages document documents source sources context basis text texts excerpt excerpts filing filings access ability breakdown"},
	{abstains, "unknown unclear undetermined undisclosed unspecified unstated undocumented insufficient unanswerable"},
	{gives, "provide provides provided contain contains contained include includes included give gives have has hold holds enough offer offers cover covers covered see"},
	{light, "the a an of than been be being explicitly specifically directly clearly currently actually even yet any such further able to enough sufficient relevant specific just simply about equal approximately exactly precisely only as is it that this these those which there in on for from my your our me us with get can do does really fully publicly really at also anything anywhere what definitively accurately conclusively reliably"},
	{hedges, "think believe probably likely perhaps maybe might guess guessing possibly presumably seems seem appears assume assuming suspect uncertain estimate unsure guesstimate"},
	{past, "was were had gave used formerly previously earlier old older outdated superseded until before former originally past prior past-year replaced last"},
	{superseded, "used formerly previously earlier older outdated superseded until former originally prior replaced last"},
	{retracts, "wait sorry correction scratch oops mistake misspoke apologies"},
	{concludes, "therefore thus hence so total totals totalling sum altogether answer makes equals result conclusion finally overall amounts comes giving leaves now currently equivalent"},
	{contrasts, "but however though yet whereas"},
	{concedes, "while whereas although though unlike despite compared versus vs"},
	{joins, "or either"},
	{refutes, "only expired lapsed forfeited void abolished discontinued withdrawn prohibited forbidden excluded excludes refused rejected false incorrect wrong mistaken contrary contradicts instead cancelled zero ended misunderstanding premise non-existent nonexistent unlimited impossible"},
	{titles, "mr mrs ms miss dr prof professor herr frau sir shri smt sri"},
	{forms, "kg gmbh ag inc ltd llc co corp sa ab bv nv plc se limited company corporation pvt the oy srl spa llp mbh"},
	{operates, "plus minus times multiplied divided less add subtract x"},
	{beyond, "beyond outside exceeds"},
	{falls, "loss losses lost decline declined declines decrease decreased decreases drop dropped drops fell fall falls falling negative down reduction reduced reduces lower shrank shrinks deficit outflow"},
	{rises, "improve improves improved improving increase increases increased increasing grow grows grew growing growth rise rises rose rising higher gain gains gained expand expanded expanding upward"},
	{ability, "cannot can't couldn't unable impossible possible able cant"},
	{computes, "calculate calculated compute computed perform complete assess evaluate analyze analyse help assist retrieve pull"},
	{asks, "please"},
	// Chinese.
	{negates, "不是 并非 并不是 而非 而不是 不再是 不 非 没有 没 未 无 并未 并没有 并不 尚未 不能 不得 不可 不会 无法 未能 不再 不在"},
	{none, "没有 无 没"},
	{tells, "提到 提及 说明 给出 记载 注明 明确 列出 写明 规定 找到 确定 得知 判断 回答 确认 查到 知道 清楚 了解 透露 公布 披露 显示 涉及 包含 查证 推断 指明 标明 写 提供 得出 说"},
	{informs, "信息 资料 记录 数据 内容 说明 记载 答案 依据 规定 线索 材料"},
	{beyond, "超出 超过"},
	{falls, "亏损 下降 减少 降低 下跌 净流出 负增长 缩减"},
	{rises, "提高 增长 上升 改善 增加 上涨"},
	{ability, "无法 不能 未能"},
	{computes, "计算 评估 分析 帮助 提供"},
	{asks, "请"},
	{abstains, "不知道 不清楚 不详 未知 找不到 查不到 不确定 无从得知 无可奉告 暂无 不明确 不明 无法回答 无法确定 无法得知 无法判断 无法确认"},
	{light, "有 相关 任何 具体 直接 此 该 这 从 中 里 被 能 明确 这方面 对此 关于 足够 的 是 过 以"},
	{hedges, "大概 可能 也许 应该是 估计 似乎 或许 猜测 我猜 好像 大约是 想必"},
	{past, "原 原来 之前 此前 以前 旧 旧版 曾 曾经 过去 原先 原为 从前 去年 已作废 已失效"},
	{retracts, "更正 纠正 说错了 抱歉 等等 不对 应为 应该是"},
	{concludes, "共 总计 合计 因此 所以 答案 总共 一共 结论 故 也就是 即 等于 得出 综上 现在 现为 目前 改为 调整为 缩短为 延长为 提高到 降至 增至"},
	{contrasts, "但 但是 而 而是 不过 然而 却"},
	{concedes, "虽然 尽管 相比 与此相对 另外"},
	{joins, "或 或者 还是 要么"},
	{refutes, "仅 只 仅限 作废 取消 禁止 不存在 失效 过期 错误 有误 不成立 停产 停用 清零 不予 拒绝 不允许 无需 无须 不需要 不必"},
	{titles, "先生 女士 小姐 博士 教授 经理 总监"},
	{forms, "有限公司 公司 股份 集团 有限责任公司"},
	{operates, "加 减 乘 乘以 除以 加上 减去"},
	// Hindi.
	{negates, "नहीं नही न ना बिना मत"},
	{none, "कोई नहीं नही"},
	{tells, "ज्ञात पता मालूम बताया बताई बताए बता दिया दी दिए लिखा लिखी मिला मिली मिलता मिलती मिल निश्चित कह स्पष्ट उल्लिखित दर्ज जानता जानती जानते उपलब्ध कहा पुष्टि निर्धारित मौजूद किया"},
	{informs, "जानकारी सूचना उल्लेख विवरण उत्तर जवाब आंकड़ा डेटा रिकॉर्ड दस्तावेज़ दस्तावेज स्रोत"},
	{rises, "बढ़ा बढ़ी बढ़े बढ़कर वृद्धि सुधार बेहतर"},
	{falls, "घाटा हानि गिरावट कमी घटकर घटा गिरा कम"},
	{asks, "कृपया"},
	{abstains, "अज्ञात अस्पष्ट अनिश्चित"},
	{light, "गया गई गए है हैं था थी में से का की के भी सकता सकती सकते कोई यह यहां कहीं स्पष्ट रूप कि हो रही रहा किया कुछ हुआ हुई मुझे इस बारे इसकी इसका पाया पाई जा"},
	{hedges, "शायद संभवतः सम्भवतः संभव अनुमान लगता अंदाज़ा अंदाजा मानना शायद"},
	{past, "पहले पुराना पुराने पुरानी था थी थे पूर्व पिछले पिछला पिछली"},
	{retracts, "माफ़ माफ क्षमा सुधार रुकिए गलती"},
	{concludes, "कुल अतः इसलिए उत्तर यानी अर्थात योग बराबर कुलमिलाकर अब"},
	{contrasts, "लेकिन मगर परंतु परन्तु किंतु किन्तु बल्कि जबकि पर"},
	{concedes, "जबकि हालांकि हालाँकि यद्यपि"},
	{joins, "या अथवा"},
	{refutes, "केवल सिर्फ़ सिर्फ मात्र समाप्त रद्द निषिद्ध वर्जित मना गलत ग़लत अमान्य बंद असत्य"},
	{titles, "श्री श्रीमती सुश्री डॉ डॉक्टर जी"},
	{forms, "लिमिटेड प्राइवेट कंपनी प्रा लि"},
	{operates, "गुणा जोड़ घटा भाग"},
}

// vocabulary holds every function word with its classes; hanStart gives for a Han rune the length in runes of the longest word
// that begins with it.
var vocabulary, hanStart = buildVocabulary()

func buildVocabulary() (map[string]class, map[rune]int) {
	m, first := map[string]class{}, map[rune]int{}
	for _, row := range rows {
		for w := range strings.FieldsSeq(row.words) {
			w = plainHindi(w)
			m[w] |= row.class
			if r, _ := utf8.DecodeRuneInString(w); isHan(r) {
				first[r] = max(first[r], utf8.RuneCountInString(w))
			}
		}
	}
	return m, first
}

// plainHindi drops the nukta and writes every nasal mark as a dot, which Hindi spelling leaves free.
func plainHindi(w string) string {
	return strings.NewReplacer("\u093c", "", "\u0901", "\u0902", "\u095c", "\u0921", "\u095d", "\u0922", "\u095b", "\u091c", "\u095e", "\u092b").Replace(w)
}

func isHan(r rune) bool { return r >= 0x3400 && r <= 0x9FFF || r == '〇' }
