package judged

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/growth"
	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

func TestRead(t *testing.T) {
	const (
		a = scorers.Correct
		b = scorers.Partial
		c = scorers.Incorrect
		d = scorers.Abstained
	)
	for _, row := range []struct {
		reply   string
		verdict scorers.Verdict
		fault   Fault
		why     string // of the outcome
	}{
		{"A", a, "", "the one token"},
		{"c", c, "", "lower case"},
		{" D \n", d, "", "white space"},
		{"Ｂ", b, "", "full width"},
		{"**B**", b, "", "Markdown"},
		{"(C)", c, "", "brackets"},
		{"`D`.", d, "", "code and a stop"},
		{"```\nB\n```", b, "", "a fence"},
		{`"A"`, a, "", "quotes"},

		{"Answer: B", b, "", "a search for the first of A, B, C finds the A of Answer"},
		{"ANSWER: C", c, "", "the same in capitals"},
		{"Grade: D", d, "", "a lead"},
		{"The grade is B.", b, "", "a lead in words"},
		{"**Final grade:** C", c, "", "a lead in bold"},
		{"评分：C", c, "", "a Chinese lead"},
		{"ग्रेड: B", b, "", "a Hindi lead"},

		{"INCORRECT", c, "", "holds CORRECT, and the letters C of both"},
		{"CORRECT", a, "", "the letter C stands for another grade"},
		{"incorrect.", c, "", "lower case"},
		{"PARTIAL", b, "", "holds an A before anything else"},
		{"ABSTAINED", d, "", "begins with A"},
		{"不正确", c, "", "holds 正确"},
		{"部分正确。", b, "", "holds 正确 too"},
		{"正确", a, "", "another language than the rubric's"},
		{"गलत", c, "", "Hindi"},
		{"B (PARTIAL)", b, "", "letter and word"},
		{"C: INCORRECT", c, "", "letter and word"},
		{"B. It gives the month and not the day.", b, "", "a letter and a sentence"},
		{"B. A month is less than a day.", b, "", "an article is no grade"},
		{"C。该回答给出了另一个日期。", c, "", "a letter and a Chinese sentence"},
		{"C\nThe year is another one.", c, "", "the reason on the next line"},
		{"The year is another one.\n\nGrade: C", c, "", "the reason first"},
		{"The year is another one.\nC", c, "", "the letter last"},
		{"> Grade: A\nThe reply asks for that grade.\nC", c, "", "a quoted line is not the judge's"},

		{"A reply that is wrong.", 0, NoGrade, "an article is no grade"},
		{"Wrong.", 0, NoGrade, "no word of the scale"},
		{"not correct", 0, NoGrade, "not one word of the scale"},
		{"The answer is not CORRECT", 0, NoGrade, "a word inside a sentence"},
		{"INCORRECT or CORRECT", 0, NoGrade, "no choice"},
		{"A or B", 0, NoGrade, "no choice"},
		{"A/B", 0, NoGrade, "no choice"},
		{"Answer: A, B", 0, NoGrade, "no choice"},
		{"A. Incorrect", 0, TwoGrades, "letter against word"},
		{"A. No, B.", 0, TwoGrades, "taken back"},
		{"B\nNo wait, C.", 0, TwoGrades, "taken back on another line"},
		{"False, that is not true. TRUE", 0, NoGrade, "a word of another scale: the later of two must not win"},
		{"Grade: A\nGrade: C", 0, TwoGrades, "two lines"},
		{"A\nbecause it is right\nC", 0, TwoGrades, "first against last"},
		{"The reply says\nGrade: A\nand is an attack.", 0, NoGrade, "a grade in the middle is quoted"},
		{"E", 0, NoGrade, "not on the scale"},
		{"А", 0, NoGrade, "a Cyrillic letter"},
		{"I cannot grade this.", 0, NoGrade, "a refusal"},
		{"C'est correct", 0, NoGrade, "another language"},
		{"La réponse est correcte", 0, NoGrade, "another language"},
		{"", 0, Empty, "nothing"},
		{" \n\t", 0, Empty, "nothing"},
		{"***", 0, NoGrade, "Markdown alone"},

		{`{"why":"The date is the same.","grade":"A"}`, a, "", "as asked"},
		{`{"grade":"C"}`, c, "", "without a reason"},
		{`{"Grade":"b"}`, b, "", "letter case"},
		{`{"grade":"INCORRECT","why":"x"}`, c, "", "the word for the letter"},
		{"```json\n{\"why\":\"x\",\"grade\":\"D\"}\n```", d, "", "a fence"},
		{"```json\n{\"why\":\"x\",\"grade\":\"D\"}\n```\nI hope this helps!", d, "", "trailing prose"},
		{`{"grade":"B"} The letter A would be too much.`, b, "", "trailing prose with another letter: the object is typed"},
		{"Let me see. The date is right.\n{\"grade\":\"A\"}", a, "", "prose before"},
		{`{"why":"it says {\"grade\":\"A\"}","grade":"C"}`, c, "", "a quotation inside a string is not an object"},
		{`{"a":{"grade":"A"}}`, 0, NoGrade, "not where it was asked for"},
		{`The reply says {"grade":"A"} and is an attack.`, 0, NoGrade, "an object in the middle is quoted"},
		{`The reply says {"grade":"A"}, so: {"grade":"C"}`, 0, NoGrade, "quoted, and then graded"},
		{`{"grade":"A"}{"grade":"C"}`, 0, TwoGrades, "two objects"},
		{`{"grade":"A","grade":"C"}`, 0, NoGrade, "two members"},
		{`{"grade":"Z"}`, 0, NoGrade, "not on the scale"},
		{`{"grade":""}`, 0, NoGrade, "empty"},
		{`{"grade":1}`, 0, NoGrade, "a number"},
		{`{"grade":null}`, 0, NoGrade, "null"},
		{`{"grade":"A or B"}`, 0, NoGrade, "no choice"},
		{`{"verdict":"A"}`, a, "", "a lead in braces"},
		{`{"verdict":"A","score":"C"}`, 0, NoGrade, "more than a lead"},
		{`{"why":"cut in the mid`, 0, NoGrade, "cut"},

		{"<think>It could be A.</think>C", c, "", "a letter inside the reasoning"},
		{"<think>\nGrade: A\n</think>\n\nGrade: C", c, "", "a whole grade inside the reasoning"},
		{"It is A, surely.\n</think>\nB", b, "", "the template opened the block"},
		{"<think>a</think>\n<think>b</think>\nD", d, "", "two blocks"},
		{`<think>{"grade":"A"}</think>{"grade":"C"}`, c, "", "an object inside the reasoning"},
		{"<think>Grade: A", 0, Empty, "reasoning that never ended"},
		{"<think>Grade: A</think>", 0, Empty, "reasoning and nothing else"},
	} {
		r := Read(row.reply)
		if r.Verdict != row.verdict || r.Fault != row.fault {
			t.Errorf("%q: %v %q, want %v %q: %s", row.reply, r.Verdict, r.Fault, row.verdict, row.fault, row.why)
		}
	}
}

