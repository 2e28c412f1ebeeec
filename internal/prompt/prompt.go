// Package prompt is the examination paper as text: one versioned template a language, the same for every arm but for the
// passages, and one more for papers with tools. [Paper.Messages] writes it and [Parse] reads it back, which is how the built-in reader gets its question without
// ever seeing the suite.
package prompt

// Passage is a page as it lies on the desk.
type Passage struct {
	ID    string // shown in brackets, so that a reply can cite it
	Title string
	Date  string // the edition's date, YYYY-MM-DD; empty when undated
	Text  string
}

// Paper is one examination paper.
type Paper struct {
	Language string // "en", "zh" or "hi"; anything else is set in English
	AsOf     string // the date on which the question is asked, YYYY-MM-DD; empty: not stated
	Question string
	Passages []Passage // none: a closed-book paper
	Tools    bool      // the instructions say that tools are at hand
}

// Message is one chat message.
type Message struct{ Role, Content string }
