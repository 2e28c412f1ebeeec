package judged

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Contract is the form in which a judge is asked to reply.
type Contract uint8

const (
	// Auto asks for an object by a JSON schema. A server that refuses schemas is asked again for a letter, and from then on for nothing
	// else, so that all its verdicts come of one contract.
	Auto Contract = iota
	// Object asks for a JSON object with a reason and a grade, and sends the schema where the server takes it.
	Object
	// Letter asks for one letter, and sends no schema.
	Letter
)

var contracts = [...]string{"auto", "object", "letter"}

func (c Contract) String() string {
	if int(c) < len(contracts) {
		return contracts[c]
	}
	return fmt.Sprintf("contract(%d)", c)
}

// ParseContract reads what [Contract.String] wrote. An error lists the choices.
func ParseContract(s string) (Contract, error) {
	if i := slices.Index(contracts[:], s); i >= 0 {
		return Contract(i), nil
	}
	return 0, fmt.Errorf("parse contract %q: want one of %v", s, contracts)
}

// The schemas of the object. The reason comes before the grade, so that the grade follows from it; a question without an answer admits
// two grades only.
var (
	answerable   = schema(`"A","B","C","D"`)
	unanswerable = schema(`"C","D"`)
	pairwise     = schema(`"A","B","C"`)
)

func schema(grades string) json.RawMessage {
	return json.RawMessage(`{"type":"object","properties":{"why":{"type":"string"},"grade":{"type":"string","enum":[` + grades +
		`]}},"required":["why","grade"],"additionalProperties":false}`)
}
