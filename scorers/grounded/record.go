package grounded

import (
	"encoding/json"
	"strings"
	"unicode"
)

// state is what a field of a record says about the thing it names.
type state uint8

const (
	unknown state = iota // null: the record does not say
	off                  // false, "no", "none"
	on                   // true, "yes"
)

// toggle is a field that says whether its record has something: "OutdoorSeating": false.
type toggle struct {
	key   string // the field's name as one term: "outdoorseat"
	state state
}

// record is what a structured passage says beyond its words.
type record struct {
	toggles []toggle
	hours   timetable
	counts  []int // how many members its lists have
}

// readRecord reads a passage that is one JSON object or array. flat is its content as lines of text: "outdoor seating: no".
func readRecord(x *lexer, s string) (r record, flat string, ok bool) {
	t := strings.TrimSpace(s)
	if len(t) < 2 || t[0] != '{' && t[0] != '[' || !json.Valid([]byte(t)) {
		return r, "", false
	}
	dec := json.NewDecoder(strings.NewReader(t))
	dec.UseNumber()
	w := walker{dec: dec, rec: &r}
	w.out.Grow(len(t))
	w.value("")
	r.settle(x)
	return r, w.out.String(), true
}

// walker reads a record in the order in which it is written. encoding/json bounds the depth.
type walker struct {
	dec *json.Decoder
	out strings.Builder
	rec *record
}

// value reads the next value, which stands under key. Members of a list stand under the list's key.
func (w *walker) value(key string) {
	tok, err := w.dec.Token()
	if err != nil {
		return
	}
	switch t := tok.(type) {
	case json.Delim:
		n := 0
		for ; w.dec.More(); n++ {
			if t != '{' {
				w.value(key)
				continue
			}
			name, err := w.dec.Token()
			if err != nil {
				return
			}
			s, _ := name.(string)
			w.value(s)
		}
		_, _ = w.dec.Token()
		if t == '[' {
			w.rec.counts = append(w.rec.counts, n)
		}
	case bool:
		w.toggle(key, t)
	case nil:
		if !strings.EqualFold(key, "hours") { // a timetable is nothing that a place has or lacks
			w.add(key, unknown)
		}
		w.line(key, "unknown")
	case json.Number:
		w.line(key, t.String())
	case string:
		switch strings.ToLower(t) {
		case "no", "none", "false":
			w.toggle(key, false)
			return
		case "yes", "true":
			w.toggle(key, true)
			return
		case "free", "paid", "included", "available", "optional": // which only what is there can be
			w.add(key, on)
		}
		w.rec.hours.read(key, t)
		w.line(key, t)
	}
}

func (w *walker) toggle(key string, yes bool) {
	if yes {
		w.add(key, on)
		w.line(key, "yes")
		return
	}
	w.add(key, off)
	w.line(key, "no")
}

func (w *walker) line(key, s string) {
	w.out.WriteString(spaced(key))
	w.out.WriteString(": ")
	w.out.WriteString(s)
	w.out.WriteByte('\n')
}

func (w *walker) add(key string, s state) {
	w.rec.toggles = append(w.rec.toggles, toggle{spaced(key), s})
}

// settle turns the names of the toggles into terms. A first word that three or more of them share is the class of the record
// ("RestaurantsTakeOut", "RestaurantsDelivery") and is left out.
func (r *record) settle(x *lexer) {
	heads := make(map[string]int)
	for _, t := range r.toggles {
		if head, _, more := strings.Cut(t.key, " "); more {
			heads[head]++
		}
	}
	kept := r.toggles[:0]
	for _, t := range r.toggles {
		if head, tail, more := strings.Cut(t.key, " "); more && heads[head] >= 3 {
			t.key = tail
		}
		if t.key = x.join(strings.Fields(t.key)...); t.key != "" {
			kept = append(kept, t)
		}
	}
	r.toggles = kept
}

// spaced writes the name of a field as words: "OutdoorSeating" and "outdoor_seating" are "outdoor seating".
func spaced(key string) string {
	var b strings.Builder
	prev := ' '
	for _, r := range key {
		switch {
		case r == '_' || r == '-' || r == '.':
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		prev = r
	}
	return b.String()
}
