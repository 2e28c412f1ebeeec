package claims

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Claim is one statement that a reply makes.
type Claim struct {
	Text      string
	Checkable bool // a document could show it to be true or false
}

// Split is a reply taken apart.
type Split struct {
	Declines bool // it says that the answer is not known, and gives none
	Claims   []Claim
}

// Support says how texts stand to a claim. The zero Support is none.
type Support uint8

const (
	NoSupport Support = iota
	Supported
	Contradicted
	NotStated
)

// Bounds of what a judge may send back, and of one claim, in bytes.
const (
	maxReply  = 1 << 20
	maxClaims = 400
	maxClaim  = 2000
)

// ReadSplit reads a judge's reply to the first instruction. Like all replies it must be one JSON object of the agreed form, bare or in
// one code fence: nothing is searched for in prose, and a member that is unknown, missing or there twice makes it unreadable.
func ReadSplit(reply string) (Split, error) {
	var s struct {
		Declines *bool `json:"declines"`
		Claims   *[]struct {
			Claim     *string `json:"claim"`
			Checkable *bool   `json:"checkable"`
		} `json:"claims"`
	}
	if err := read(reply, &s); err != nil {
		return Split{}, err
	}
	if s.Declines == nil || s.Claims == nil {
		return Split{}, errors.New("declines or claims is missing")
	}
	if len(*s.Claims) > maxClaims {
		return Split{}, fmt.Errorf("%d claims are more than %d", len(*s.Claims), maxClaims)
	}
	split := Split{Declines: *s.Declines}
	for i, c := range *s.Claims {
		switch {
		case c.Claim == nil || c.Checkable == nil:
			return Split{}, fmt.Errorf("claim %d lacks its text or checkable", i+1)
		case strings.TrimSpace(*c.Claim) == "":
			return Split{}, fmt.Errorf("claim %d is empty", i+1)
		case len(*c.Claim) > maxClaim:
			return Split{}, fmt.Errorf("claim %d is longer than %d bytes", i+1, maxClaim)
		}
		split.Claims = append(split.Claims, Claim{strings.TrimSpace(*c.Claim), *c.Checkable})
	}
	return split, nil
}

var supports = map[string]Support{"supported": Supported, "contradicted": Contradicted, "not_stated": NotStated}

// ReadSupport reads a judge's verdicts about n claims: each exactly once, in any order.
func ReadSupport(reply string, n int) ([]Support, error) {
	var s struct {
		Verdicts *[]struct {
			N       *int    `json:"n"`
			Verdict *string `json:"verdict"`
		} `json:"verdicts"`
	}
	if err := read(reply, &s); err != nil {
		return nil, err
	}
	if s.Verdicts == nil || len(*s.Verdicts) != n {
		return nil, fmt.Errorf("there are not exactly %d verdicts", n)
	}
	out := make([]Support, n)
	for _, v := range *s.Verdicts {
		switch {
		case v.N == nil || v.Verdict == nil:
			return nil, errors.New("a verdict lacks its number or its word")
		case *v.N < 1 || *v.N > n:
			return nil, fmt.Errorf("there is no claim %d", *v.N)
		case out[*v.N-1] != NoSupport:
			return nil, fmt.Errorf("claim %d has two verdicts", *v.N)
		case supports[*v.Verdict] == NoSupport:
			return nil, fmt.Errorf("no such verdict: %.40q", *v.Verdict)
		}
		out[*v.N-1] = supports[*v.Verdict]
	}
	return out, nil
}

// readRelation reads a judge's word on two answers.
func readRelation(reply string) (string, error) {
	var s struct {
		Verdict *string `json:"verdict"`
	}
	if err := read(reply, &s); err != nil {
		return "", err
	}
	if s.Verdict == nil {
		return "", errors.New("the verdict is missing")
	}
	switch *s.Verdict {
	case "entails", "contradicts", "neutral":
		return *s.Verdict, nil
	}
	return "", fmt.Errorf("no such verdict: %.40q", *s.Verdict)
}

// read decodes a reply that is one JSON object and nothing else.
func read(reply string, into any) error {
	if len(reply) > maxReply {
		return fmt.Errorf("the reply is longer than %d KiB", maxReply>>10)
	}
	if !utf8.ValidString(reply) {
		return errors.New("the reply is not UTF-8")
	}
	s := unfence(strings.TrimSpace(strings.TrimPrefix(reply, "\ufeff")))
	if s == "" || s[0] != '{' {
		return errors.New("the reply is not one JSON object")
	}
	if err := unique(s); err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New("the reply is not of the agreed form: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// unfence takes one code fence away that holds the whole reply.
func unfence(s string) string {
	if !strings.HasPrefix(s, "```") || !strings.HasSuffix(s, "```") || len(s) < 6 {
		return s
	}
	inner := strings.TrimPrefix(s[3:len(s)-3], "json")
	if strings.Contains(inner, "```") {
		return s
	}
	return strings.TrimSpace(inner)
}

// unique refuses what encoding/json passes over: members that come twice, of which it would take the later one, members in another
// letter case than agreed, and anything behind the object.
func unique(s string) error {
	d := json.NewDecoder(bytes.NewReader([]byte(s)))
	if err := member(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

func member(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return errors.New("the reply is not JSON")
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth++; depth > 4 {
		return errors.New("the reply is nested more deeply than agreed")
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return errors.New("the reply is not JSON")
			}
			key, _ := name.(string)
			if seen[key] || key != strings.ToLower(key) {
				return fmt.Errorf("the member %.40q comes twice, or in another letter case", key)
			}
			seen[key] = true
		}
		if err := member(d, depth); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return errors.New("the reply is not JSON")
	}
	return nil
}
