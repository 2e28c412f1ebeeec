package judged

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

// Fault says why a judge's reply is no vote. The zero Fault is none.
type Fault string

const (
	Readable  Fault = ""
	Truncated Fault = "truncated"  // it ran into its longest length, and is no whole reply whatever it says
	Withheld  Fault = "withheld"   // the judge's server filtered it
	Empty     Fault = "empty"      // nothing but reasoning, or nothing at all
	NoGrade   Fault = "no grade"   // nothing in it reads as a grade
	TwoGrades Fault = "two grades" // it gives more than one
	OffScale  Fault = "off scale"  // it gives a grade that the question does not admit: right, where nobody knows the answer
)

// Reading is what a judge's reply says.
type Reading struct {
	Verdict   scorers.Verdict // Unscored with any fault
	Why       string          // the judge's reason as it wrote it; may be empty
	Reasoning string          // a <think> block that stood in the reply
	Fault     Fault
}

// maxReply bounds a reply that is read; a grade and one sentence are far below it.
const maxReply = 256 << 10

// mostFailed bounds the braces of a reply that are tried as the start of an object and are none.
const mostFailed = 32

// Read reads a judge's reply. It takes a grade where one is given beyond doubt, and never supplies one:
//
//  1. <think> blocks are set apart; a grade in them is no grade. A block that does not end leaves an empty reply.
//  2. A reply in JSON is an object with the member "grade": a letter A to D or a grade's word. It opens the reply or closes it; code
//     fences and prose on its other side do no harm. Two objects, or two members, that differ are two grades.
//  3. Otherwise the grade stands on the first line or on the last, alone or with a lead ("Grade: B"); Markdown, quotes, brackets and
//     letter case do no harm. Another grade, on a line of its own or in the prose beside it, makes two.
//  4. Otherwise the reply opens with a capital letter and a stop, and the sentence after it names no other grade.
//
// Letters and words count as wholes only: nothing is searched for inside words.
func Read(reply string) Reading {
	var r Reading
	reply, r.Reasoning = unthink(reply)
	reply = strings.TrimSpace(strings.TrimPrefix(reply, "\ufeff"))
	switch {
	case reply == "":
		r.Fault = Empty
	case len(reply) > maxReply:
		r.Fault = NoGrade
	default:
		var found bool
		if r.Verdict, r.Why, r.Fault, found = object(reply); !found {
			r.Verdict, r.Why, r.Fault = prose(reply)
		}
	}
	if r.Fault != Readable {
		r.Verdict = scorers.Unscored
	}
	return r
}

const openThink, closeThink = "<think>", "</think>"

// unthink parts the reasoning from the reply. Endpoints mostly do it; replies from elsewhere, and second blocks, come here.
func unthink(s string) (rest, thought string) {
	if before, after, ok := strings.Cut(s, closeThink); ok && !strings.Contains(before, openThink) { // the template opened the block
		thought, s = strings.TrimSpace(before), after
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, openThink)
		b.WriteString(before)
		if !ok {
			return b.String(), thought
		}
		inside, outside, _ := strings.Cut(after, closeThink)
		thought = strings.TrimSpace(thought + "\n" + strings.TrimSpace(inside))
		s = outside
	}
}

// object reads a reply in JSON. found is false when no object in it has a grade.
func object(reply string) (v scorers.Verdict, why string, fault Fault, found bool) {
	for at, failed := 0, 0; failed < mostFailed; {
		i := strings.IndexByte(reply[at:], '{')
		if i < 0 {
			break
		}
		at += i
		grade, reason, n, ok := decode(reply[at:])
		if n == 0 {
			at++
			failed++
			continue
		}
		if ok {
			opens, closes := bare(reply[:at]), bare(reply[at+n:])
			w, known := graded(text.Normalize(grade))
			switch {
			case !opens && !closes, !known:
				return 0, "", NoGrade, true
			case found && w != v:
				return 0, "", TwoGrades, true
			}
			v, why, found = w, reason, true
		}
		at += n
	}
	return v, why, Readable, found
}

