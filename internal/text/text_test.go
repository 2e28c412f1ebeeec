package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ in, want, why string }{
		{"plain text", "plain text", "nothing to do"},
		{"ＥＵＲ １，２５０", "EUR 1,250", "full width"},
		{"“28” days – it’s", `"28" days - it's`, "quotes and dashes"},
		{"−5 °C", "-5 °C", "minus sign"},
		{"1\u202f250\u00a0000", "1 250 000", "narrow and no-break spaces"},
		{"a\u200bb\u202ec\ufeff", "abc", "zero width and bidi controls"},
		{"a\r\nb\rc\u2028d", "a\nb\nc\nd", "line ends stay lines"},
		{"ﬁle", "file", "ligature"},
		{"e\u200b\u0301", "é", "composed after the control is gone"},
		{"१२ दिन", "१२ दिन", "Devanagari digits have no compatible form"},
		{"क\u093c", "क\u093c", "excluded from composition"},
		{"全形，標點：（１）", "全形,標點:(1)", "Chinese punctuation that has an ASCII form"},
		{"Tab\there", "Tab here", "tab"},
		{"a\xffb", "a\ufffdb", "invalid byte"},
	} {
		if got := Normalize(c.in); got != c.want {
			t.Errorf("%s: Normalize(%q) = %q, want %q", c.why, c.in, got, c.want)
		}
	}
}

// What Normalize takes for inert is so by the tables of NFKC, alone and after every other inert rune of a sample.
func TestInertRunes(t *testing.T) {
	var all []rune
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) && inert(r) && plain(r) == r {
			all = append(all, r)
		}
	}
	for i, r := range all {
		for _, s := range []string{string(r), "a" + string(r), "क" + string(r), string([]rune{r, '\u094d', all[(i*7919)%len(all)]})} {
			if got := norm.NFKC.String(s); got != s {
				t.Fatalf("%q is %q in NFKC", s, got)
			}
		}
	}
}

