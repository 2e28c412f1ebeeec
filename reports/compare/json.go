package compare

import (
	"encoding/json"
	"io"
)

// Schema names the form of the JSON object; it changes when a name or a meaning does.
const Schema = "viva.comparison/1"

var _ Format = JSON

// JSON writes the comparison as one indented JSON object and a line break. Undefined figures are null.
func JSON(w io.Writer, c Comparison) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(c)
}

// MarshalJSON writes the comparison as one object that begins with its schema and headline. Empty lists are lists.
func (c Comparison) MarshalJSON() ([]byte, error) {
	type plain Comparison // without this method
	headline := ""
	if len(c.Arms) > 0 {
		headline = c.Headline()
	}
	p := plain(c)
	list(&p.Changes)
	list(&p.Slices)
	list(&p.Flips)
	list(&p.Throughput)
	list(&p.Notes)
	return json.Marshal(struct {
		Schema   string `json:"schema"`
		Headline string `json:"headline"`
		plain
	}{Schema, headline, p})
}

// list makes a nil list an empty one.
func list[T any](of *[]T) {
	if *of == nil {
		*of = []T{}
	}
}
