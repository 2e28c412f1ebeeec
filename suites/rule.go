package suites

// Rule names one thing that [Lint] looks for.
type Rule string

const (
	DuplicateID        Rule = "duplicate-id"
	DuplicateQuestion  Rule = "duplicate-question"
	EmptyField         Rule = "empty-field"
	UndeclaredLanguage Rule = "undeclared-language"
	UnusedLanguage     Rule = "unused-language"
	AnswerMissing      Rule = "answer-missing"
	AnswerUnexpected   Rule = "answer-unexpected"
	AnswerForm         Rule = "answer-form"
	AnswerUnsupported  Rule = "answer-unsupported"
	AliasForm          Rule = "alias-form"
	AliasConflict      Rule = "alias-conflict"
	TrapForm           Rule = "trap-form"
	TrapEqualsAnswer   Rule = "trap-equals-answer"
	EvidenceMissing    Rule = "evidence-missing"
	EvidenceUnknown    Rule = "evidence-unknown"
	EvidenceUnexpected Rule = "evidence-unexpected"
	DerivationMissing  Rule = "derivation-missing"
	BadDerivation      Rule = "derivation"
	DatesReversed      Rule = "dates-reversed"
	EditionUnknown     Rule = "edition-unknown"
	EditionUndated     Rule = "edition-undated"
	EditionCycle       Rule = "edition-cycle"
)

// RuleNote says what a rule looks for.
type RuleNote struct {
	Rule Rule
	Says string
}

// Upstream says whether the rule looks for what a benchmark may lack, so that its findings in an imported suite are notes: an import
// keeps the questions and answers as they are. What an importer writes itself, such as aliases, is no such thing.
func (r Rule) Upstream() bool {
	switch r {
	case DuplicateQuestion, AnswerUnsupported, DerivationMissing:
		return true
	}
	return false
}

// Rules lists the rules with what each looks for, in the order of the manual.
func Rules() []RuleNote {
	return []RuleNote{
		{DuplicateID, "two items or two passages whose ids are equal, or differ only in the case of letters"},
		{DuplicateQuestion, "two items of one language that ask the same words"},
		{EmptyField, "an item without question, domain or source, a passage without title or text, a suite without items"},
		{UndeclaredLanguage, "an item or a passage in a language that suite.yaml does not list"},
		{UnusedLanguage, "a language in suite.yaml that no item is asked in"},
		{AnswerMissing, "an item without answer whose skill is neither unanswerable nor false-premise"},
		{AnswerUnexpected, "an answer on an unanswerable or false-premise item"},
		{AnswerForm, "an answer that cannot be read as its kind"},
		{AnswerUnsupported, "an answer that its evidence does not contain"},
		{AliasForm, "an alias that cannot be read as the answer's kind"},
		{AliasConflict, "an alias that means another value than the answer, and is not the answer as its page prints it"},
		{TrapForm, "a trap that cannot be read as its kind"},
		{TrapEqualsAnswer, "a trap whose value is the right answer"},
		{EvidenceMissing, "an answerable item without evidence in a suite that has passages"},
		{EvidenceUnknown, "evidence that names no passage"},
		{EvidenceUnexpected, "an unanswerable item with evidence"},
		{DerivationMissing, "an arithmetic item without derivation"},
		{BadDerivation, "a derivation that does not give the answer, or one that starts from a number that neither evidence nor question states"},
		{DatesReversed, "a passage that ends before it begins"},
		{EditionUnknown, "a passage that supersedes one that does not exist"},
		{EditionUndated, "a superseded edition without dates, or a new one that does not say from when it holds"},
		{EditionCycle, "editions that supersede each other in a circle"},
	}
}
