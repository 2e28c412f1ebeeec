package bench

import (
	"encoding/json"
	"io"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
)

var _ Format = JSON

// Schema names the form of the JSON object; it changes when a name or a meaning does.
const Schema = "viva.bench/1"

// MarshalJSON writes the report as one object: schema, headline, run, validity, promises, stages and notes. Undefined figures are null.
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Schema   string         `json:"schema"`
		Headline string         `json:"headline"`
		Run      runners.Run    `json:"run"`
		Invalid  bool           `json:"invalid"`
		Promises []Promise      `json:"promises"`
		Capacity *Capacity      `json:"capacity"` // null: none was searched
		Stages   []Stage        `json:"stages"`
		Notes    []reports.Note `json:"notes"`
	}{Schema, r.Headline(), r.Run, r.Invalid(), append([]Promise{}, r.Promises...), r.Capacity, append([]Stage{}, r.Stages...), append([]reports.Note{}, r.Notes...)})
}

// JSON writes the report as one indented JSON object and a line break.
func JSON(w io.Writer, r Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
