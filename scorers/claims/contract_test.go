package claims

import (
	"slices"
	"strings"
	"testing"
)

func TestReadSplit(t *testing.T) {
	for _, c := range []struct {
		why, reply string
		claims     int
		declines   bool
	}{
		{"bare", `{"declines": false, "claims": [{"claim": "Leave is 28 days.", "checkable": true}]}`, 1, false},
		{"in a code fence", "```json\n{\"declines\": false, \"claims\": []}\n```", 0, false},
		{"a fence without a language", "```\n{\"declines\": true, \"claims\": []}\n```", 0, true},
		{"white space around", "\ufeff \n{\"claims\": [{\"checkable\": false, \"claim\": \" 年假为28天。 \"}], \"declines\": false}\n", 1, false},
	} {
		got, err := ReadSplit(c.reply)
		if err != nil || len(got.Claims) != c.claims || got.Declines != c.declines {
			t.Errorf("%s: %+v, %v", c.why, got, err)
		}
	}
	for why, reply := range map[string]string{
		"nothing":                      "",
		"prose":                        "The reply makes one claim: leave is 28 days.",
		"prose before the object":      `Sure! {"declines": false, "claims": []}`,
		"prose behind the object":      `{"declines": false, "claims": []} I hope this helps.`,
		"two objects":                  `{"declines": false, "claims": []}{"declines": true, "claims": []}`,
		"two fences":                   "```{\"declines\": false, \"claims\": []}``` ```{}```",
		"a member is missing":          `{"claims": []}`,
		"an unknown member":            `{"declines": false, "claims": [], "note": "x"}`,
		"a member comes twice":         `{"declines": false, "claims": [], "claims": [{"claim": "x", "checkable": true}]}`,
		"twice in another letter case": `{"declines": false, "Declines": true, "claims": []}`,
		"null for a list":              `{"declines": false, "claims": null}`,
		"an empty claim":               `{"declines": false, "claims": [{"claim": " ", "checkable": true}]}`,
		"claims as text":               `{"declines": false, "claims": ["Leave is 28 days."]}`,
		"a claim without checkable":    `{"declines": false, "claims": [{"claim": "x"}]}`,
		"a claim without end":          `{"declines": false, "claims": [{"claim": "` + strings.Repeat("x", 3000) + `", "checkable": true}]}`,
		"broken off":                   `{"declines": false, "claims": [{"claim": "Leave`,
		"an array":                     `[{"claim": "x", "checkable": true}]`,
		"not UTF-8":                    "{\"declines\": false, \"claims\": [{\"claim\": \"\xff\", \"checkable\": true}]}",
		"nested without end":           strings.Repeat(`{"a":`, 10000),
	} {
		if got, err := ReadSplit(reply); err == nil {
			t.Errorf("%s was read as %+v", why, got)
		}
	}
}

func TestReadSupport(t *testing.T) {
	got, err := ReadSupport(`{"verdicts":[{"n":2,"verdict":"contradicted"},{"n":1,"verdict":"supported"},{"n":3,"verdict":"not_stated"}]}`, 3)
	if err != nil || !slices.Equal(got, []Support{Supported, Contradicted, NotStated}) {
		t.Errorf("got %v, %v", got, err)
	}
	for why, reply := range map[string]string{
		// A reference scorer searches the reply for both words and takes the later one: this was "supported" to it.
		"both words in prose":     "False. The passage does not say that, so the claim is not true.",
		"both words in a verdict": `{"verdicts":[{"n":1,"verdict":"not supported, i.e. contradicted"}]}`,
		// Another takes what it cannot read for a refusal.
		"an empty verdict":        `{"verdicts":[{"n":1,"verdict":""}]}`,
		"a word inside a word":    `{"verdicts":[{"n":1,"verdict":"unsupported"}]}`,
		"another letter case":     `{"verdicts":[{"n":1,"verdict":"SUPPORTED"}]}`,
		"one too few":             `{"verdicts":[]}`,
		"one too many":            `{"verdicts":[{"n":1,"verdict":"supported"},{"n":2,"verdict":"supported"}]}`,
		"no such claim":           `{"verdicts":[{"n":0,"verdict":"supported"}]}`,
		"a number that is text":   `{"verdicts":[{"n":"1","verdict":"supported"}]}`,
		"a number in between":     `{"verdicts":[{"n":1.5,"verdict":"supported"}]}`,
		"verdict comes twice":     `{"verdicts":[{"n":1,"verdict":"contradicted","verdict":"supported"}]}`,
		"a letter":                "A",
		"the answer B, not the A": "Answer: B",
	} {
		if got, err := ReadSupport(reply, 1); err == nil {
			t.Errorf("%s was read as %v", why, got)
		}
	}
	if _, err := ReadSupport(`{"verdicts":[{"n":1,"verdict":"supported"},{"n":1,"verdict":"contradicted"}]}`, 2); err == nil {
		t.Error("two verdicts about one claim were read")
	}
}