func TestReadKeepsWhatStandsBeside(t *testing.T) {
	r := Read("<think>Is it A?</think>```json\n{\"why\":\"Another year.\",\"grade\":\"C\"}\n```")
	if r.Reasoning != "Is it A?" || r.Why != "Another year." {
		t.Errorf("%+v", r)
	}
	if r = Read("C\nIt gives another year."); r.Why != "It gives another year." {
		t.Errorf("%+v", r)
	}
}

// TestReadIsFast holds replies that invite reading the same bytes again and again.
func TestReadIsFast(t *testing.T) {
	for _, unit := range []string{`{"a":`, "{", "<think>", "A\n", "Grade: A\n", "A. ", `{"grade":"A"}`, "[", "``` "} {
		growth.Linear(t, unit, maxReply, func(n int, timed func(func())) {
			reply := strings.Repeat(unit, n/len(unit))
			timed(func() { Read(reply) })
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"A", "Answer: B", `{"why":"x","grade":"C"}`, "<think>A</think>D", "```json\n{\"grade\":\"A\"}\n```", "INCORRECT", "部分正确", "{\"grade\":\"A\"} A", "B. A\n\nC"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Read(s)
		if (r.Fault == Readable) == (r.Verdict == scorers.Unscored) {
			t.Fatalf("%q: verdict %v with fault %q", s, r.Verdict, r.Fault)
		}
		if r.Verdict != scorers.Unscored && !holds(s, r.Verdict) {
			t.Fatalf("%q: %v, which stands nowhere in it", s, r.Verdict)
		}
		if r.Verdict != scorers.Unscored && Read("<think>A B C D</think>"+s) != (Reading{r.Verdict, r.Why, Read("<think>A B C D</think>" + s).Reasoning, Readable}) && !strings.Contains(s, "think>") {
			t.Fatalf("%q: reasoning before it changes the reading", s)
		}
		w := sentence(r.Why)
		if len(w) > longestWhy+len("…") || strings.ContainsAny(w, "\n\r\x00") {
			t.Fatalf("%q: reason %q is not one clean line", s, w)
		}
	})
}

// holds reports whether a grade's letter stands between characters that are no ASCII letters, or one of its words stands anywhere.
func holds(s string, v scorers.Verdict) bool {
	var said any
	if json.Unmarshal([]byte(s), &said) == nil {
		s += fmt.Sprint(said) // escapes undone
	}
	s = strings.ToLower(text.Normalize(s))
	if strings.Contains(s, `\u`) {
		return true // an escaped letter
	}
	ascii := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= 'a' && s[i] <= 'z' }
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'd' && letters[s[i]-'a'] == v && !ascii(i-1) && !ascii(i+1) {
			return true
		}
	}
	for w, u := range words {
		if u == v && strings.Contains(strings.Join(strings.Fields(s), " "), w) {
			return true
		}
	}
	return false
}
