package load

import (
	"math/rand/v2"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
)

// vocabulary is what synthetic texts are made of: common short words, which nearly every tokenizer takes for one token each.
var vocabulary = strings.Fields(`the and for are but not you all any can had her was one our out day get has him his how man new now old see two way who
	its let put say she too use that with have this will your from they know want been good much some time very when come here just like long make
	many more only over such take than them well were also back call came each even find give hand help high home keep kind last left life line live
	look made main mean most move must name need next note open page part plan play read real same seem sent show side sort stay stop tell than then
	turn upon wait walk week what word work year about after again being below could every first found great group house large later learn leave
	light local major never night order other paper place plant point power press price quite right river round scale serve short small sound south
	start state still store study table their there these thing think third those three today total under until urban value watch water where which
	while white whole whose world would write young`)

// words draws n words.
func words(rng *rand.Rand, from []string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = from[rng.IntN(len(from))]
	}
	return out
}

// Warmup makes prompts for warming up that share nothing with the questions but their usual length: random words, with the request to repeat
// the first ten.
func Warmup(questions []Question, seed int64) func(n int) runners.Prompt {
	size := 0
	for _, q := range questions {
		for _, m := range q.Messages {
			size += len(m.Content)
		}
	}
	const letters = 5 // of a word with its space, about
	n := max(10, size/max(1, len(questions))/letters)
	return func(i int) runners.Prompt {
		rng := rand.New(rand.NewPCG(uint64(seed)^0x7761726d, uint64(i)))
		text := strings.Join(words(rng, vocabulary, n), " ") + "\n\nRepeat the first ten words of this text, and say nothing else."
		return runners.Prompt{Messages: []prompt.Message{{Role: "user", Content: text}}, Seed: int64(i)}
	}
}
