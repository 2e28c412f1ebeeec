package suites

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A fault is something wrong inside one line of JSON.
type fault struct {
	column  int
	message string
}

// A jsonLine reads one line that holds one JSON object, strictly: known fields only, each at most once and spelled exactly, no
// null unless a field allows it, no strings damaged by half a surrogate pair, nothing after the object. encoding/json alone lets
// all of these pass.
type jsonLine struct {
	line       []byte
	faults     []fault
	unfinished bool // the line ends inside its object
}

// A jsonField is one known key of an object; set gets the raw value and its byte offset in the line.
type jsonField struct {
	required bool
	set      func(raw []byte, at int) error
}

func (l *jsonLine) fail(at int, format string, args ...any) {
	l.faults = append(l.faults, fault{columnAt(l.line, at), fmt.Sprintf(format, args...)})
}

// whole reads the line's one object, and says whether it is one. Where it is not, that is the only fault: the others may well follow
// from it.
func (l *jsonLine) whole(fields map[string]jsonField) bool {
	end, ok := l.object(l.line, 0, "", fields)
	if !ok {
		l.faults = l.faults[len(l.faults)-1:]
		return false
	}
	rest := bytes.TrimSpace(l.line[end:])
	if len(rest) > 0 {
		l.faults = nil
		l.fail(bytes.Index(l.line[end:], rest)+end, "something follows the object: write one object a line")
	}
	return len(rest) == 0
}

// object reads an object that begins at byte offset `at` of the line; path names it in messages. It returns the offset after
// the object, and whether it could be read to its end.
func (l *jsonLine) object(raw []byte, at int, path string, fields map[string]jsonField) (int, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	syntax := func(err error) (int, bool) {
		offset := dec.InputOffset()
		var se *json.SyntaxError
		if errors.As(err, &se) {
			offset = max(se.Offset-1, 0)
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			l.unfinished = true
			l.fail(len(l.line), "read JSON: the line ends inside the object: each item is one whole line")
		} else {
			l.fail(at+int(offset), "read JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
		}
		return 0, false
	}
	token, err := dec.Token()
	if err != nil {
		return syntax(err)
	}
	if token != json.Delim('{') {
		if path == "" {
			l.fail(at, "expected an object in braces, one a line")
		} else {
			l.fail(at, "field %q: must be an object in braces", path)
		}
		return 0, false
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return syntax(err)
		}
		key, _ := token.(string) // an object's keys are strings, or Token has failed
		keyAt := at + int(dec.InputOffset()) - len(key) - 2
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return syntax(err)
		}
		name := path + key
		if path != "" {
			name = path + "." + key
		}
		field, known := fields[key]
		switch {
		case !known:
			l.fail(keyAt, "unknown field %s: the fields are %s", quote(name), choices(slices.Sorted(maps.Keys(fields))))
			continue
		case seen[key]:
			l.fail(keyAt, "field %q stands twice: keep one", name)
			continue
		}
		seen[key] = true
		valueAt := at + int(dec.InputOffset()) - len(value)
		if err := field.set(value, valueAt); err != nil {
			l.fail(valueAt, "field %q: %s", name, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return syntax(err)
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if fields[key].required && !seen[key] {
			name := key
			if path != "" {
				name = path + "." + key
			}
			l.fail(at, "field %q is missing", name)
		}
	}
	return at + int(dec.InputOffset()), true
}

// list reads an array and hands over its members with their offsets in the line.
func (l *jsonLine) list(raw []byte, at int, each func(i int, raw []byte, at int) error) error {
	if raw[0] != '[' {
		return fmt.Errorf("must be a list in brackets, not %s", jsonKind(raw))
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for i := 0; dec.More(); i++ {
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if err := each(i, value, at+int(dec.InputOffset())-len(value)); err != nil {
			return err
		}
	}
	return nil
}

// text makes the setter of a string field that must pass a check.
func (l *jsonLine) text(target *string, check func(string) error) func([]byte, int) error {
	return func(raw []byte, _ int) error {
		s, err := jsonString(raw)
		if err == nil {
			err = check(s)
		}
		if err != nil {
			return err
		}
		*target = s
		return nil
	}
}

// texts makes the setter of a list of strings, each of which must pass a check.
func (l *jsonLine) texts(target *[]string, check func(string) error) func([]byte, int) error {
	return func(raw []byte, at int) error {
		return l.list(raw, at, func(i int, raw []byte, _ int) error {
			s, err := jsonString(raw)
			if err == nil {
				err = check(s)
			}
			if err != nil {
				return fmt.Errorf("member %d %w", i+1, err)
			}
			*target = append(*target, s)
			return nil
		})
	}
}

func jsonString(raw []byte) (string, error) {
	if raw[0] != '"' {
		return "", fmt.Errorf("must be a string in double quotes, not %s", jsonKind(raw))
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", err
	}
	// Half a surrogate pair is decoded to the replacement character without an error.
	if n := strings.Count(s, string(utf8.RuneError)); n > 0 {
		written := bytes.Count(raw, []byte(string(utf8.RuneError))) + bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
		if n > written {
			return "", errors.New(`holds half a surrogate pair (\ud800 to \udfff): write the character itself`)
		}
	}
	return s, nil
}

func jsonKind(raw []byte) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 'n':
		return "null"
	case 't', 'f':
		return "a truth value"
	}
	return "a number"
}
