package grounded

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// light words carry the discourse and claim nothing about the world: connectives, words for the source itself, reporting verbs,
// and the words of courtesy with which models open and close.
var light = set(`
additionally moreover furthermore however therefore thus hence overall finally firstly secondly lastly meanwhile nonetheless nevertheless
instead likewise similarly consequently ultimately generally specifically particularly notably importantly essentially typically
usually often sometimes always commonly mostly mainly largely primarily simply actually indeed certainly likely possibly potentially
perhaps probably various several many multiple numerous certain different other another others either neither whether although though
despite unless without within along among across upon toward towards around based according following given provided using used use uses
include includes including included etc related regarding concerning due via per well also may might must shall cannot
passage passages text texts context article document documents information data source sources provided provides provide mention
mentioned mentions mentioning state states stated stating describe describes described describing discuss discusses discussed note
noted notes report reported reports explain explains explained indicate indicates indicated indicating suggest suggests suggested
suggesting highlight highlights highlighted emphasize emphasizes emphasized refer refers referred say says said summary summarize
conclusion answer question answers questions sure help hope here's let's please above below example instance e.g i.e step steps key
important make makes made making get gets help helps need needs needed want one two first second third next last lot way ways thing
things something someone people person may can't don't doesn't it's that's there's you're they're
具体 体来 来说 总之 此外 另外 因此 所以 然而 但是 根据 据资 资料 文中 提到 提供 信息 以下 上述 可以 我们 他们 它们 这个 那个 这些 那些 以及
इसलिए लेकिन किंतु परंतु अनुसार जानकारी दस्तावेज़ दस्तावेज पाठ उत्तर प्रश्न संदर्भ बताया दिया गया कहा उल्लेख तथा एवं
`)

// negations turn a statement round.
var negations = set(`
not no never none nothing nobody neither nor without cannot can't don't doesn't didn't won't wouldn't isn't aren't wasn't weren't hasn't
haven't hadn't couldn't shouldn't lacks lack lacking unavailable unable fails
不 没 没有 未 无 非 不是 不会 不能 并非 并未 不得 不可 不含 不需 无需 尚未 从未
नहीं न ना मत बिना नही
`)

// general words are so common, in any kind of text, that a writer brings them along without claiming anything of his own: basic
// verbs, adjectives of degree and quality, nouns without a subject. One that the source lacks counts half.
var general = set(`
take takes took taken taking give gives gave given giving come comes came coming go goes went gone going keep keeps kept keeping
find finds found finding know known knowing become becomes became becoming begin begins began start starts started starting stop
continue continues continued continuing remain remains remained remaining seem seems appear appears lead leads led leading follow
follows followed following bring brings brought set sets put puts show shows showed shown showing see sees seen allow allows allowed
allowing enable enables ensure ensures ensuring provide providing create creates created creating choose choosing chose consider
considers considered considering achieve achieves achieved achieving require requires required requiring involve involves involved
involving offer offers offered offering receive receives received receiving work works worked working play plays played try tries
tried trying turn turns turned move moves moved moving hold holds held holding call calls called calling face faces faced facing
cause causes caused causing result results resulted resulting affect affects affected affecting change changes changed changing
depend depends depending determine determined determining expect expected believe believed feel feels think thought look looks looking
good better best great bad worse worst big small large high low long short new old early late easy difficult hard different similar
same able possible necessary essential crucial vital useful helpful effective significant strong clear specific general common
popular main major full whole able available additional further recent recently currently current previous previously past present
especially even still already yet again quickly easily directly potential potentially possible real right proper properly
time times day days year years week month place area part parts kind type types form number amount level range case fact issue
issues problem problems reason reasons factor factors process option options choice benefit benefits effect effects nature role
detail details idea point side end beginning total others everyone anyone today ongoing
`)

func set(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[text.Fold(w)] = true
	}
	return m
}
