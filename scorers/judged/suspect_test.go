package judged

import (
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

func TestFamilies(t *testing.T) {
	for model, want := range map[string]string{
		"deepseek-ai/DeepSeek-R1-Distill-Qwen-32B": "deepseek qwen",
		"deepseek-r1:70b":                          "deepseek",
		"DeepSeek_V3":                              "deepseek",
		"Qwen/Qwen2.5-72B-Instruct-AWQ":            "qwen",
		"qwen3:8b":                                 "qwen",
		"QwQ-32B":                                  "qwen",
		"meta-llama/Llama-3.3-70B-Instruct":        "llama",
		"nvidia/Llama-3.1-Nemotron-70B":            "llama nemotron",
		"gpt-4o-mini":                              "gpt",
		"openai/gpt-oss-120b":                      "gpt",
		"o3-mini":                                  "gpt",
		"google/gemma-3n-e4b":                      "gemini",
		"gemma3n":                                  "gemini",
		"gemini-2.5-pro":                           "gemini",
		"mistralai/Mixtral-8x7B":                   "mistral",
		"Ministral-8B":                             "mistral",
		"claude-sonnet-4":                          "claude",
		"THUDM/glm-4-9b-chat":                      "glm",
		"01-ai/Yi-34B":                             "yi",
		"company-assistant":                        "",
		"philosopher":                              "",
		"model-o10":                                "",
		"":                                         "",
	} {
		if got := strings.Join(Families(model), " "); got != want {
			t.Errorf("%s: %q, want %q", model, got, want)
		}
	}
}

func TestKinship(t *testing.T) {
	const here, there = "http://box:8000/v1", "http://judge:8000/v1"
	for _, row := range []struct {
		judge, at, examinee, examined string
		want                          Kinship
		why                           string
	}{
		{"qwen3-32b", here, "qwen3-32b", here, Itself, "one model at one address"},
		{"qwen3-32b", there, "Qwen/Qwen3-32B", here, Itself, "the same weights on another box"},
		{"Qwen3-32B-AWQ", there, "qwen3:32b", here, Itself, "the same model, stored otherwise"},
		{"qwen3-14b", there, "qwen3-32b", here, SameFamily, "another size"},
		{"deepseek-r1-distill-qwen-7b", there, "qwen2.5-7b", here, SameFamily, "distilled into it"},
		{"gemini-2.5-pro", there, "gemma-3-27b", here, SameFamily, "one maker's line"},
		{"prod", here, "alias", here + "/", SameServer, "an alias, perhaps"},
		{"mistral-small", there, "qwen3-32b", here, Stranger, "another maker"},
		{"model", there, "model", here, Stranger, "a name that says nothing, elsewhere"},
		{"model", here, "model", here, Itself, "a name that says nothing, here"},
		{"qwen3-32b", there, "", "", Stranger, "the built-in reader"},
	} {
		j := &Judge{Model: row.judge, BaseURL: row.at}
		if got := j.Kinship(runners.TargetInfo{Model: row.examinee, BaseURL: row.examined}); got != row.want {
			t.Errorf("%s against %s: %v, want %v: %s", row.judge, row.examinee, got, row.want, row.why)
		}
	}
}

func TestSuspects(t *testing.T) {
	examinee := runners.TargetInfo{Model: "qwen3-32b", BaseURL: "http://box/v1"}
	itself := &Judge{Model: "Qwen/Qwen3-32B", BaseURL: "http://judge/v1"}
	family := &Judge{Model: "qwen3-8b", BaseURL: "http://judge/v1"}
	stranger := &Judge{Model: "mistral-small", BaseURL: "http://judge/v1"}
	if _, err := Suspects(examinee, stranger, itself); err == nil || err.Error() != "choose judge: Qwen/Qwen3-32B@judge is the examinee itself" {
		t.Errorf("%v", err)
	}
	itself.AllowSelf = true
	got, err := Suspects(examinee, itself, family, stranger)
	if err != nil || len(got) != 2 || got[0].Kinship != Itself || got[1].Kinship != SameFamily || !strings.Contains(got[1].Why, "one family") {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestSelfIsRefused: the check does not hang on anyone remembering to make it.
func TestSelfIsRefused(t *testing.T) {
	j, server := judge(t, perfect, func(e *Endpoint) { e.Model = "qwen3-32b" })
	q := lease("30 September 2027")
	q.Trial.Response.Model = "Qwen/Qwen3-32B"
	if _, err := j.Score(t.Context(), q); err == nil || !strings.Contains(err.Error(), "is the examinee") || server.Requests() != 0 {
		t.Errorf("%v after %d requests", err, server.Requests())
	}
	j.AllowSelf = true
	if got := score(t, j, q); got.Verdict != scorers.Correct {
		t.Errorf("%+v", got)
	}
	q.Trial.Response.Model, j.AllowSelf, j.Model = "default", false, "default"
	if got := score(t, j, q); got.Verdict != scorers.Correct {
		t.Errorf("%+v: every server may call its model so", got)
	}
}

func TestFamilyTableIsSane(t *testing.T) {
	seen := map[string]string{}
	for _, f := range families {
		if !slices.Contains(f.words, f.name) {
			t.Errorf("%s does not name itself", f.name)
		}
		for _, w := range f.words {
			if was := seen[w]; was != "" || w != strings.ToLower(w) {
				t.Errorf("%s of %s: %s", w, f.name, was)
			}
			seen[w] = f.name
		}
	}
}
