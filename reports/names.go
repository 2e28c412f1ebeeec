package reports

import "strings"

// languageName writes a language in its own script; a tag that is not known stays as it is.
func languageName(tag string) string {
	switch tag {
	case "en":
		return "English"
	case "zh":
		return "中文"
	case "hi":
		return "हिन्दी"
	default:
		return tag
	}
}

// sliceName writes the value of a slice for a person.
func sliceName(s Slice) string {
	if s.Dimension == "language" {
		return languageName(s.Value)
	}
	return strings.ReplaceAll(s.Value, "_", " ")
}

// causeName writes a cause for a person.
func causeName(c string) string {
	if c == "" {
		return "no known trap"
	}
	return c
}