func TestReadRelation(t *testing.T) {
	for _, word := range []string{"entails", "contradicts", "neutral"} {
		if got, err := readRelation(`{"verdict":"` + word + `"}`); err != nil || got != word {
			t.Errorf("%s: %q, %v", word, got, err)
		}
	}
	for _, reply := range []string{"entailment", `{"verdict":"does not entail"}`, `{}`, `{"verdict":null}`, `{"verdict":["entails"]}`} {
		if got, err := readRelation(reply); err == nil {
			t.Errorf("%s was read as %q", reply, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{splitContract, verifyContract, entailContract, "", "```{}```", `{"verdicts":[null]}`, `{"claims":[{}],"declines":true}`, `{"n":{"n":{"n":{"n":1}}}}`, "<think>{</think>{}"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, reply string, n int) {
		if s, err := ReadSplit(reply); err == nil {
			for _, c := range s.Claims {
				if strings.TrimSpace(c.Text) == "" {
					t.Fatalf("an empty claim of %q", reply)
				}
			}
		}
		if s, err := ReadSupport(reply, n&15); err == nil && (len(s) != n&15 || slices.Contains(s, NoSupport)) {
			t.Fatalf("%v of %q", s, reply)
		}
		_, _ = readRelation(unthink(reply))
	})
}

func TestUnthink(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1}`: `{"a":1}`, "<think>{\"a\":2}</think>{\"a\":1}": `{"a":1}`, "so </think> x": " x", "<think> no end {": "",
		`{"claim":"it says </think> here"}`: `{"claim":"it says </think> here"}`,
	} {
		if got := unthink(in); got != want {
			t.Errorf("unthink(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestInvented(t *testing.T) {
	for _, c := range []struct {
		why, claim, reply, question, language string
		want                                  bool
	}{
		{"the reply's own figure", "Leave is 28 days.", "28 days", "How much leave?", "en", false},
		{"the question's figure", "In 2025 leave was 28 days.", "28 days", "How much leave in 2025?", "en", false},
		{"a figure from elsewhere", "Leave is 28 days from 2019.", "28 days", "How much leave?", "en", true},
		{"the same value otherwise written", "Revenue was 1,500,000 dollars.", "$1.5 million", "What was the revenue?", "en", false},
		{"another value", "Revenue was $1.6 million.", "$1.5 million", "What was the revenue?", "en", true},
		{"no figure", "Leave is generous.", "It is generous.", "How is leave?", "en", false},
		{"Chinese", "年假为28天。", "28天。", "年假多少天？", "zh", false},
		{"Chinese, from elsewhere", "年假为30天。", "28天。", "年假多少天？", "zh", true},
		{"Hindi digits", "छुट्टी 28 दिन है।", "२८ दिन", "कितनी छुट्टी?", "hi", false},
	} {
		if got := invented(c.claim, c.reply, c.question, c.language); got != c.want {
			t.Errorf("%s: invented is %v", c.why, got)
		}
	}
}
