package judged

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/suites"
)

// RubricVersion is the version of the rubrics. It rises whenever a word of them changes.
const RubricVersion = "1"

// rubric is what a judge is told in one language. Each has the same rules and the same worked examples.
type rubric struct {
	language string
	system   string // the role, the grades with examples of each, the rules
	pair     string // the same for two replies side by side

	question, reference, reply string // head the quoted texts
	first, second              string // head the replies of a pair
	none                       string // stands for the reference where nobody knows the answer
	also, exactly, within      string // introduce aliases, a magnitude, a tolerance
	members                    string // introduces a set

	askObject [2]string // the contract's words: for a question with an answer, and without one
	askLetter [2]string
	askPair   [2]string // as an object, as a letter
}

// rubrics lists them all, English first; the order is part of the digest.
func rubrics() [3]*rubric { return [3]*rubric{&english, &chinese, &hindi} }

// rubricFor returns the rubric of a language, the English one for a language without.
func rubricFor(lang string) *rubric {
	for _, r := range rubrics() {
		if r.language == lang {
			return r
		}
	}
	return &english
}

// Digest identifies every word that a judge is told: the first 16 hexadecimal characters of a SHA-256. It is part of the name under
// which scores are kept.
func Digest() string { return digest }

var digest = digestRubrics()

func digestRubrics() string {
	h := sha256.New()
	put := func(all ...string) {
		for _, s := range all {
			h.Write([]byte(s))
			h.Write([]byte{0})
		}
	}
	put(RubricVersion, mark, string(answerable), string(unanswerable), string(pairwise))
	for _, r := range rubrics() {
		put(r.language, r.system, r.pair, r.question, r.reference, r.reply, r.first, r.second, r.none, r.also, r.exactly, r.within, r.members)
		put(r.askObject[:]...)
		put(r.askLetter[:]...)
		put(r.askPair[:]...)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Case is what a judge is to grade: a reply to a question against a reference. It holds everything that the judge sees.
type Case struct {
	Language  string // of the rubric: en, zh or hi; anything else is English
	Question  string
	Reference string // the right answer in words, by [Reference]; empty: nobody knows it, or the question rests on something false
	Reply     string
}

// messages sets the judge's paper. Texts that are not ours are quoted, and the last word is the rubric's.
func (r *rubric) messages(c Case, contract Contract) []prompt.Message {
	var b strings.Builder
	r.put(&b, r.question, c.Question)
	if c.Reference == "" {
		b.WriteString(r.reference + "\n" + r.none + "\n\n")
	} else {
		r.put(&b, r.reference, c.Reference)
	}
	r.put(&b, r.reply, c.Reply)
	open := 0
	if c.Reference == "" {
		open = 1
	}
	if contract == Letter {
		b.WriteString(r.askLetter[open])
	} else {
		b.WriteString(r.askObject[open])
	}
	return []prompt.Message{{Role: "system", Content: r.system}, {Role: "user", Content: b.String()}}
}

func (r *rubric) put(b *strings.Builder, head, text string) {
	b.WriteString(head)
	b.WriteByte('\n')
	b.WriteString(quote(text))
	b.WriteString("\n\n")
}

// Reference writes an answer out for a judge: the text or the members, the other right ways to write it, the magnitude and tolerance
// that the suite states. It is empty for an item without an answer.
func Reference(a suites.Answer, lang string) string {
	if a.Kind == "" {
		return ""
	}
	r := rubricFor(lang)
	lines := []string{a.Text}
	if len(a.Set) > 0 {
		lines = []string{r.members + strings.Join(a.Set, "; ")}
	}
	if a.Number != "" {
		lines = append(lines, r.exactly+strings.TrimSpace(a.Number+" "+a.Unit))
	}
	if a.Tolerance > 0 {
		lines = append(lines, r.within+"± "+number(a.Tolerance))
	}
	if len(a.Aliases) > 0 {
		lines = append(lines, r.also+strings.Join(a.Aliases, "; "))
	}
	return strings.Join(lines, "\n")
}
