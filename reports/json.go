package reports

import (
	"encoding/json"
	"io"
)

var _ Format = JSON

// JSON writes the report as one indented JSON object and a line break. Undefined figures are null.
func JSON(w io.Writer, r Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