// Every rune alone and after a letter: what Normalize gives is left alone by Normalize.
func TestNormalizeIsIdempotentOnEveryRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || r > 0x2FFFF && r < 0xE0000 || r > 0xE01FF { // nothing assigned there, or for private use
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "\u0301"} {
			once := Normalize(s)
			if twice := Normalize(once); twice != once {
				t.Fatalf("%U: %q, then %q", r, once, twice)
			}
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Lena BRANDT", "lena brandt"},
		{"Café Straße", "cafe strasse"},
		{"Łódź Øre Æsir", "lodz ore aesir"},
		{"ΑΘΉΝΑ", "αθήνα"},
		{"हिन्दी", "हिन्दी"},
		{"ＡＢＣ公司", "abc公司"},
		{"x\u0301", "x"},
		{"€5", "€5"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "en"}, {"12 + 3", "en"}, {"How many days?", "en"}, {"年假有多少天？", "zh"}, {"कितने दिन की छुट्टी?", "hi"},
		{"系统使用 PostgreSQL 数据库", "zh"}, {"Meridian में कितने कर्मचारी हैं?", "hi"}, {"What does 年假 mean in English?", "en"},
	} {
		if got := Detect(c.in); got != c.want {
			t.Errorf("Detect(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string
	}{
		{"", ""},
		{"Don't pay 1,250.00 EUR!", "don't|pay|1,250.00|eur"},
		{"It’s INV-20417, v2.3.1 at 12.5%", "it's|inv|20417|v2.3.1|at|12.5"},
		{"e-mail a_b (x)", "e|mail|a_b|x"},
		{"U.S.A. end.", "u.s.a|end"},
		{"年假28天", "年|假|28|天"},
		{"कितने दिन की छुट्टी? १२।", "कितने|दिन|की|छुट्टी|१२"},
		{"３天 ＡＢ", "3|天|ab"},
		{"--- ... ___", ""},
		{"a\r\nB", "a|b"},
		{"Ünïcode naïve", "unicode|naive"},
	} {
		if got := strings.Join(Words(c.in), "|"); got != c.want {
			t.Errorf("Words(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"How many employees were hired in the branches?", "mani|employe|hire|branch"},
		{"年假有多少天", "年假|假有|有多|多少|少天"},
		{"共28天", "共|28|天"},
		{"कर्मचारियों की छुट्टियाँ", "कर्मचार|छुट्ट"},
		{"लड़का लड़के लडकों", "लडक|लडक|लडक"},
		{"Router-X2 costs 1,250", "router|x2|cost|1,250"},
	} {
		if got := strings.Join(Terms(c.in), "|"); got != c.want {
			t.Errorf("Terms(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

// An Analyzer that has read other texts gives the terms that a new one gives.
func TestAnalyzerRemembersNothingButStems(t *testing.T) {
	var a Analyzer
	for range 2 {
		for _, s := range seeds {
			if diff := cmp.Diff(strings.Join(Terms(s), "|"), strings.Join(a.Append(nil, s), "|")); diff != "" {
				t.Errorf("%q: %s", s, diff)
			}
		}
	}
	if got := a.Append([]string{"kept"}, "Two hires"); strings.Join(got, "|") != "kept|two|hire" {
		t.Errorf("appended to a slice: %q", got)
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct{ in, want, why string }{
		{"One. Two! Three? Four", "One.|Two!|Three?|Four", "plain"},
		{"Dr. Rao met Prof. Lee. They left.", "Dr. Rao met Prof. Lee.|They left.", "titles"},
		{"Acme Inc. The firm grew.", "Acme Inc.|The firm grew.", "abbreviation at the end"},
		{"Acme Inc. pays. Acme Ltd. Germany pays.", "Acme Inc. pays.|Acme Ltd. Germany pays.", "abbreviation inside"},
		{"See No. 7 of e.g. Delhi. No. It is not.", "See No. 7 of e.g. Delhi.|No.|It is not.", "No. before a number and as a word"},
		{"It costs 3.14 EUR. J. Smith pays.", "It costs 3.14 EUR.|J. Smith pays.", "decimal and initial"},
		{"It ends at 5 p.m. The door closes.", "It ends at 5 p.m.|The door closes.", "p.m. at the end"},
		{"1. First step. Then.\n2. Second", "1. First step.|Then.|2. Second", "list items"},
		{"There were 12. All left.", "There were 12.|All left.", "a number may end a sentence"},
		{"He said \"Go.\" She went.", "He said \"Go.\"|She went.", "closing quote"},
		{"Wait... what? Yes.", "Wait... what?|Yes.", "dots inside"},
		{"| a | b |\n|---|---|\n| 1. | 2 |", "| a | b |||---|---||| 1. | 2 |", "table rows"},
		{"他来了。他走了！真的？是；对", "他来了。|他走了！|真的？|是；|对", "Chinese"},
		{"“好。”他说。", "“好。”|他说。", "Chinese closing quote"},
		{"वह आया। वह गया॥ क्या? हाँ", "वह आया।|वह गया॥|क्या?|हाँ", "Hindi"},
		{"यह 3.5 है। डॉ. राव", "यह 3.5 है।|डॉ.|राव", "Hindi decimal"},
		{"Points: • one • two", "Points:|• one|• two", "inline bullets"},
		{"Visit example.com. Now.", "Visit example.com.|Now.", "host name"},
		{" \n\t ", "", "space only"},
		{"The U.S. market and the U.S. It grew.", "The U.S. market and the U.S.|It grew.", "dotted letters"},
	} {
		var got []string
		for _, p := range Sentences(c.in) {
			got = append(got, p.Of(c.in))
		}
		if g := strings.Join(got, "|"); g != c.want {
			t.Errorf("%s: Sentences(%q)\n got %s\nwant %s", c.why, c.in, g, c.want)
		}
	}
}

var seeds = []string{
	"", "Dr. Rao paid EUR 1,250.00 (“net”) on 31–12.", "年假28天；见第3条。", "कितने दिन? १२ दिन।", "a\r\nb\u2028c\u200d\u0301", "ＡＢ−１½", "e.g. U.S. No. 5.. ...",
	"\xff\xfe", "x_1.2'3;4:5", "• - 1. a\n2. b", "ﷺ ㎡ ǆ ΐ İ ß", strings.Repeat("\u0301", 40),
}

func FuzzNormalize(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalize(s)
		if !utf8.ValidString(once) {
			t.Fatalf("invalid UTF-8: %q from %q", once, s)
		}
		if twice := Normalize(once); twice != once {
			t.Fatalf("%q: %q, then %q", s, once, twice)
		}
	})
}

func FuzzSentences(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, p := range Sentences(s) {
			if p.Start < end || p.End <= p.Start || p.End > len(s) {
				t.Fatalf("span %v after %d in %d bytes", p, end, len(s))
			}
			if strings.TrimSpace(s[end:p.Start]) != "" {
				t.Fatalf("lost %q", s[end:p.Start])
			}
			if utf8.ValidString(s) && !utf8.ValidString(p.Of(s)) {
				t.Fatalf("span %v cuts a rune", p)
			}
			end = p.End
		}
		if strings.TrimSpace(s[end:]) != "" {
			t.Fatalf("lost %q at the end", s[end:])
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var fromSpans []string
		end := 0
		for _, p := range WordSpans(s) {
			if p.Start < end || p.End <= p.Start || p.End > len(s) {
				t.Fatalf("span %v after %d in %d bytes", p, end, len(s))
			}
			end = p.End
			if w := Fold(p.Of(s)); w != "" {
				fromSpans = append(fromSpans, w)
			}
		}
		if diff := cmp.Diff(fromSpans, Words(s), cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Fatalf("spans and words differ for %q: %s", s, diff)
		}
		// The fast path for ASCII is annex 29's.
		if isASCII(s) {
			var want []string
			for it := words.FromString(s); it.Next(); {
				if hasAlnum(it.Value()) {
					want = append(want, it.Value())
				}
			}
			var got []string
			for _, p := range WordSpans(s) {
				got = append(got, p.Of(s))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("ASCII words of %q: %s", s, diff)
			}
		}
		// So are the fast paths for Devanagari and Han, where no mark stands alone.
		if utf8.ValidString(s) && Normalize(s) == s {
			var want, got []string
			for it := words.FromString(s); it.Next(); {
				if hasLetterOrDigit(it.Value()) {
					want = append(want, it.Value())
				}
			}
			for _, p := range WordSpans(s) {
				got = append(got, p.Of(s))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("words of %q: %s", s, diff)
			}
		}
		Terms(s)
		Fold(s)
		Detect(s)
	})
}

func BenchmarkText(b *testing.B) {
	en := strings.Repeat("The annual leave of a full-time employee is 28 days, of which 5 may be carried over (see section 4.2). ", 5)
	for _, in := range []struct{ name, text string }{
		{"en", en}, {"curly", strings.ReplaceAll(en, "full-time", "“full‑time”")},
		{"zh", strings.Repeat("全职员工每年享有28天年假，其中5天可以结转。", 10)},
		{"hi", strings.Repeat("पूर्णकालिक कर्मचारी को हर वर्ष 28 दिन की छुट्टी मिलती है। ", 8)},
	} {
		for _, op := range []struct {
			name string
			do   func(string)
		}{
			{"Normalize", func(s string) { Normalize(s) }}, {"Fold", func(s string) { Fold(s) }}, {"Words", func(s string) { Words(s) }},
			{"Terms", func(s string) { Terms(s) }}, {"Sentences", func(s string) { Sentences(s) }},
		} {
			b.Run(op.name+"/"+in.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(in.text)))
				for b.Loop() {
					op.do(in.text)
				}
			})
		}
	}
}
