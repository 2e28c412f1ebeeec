package baseline

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Schema names the form of the file; it changes when a name or a meaning does.
const Schema = "viva.baseline/1"

// DefaultFile is the name under which a baseline is looked for.
const DefaultFile = "viva-baseline.jsonl"

// longest is the most bytes that a line may have; the longest that is written has a few hundred.
const longest = 1 << 20

// header is the first line.
type header struct {
	Schema string      `json:"schema"`
	Run    runners.Run `json:"run"`
	Scorer string      `json:"scorer"`
	BusyS  float64     `json:"busy_s"`
	Flags  []string    `json:"flags,omitempty"`
}

// line is a record as it is written. What is empty or zero is left out, but for what every record has.
type line struct {
	Item       string          `json:"item"`
	Arm        string          `json:"arm"`
	Load       string          `json:"load,omitempty"`
	Repeat     int             `json:"repeat,omitempty"`
	Source     string          `json:"source,omitempty"`
	Language   string          `json:"language,omitempty"`
	Domain     string          `json:"domain,omitempty"`
	Skill      string          `json:"skill,omitempty"`
	Answerable bool            `json:"answerable"`
	Status     runners.Status  `json:"status"`
	Verdict    scorers.Verdict `json:"verdict"`
	Behaved    scorers.Behaved `json:"behaved"`
	Cause      suites.Cause    `json:"cause,omitempty"`
	FirstToken float64         `json:"ttft_ms,omitempty"`
	Answer     float64         `json:"answer_ms,omitempty"`
	Tokens     int             `json:"output_tokens,omitempty"`
}

// seal is the last line. Its digest is the SHA-256 of every byte before it, line breaks as \n: a baseline is measured, not edited, and
// one that was cut short, merged by hand or touched up is refused.
type seal struct {
	Records int    `json:"records"`
	SHA256  string `json:"sha256"`
}

// Write writes the baseline: a header, one line a record, a seal; each a JSON object. Records need not be sorted. The same baseline is
// always the same bytes. It is an error when [Read] would refuse what it wrote.
func (b Baseline) Write(w io.Writer) error {
	b.Records = append([]Record(nil), b.Records...)
	sortRecords(b.Records)
	if _, err := b.check(); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	digest := sha256.New()
	out := bufio.NewWriter(w)
	put := func(into io.Writer, v any) error {
		e := json.NewEncoder(into)
		e.SetEscapeHTML(false)
		return e.Encode(v)
	}
	both := io.MultiWriter(out, digest)
	if err := put(both, header{Schema, b.Run, b.Scorer, b.BusyS, b.Flags}); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	for _, r := range b.Records {
		if err := put(both, lineOf(r)); err != nil {
			return fmt.Errorf("write baseline: %s: %w", r.name(), err)
		}
	}
	if err := put(out, seal{len(b.Records), hex.EncodeToString(digest.Sum(nil))}); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	return out.Flush()
}

// Read reads what [Baseline.Write] wrote, and nothing else: errors name the line. A file that another schema wrote, that was cut short
// or that was changed since it was written is refused. Carriage returns that a checkout put before line breaks are passed over.
func Read(r io.Reader) (Baseline, error) {
	b, line, err := read(r)
	switch {
	case err != nil && line > 0:
		return Baseline{}, fmt.Errorf("read baseline: line %d: %w", line, err)
	case err != nil:
		return Baseline{}, fmt.Errorf("read baseline: %w", err)
	}
	return b, nil
}

func read(r io.Reader) (b Baseline, no int, err error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), longest)
	digest := sha256.New()
	var end *seal
	for in.Scan() {
		no++
		text := bytes.TrimSuffix(in.Bytes(), []byte("\r"))
		switch {
		case end != nil:
			return b, no, errors.New("more lines after the seal")
		case no == 1:
			var h header
			if err := schemaOf(text); err != nil {
				return b, no, err
			}
			if err := strictly(text, &h); err != nil {
				return b, no, err
			}
			b = Baseline{Run: h.Run, Scorer: h.Scorer, BusyS: h.BusyS, Flags: h.Flags}
			if !(b.BusyS >= 0) {
				return b, no, fmt.Errorf("busy_s is %v", b.BusyS)
			}
		case bytes.HasPrefix(text, []byte(`{"records":`)):
			end = new(seal)
			if err := strictly(text, end); err != nil {
				return b, no, err
			}
			if end.Records != len(b.Records) {
				return b, no, fmt.Errorf("the seal counts %d records, the file holds %d", end.Records, len(b.Records))
			}
			if end.SHA256 != hex.EncodeToString(digest.Sum(nil)) {
				return b, no, errors.New("the file was changed since it was written: save the baseline again from its run")
			}
			continue
		default:
			var l line
			if err := strictly(text, &l); err != nil {
				return b, no, err
			}
			b.Records = append(b.Records, l.record())
		}
		digest.Write(text)
		digest.Write([]byte{'\n'})
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return b, no + 1, fmt.Errorf("longer than %d bytes", longest)
	case err != nil:
		return b, no, err
	case no == 0:
		return b, 0, errors.New("the file is empty")
	case end == nil:
		return b, no, errors.New("the file was cut short: its last line is no seal")
	}
	if i, err := b.check(); err != nil {
		return b, i + 2, err
	}
	return b, 0, nil
}

// schemaOf looks at the header's schema before anything else, so that a file of another kind or age is called that.
func schemaOf(text []byte) error {
	var h struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(text, &h); err != nil || h.Schema == "" {
		return fmt.Errorf("this is no baseline: its first line names no schema")
	}
	if h.Schema != Schema {
		return fmt.Errorf("schema %q, want %q", h.Schema, Schema)
	}
	return nil
}

// strictly reads one JSON value with no field that is not known and nothing after it.
func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("the line holds no whole JSON object")
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

func lineOf(r Record) line {
	return line{r.Item, r.Arm, r.Load, r.Repeat, r.Source, r.Language, r.Domain, r.Skill, r.Answerable, r.Status, r.Verdict, r.Behaved,
		r.Cause, r.FirstTokenMS, r.AnswerMS, r.OutputTokens}
}

func (l line) record() Record {
	return Record{l.Item, l.Arm, l.Load, l.Repeat, l.Source, l.Language, l.Domain, l.Skill, l.Answerable, l.Status, l.Verdict, l.Behaved,
		l.Cause, l.FirstToken, l.Answer, l.Tokens}
}
