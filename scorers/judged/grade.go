package judged

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

// letters are the grades in the order of their letters, A to D.
var letters = [...]scorers.Verdict{scorers.Correct, scorers.Partial, scorers.Incorrect, scorers.Abstained}

// words are the grades as a judge may name them, folded. A word counts only as a whole: "incorrect" holds "correct", and 不正确 holds
// 正确.
var words = map[string]scorers.Verdict{
	"correct": scorers.Correct, "partial": scorers.Partial, "incorrect": scorers.Incorrect, "abstained": scorers.Abstained,
	"正确": scorers.Correct, "部分正确": scorers.Partial, "错误": scorers.Incorrect, "不正确": scorers.Incorrect, "未作答": scorers.Abstained,
	"सही": scorers.Correct, "आंशिक": scorers.Partial, "गलत": scorers.Incorrect, "ग़लत": scorers.Incorrect, "अनुत्तरित": scorers.Abstained,
}

// leads are what may stand before a grade on its line, folded.
var leads = map[string]bool{
	"grade": true, "the grade": true, "final grade": true, "the final grade": true, "my grade": true, "verdict": true, "the verdict": true,
	"final verdict": true, "answer": true, "the answer": true, "final answer": true, "the final answer": true, "label": true, "result": true,
	"评分": true, "等级": true, "评级": true, "判定": true, "答案": true, "结果": true, "最终评分": true, "最终答案": true,
	"ग्रेड": true, "श्रेणी": true, "निर्णय": true, "उत्तर": true, "अंतिम उत्तर": true, "अंतिम ग्रेड": true,
}

// graded reads one grade: a letter A to D in either case, a grade's word, or both when they agree ("B (PARTIAL)").
func graded(s string) (scorers.Verdict, bool) {
	s = trim(s)
	if v, ok := single(s); ok {
		return v, true
	}
	letter, rest, found := cutLetter(s)
	if !found {
		return 0, false
	}
	v, _ := single(letter)
	if w, ok := words[fold(trim(rest))]; ok && w == v {
		return v, true
	}
	return 0, false
}

// single reads a letter or a word alone.
func single(s string) (scorers.Verdict, bool) {
	if len(s) == 1 {
		if i := strings.IndexByte("abcd", s[0]|0x20); i >= 0 {
			return letters[i], true
		}
	}
	v, ok := words[fold(s)]
	return v, ok
}

// cutLetter parts "B) PARTIAL" after its letter, which must be a capital and end there.
func cutLetter(s string) (letter, rest string, ok bool) {
	if len(s) < 2 || s[0] < 'A' || s[0] > 'D' || !strings.ContainsRune(" .:)]-=,*_\"'`", rune(s[1])) {
		return "", "", false
	}
	return s[:1], s[1:], true
}

// trim takes white space, Markdown and the brackets, quotes and stops around a grade away.
func trim(s string) string {
	return strings.Trim(s, " \t\r\n*_`~#\"'()[]{}<>.,:;!=-\u3000。：，；！（）【】「」“”‘’।|")
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// line reads a line that holds a grade and nothing else, with a lead ("Grade: B", "The grade is B") or without.
func line(s string) (v scorers.Verdict, led, ok bool) {
	s = text.Normalize(s)
	if v, ok := graded(s); ok {
		return v, false, true
	}
	s = trim(s)
	for _, sep := range [...]string{":", "：", " is ", "=", "为", "是"} {
		lead, rest, found := strings.Cut(s, sep)
		if !found || !leads[fold(trim(lead))] {
			continue
		}
		if v, ok := graded(rest); ok {
			return v, true, true
		}
	}
	return 0, false, false
}