// bare reports whether what stands beside an object is empty but for code fences.
func bare(s string) bool {
	s = strings.TrimSpace(strings.ReplaceAll(strings.TrimSpace(s), "```", ""))
	return s == "" || strings.EqualFold(s, "json")
}

// decode reads the object that s begins with: its grade and reason, its length (0: none), and whether it holds a grade. Where a member
// comes twice with different grades, the grade is what no reader knows.
func decode(s string) (grade, why string, n int, ok bool) {
	d := json.NewDecoder(strings.NewReader(s))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return "", "", 0, false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return "", "", 0, false
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return "", "", 0, false
		}
		var said string
		switch key, _ := name.(string); strings.ToLower(key) {
		case "grade":
			if json.Unmarshal(value, &said) != nil || ok && said != grade {
				said = string(bytes.TrimSpace(value)) + " twice"
			}
			grade, ok = said, true
		case "why":
			if json.Unmarshal(value, &said) == nil {
				why = said
			}
		}
	}
	if _, err := d.Token(); err != nil && err != io.EOF {
		return "", "", 0, false
	}
	return grade, why, int(d.InputOffset()), ok
}

// prose reads a reply that is not JSON.
func prose(reply string) (scorers.Verdict, string, Fault) {
	var lines []string
	for l := range strings.Lines(reply) {
		if l = strings.TrimSpace(l); trim(l) != "" && l[0] != '>' { // a line quoted is not the judge's own
			lines = append(lines, l)
		}
	}
	var v scorers.Verdict
	var rest []string
	found, ends := false, false
	for i, l := range lines {
		end := i == 0 || i == len(lines)-1
		w, led, ok := line(l)
		if !ok || !led && !end {
			rest = append(rest, l)
			continue
		}
		if found && w != v {
			return 0, "", TwoGrades
		}
		v, found, ends = w, true, ends || end
	}
	switch why := strings.Join(rest, " "); {
	case !found:
		return opening(why)
	case !ends:
		return 0, "", NoGrade
	case names(why, v):
		return 0, "", TwoGrades
	default:
		return v, why, Readable
	}
}

// opening reads "B. It gives the month only."
func opening(s string) (scorers.Verdict, string, Fault) {
	s = strings.TrimLeft(text.Normalize(s), "*_`(\"' ")
	const stops = ".:)*-。、："
	if len(s) < 3 || s[0] < 'A' || s[0] > 'D' {
		return 0, "", NoGrade
	}
	if r, _ := utf8.DecodeRuneInString(s[1:]); !strings.ContainsRune(stops, r) {
		return 0, "", NoGrade
	}
	v, _ := single(s[:1])
	why := strings.TrimLeft(s[1:], stops+" ")
	if names(why, v) {
		return 0, "", TwoGrades
	}
	return v, why, Readable
}

// names reports whether the prose beside a grade names another one: a capital letter on its own that is no article, a grade's word in
// capitals, or one in any case as its first word.
func names(prose string, v scorers.Verdict) bool {
	all := strings.FieldsFunc(text.Normalize(prose), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	for i, w := range all {
		other, ok := single(w)
		if !ok || other == v {
			continue
		}
		article := w == "A" && i+1 < len(all) && strings.ToLower(all[i+1]) == all[i+1]
		switch {
		case len(w) == 1 && w == strings.ToUpper(w) && !article, len(w) > 1 && (i == 0 || w == strings.ToUpper(w)):
			return true
		}
	}
	return false
}

// describe says what is wrong with a reply, for people.
func (f Fault) describe(reply string) string {
	switch f {
	case Truncated:
		return "its reply was cut off at the longest length"
	case Withheld:
		return "its server withheld the reply"
	case Empty:
		return "its reply is empty"
	case TwoGrades:
		return fmt.Sprintf("its reply gives two grades: %q", clean(reply))
	case OffScale:
		return fmt.Sprintf("its reply grades as right what has no right answer: %q", clean(reply))
	}
	return fmt.Sprintf("its reply gives no grade: %q", clean(reply))
}
