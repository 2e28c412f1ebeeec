package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Node is a JSON document whose objects keep the order of their members, since that order is the one people read a record in. It is nil, a bool, a
// json.Number, a string, a []Node or an [Object].
type Node any

// Object is a JSON object.
type Object []Member

// Member is one field of an object.
type Member struct {
	Name  string
	Value Node
}

// deepest is how far values may be nested.
const deepest = 200

// Parse reads one JSON document.
func Parse(data []byte) (Node, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	n, err := parse(d, 0)
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read JSON: more than one document")
	}
	return n, nil
}

func parse(d *json.Decoder, depth int) (Node, error) {
	if depth > deepest {
		return nil, errors.New("nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		o := Object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := parse(d, depth+1)
			if err != nil {
				return nil, err
			}
			o = append(o, Member{name.(string), v}) // the decoder lets nothing else stand there
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []Node{}
		for d.More() {
			v, err := parse(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return t, nil
}

// Get follows a path of names and list positions parted by dots: "hits.hits", "result.0.name". A list that meets a name is looked through: the path
// goes on in each of its members. Names may themselves hold dots ("@odata.nextLink"). It returns nil where the path leads nowhere.
func Get(n Node, path string) Node {
	if path == "" {
		return n
	}
	switch n := n.(type) {
	case Object:
		for _, m := range n { // the longest name that fits is not sought: fields that are each other's beginnings, with dots, do not occur
			rest, ok := strings.CutPrefix(path, m.Name)
			if ok && rest == "" {
				return m.Value
			}
			if ok && rest[0] == '.' {
				if v := Get(m.Value, rest[1:]); v != nil {
					return v
				}
			}
		}
	case []Node:
		first, rest, _ := strings.Cut(path, ".")
		if i, err := strconv.Atoi(first); err == nil {
			if i < 0 || i >= len(n) {
				return nil
			}
			return Get(n[i], rest)
		}
		var all []Node
		for _, m := range n {
			if v := Get(m, path); v != nil {
				all = append(all, v)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// Text writes a value as a person reads it: scalars plainly, lists with commas, objects by their fields.
func Text(n Node) string {
	switch n := n.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(n)
	case json.Number:
		return n.String()
	case string:
		return n
	case []Node:
		var parts []string
		for _, m := range n {
			if t := Text(m); t != "" {
				parts = append(parts, t)
			}
		}
		return strings.Join(parts, ", ")
	case Object:
		var parts []string
		for _, m := range n {
			if t := Text(m.Value); t != "" {
				parts = append(parts, m.Name+": "+t)
			}
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(n)
}
