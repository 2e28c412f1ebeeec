package judged

import (
	"slices"
	"strings"
	"unicode"
)

// families are the makers' lines of models, each with the words by which a model's name shows it. A model that was distilled from one
// line into another belongs to both.
var families = []struct {
	name  string
	words []string
}{
	{"deepseek", []string{"deepseek"}},
	{"qwen", []string{"qwen", "qwq", "qvq", "tongyi"}},
	{"llama", []string{"llama", "vicuna", "alpaca"}},
	{"gpt", []string{"gpt", "chatgpt", "openai", "o1", "o3", "o4", "davinci", "codex"}},
	{"gemini", []string{"gemini", "gemma", "medgemma", "codegemma", "shieldgemma"}},
	{"mistral", []string{"mistral", "mixtral", "ministral", "magistral", "codestral", "devstral", "pixtral", "mathstral"}},
	{"claude", []string{"claude", "anthropic"}},
	{"glm", []string{"glm", "chatglm", "zhipu"}},
	{"yi", []string{"yi"}},
	{"kimi", []string{"kimi", "moonshot", "moonlight"}},
	{"ernie", []string{"ernie", "wenxin"}},
	{"hunyuan", []string{"hunyuan"}},
	{"doubao", []string{"doubao", "seed"}},
	{"minimax", []string{"minimax", "abab"}},
	{"internlm", []string{"internlm", "internvl"}},
	{"baichuan", []string{"baichuan"}},
	{"phi", []string{"phi"}},
	{"falcon", []string{"falcon"}},
	{"granite", []string{"granite"}},
	{"command", []string{"command", "cohere", "aya", "c4ai"}},
	{"nemotron", []string{"nemotron"}},
	{"grok", []string{"grok"}},
	{"olmo", []string{"olmo", "tulu"}},
	{"exaone", []string{"exaone"}},
	{"sarvam", []string{"sarvam"}},
	{"smollm", []string{"smollm"}},
}

// Families are the families that a model's name shows, sorted; none for a name that shows none, such as a deployment's alias.
func Families(model string) []string {
	var out []string
	for _, part := range parts(model) {
		line := part
		if i := strings.IndexFunc(part, unicode.IsDigit); i > 0 {
			line = part[:i] // qwen3, gemma3n
		}
		for _, f := range families {
			if (slices.Contains(f.words, part) || slices.Contains(f.words, line)) && !slices.Contains(out, f.name) {
				out = append(out, f.name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// parts are the words of a model's name in lower case, the maker's too: "deepseek", "ai", "deepseek", "r1", "distill", "qwen", "32b".
func parts(model string) []string {
	return strings.FieldsFunc(strings.ToLower(model), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Kinship is how near a judge is to an examinee.
type Kinship uint8

const (
	Stranger   Kinship = iota
	SameServer         // served at one address under another name: it may be the same model by an alias
	SameFamily         // judges are known to favour their own kind
	Itself
)

func (k Kinship) String() string {
	return [...]string{"stranger", "same server", "same family", "itself"}[k]
}

// kin compares two models by name.
func kin(a, b string) Kinship {
	if bareName(a) == bareName(b) {
		return Itself
	}
	for _, f := range Families(a) {
		if slices.Contains(Families(b), f) {
			return SameFamily
		}
	}
	return Stranger
}

// storage are the words that say how a model's weights are kept, and nothing about which model it is.
var storage = []string{"awq", "gptq", "gguf", "fp8", "fp16", "bf16", "fp4", "nvfp4", "mxfp4", "int4", "int8", "w4a16", "w8a8", "w8a16", "4bit", "8bit", "mlx", "bnb", "exl2", "latest"}

// bareName is a model's name without its maker's and without how it is stored.
func bareName(model string) string {
	model = strings.TrimRight(model, "/")
	if i := strings.LastIndexByte(model, '/'); i >= 0 {
		model = model[i+1:]
	}
	var kept []string
	for _, p := range parts(strings.TrimSuffix(strings.ToLower(model), ".gguf")) {
		if !slices.Contains(storage, p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "-")
}

// telling reports whether a name says which model it is. Many servers call whatever they serve by such a word.
func telling(model string) bool {
	switch bareName(model) {
	case "", "model", "default", "local", "local-model", "weights", "snapshot", "test", "fake", "gguf":
		return false
	}
	return true
}
