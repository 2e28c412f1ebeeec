package load

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
)

// Ruler writes prompts of so many tokens as the target itself counts them. The zero Ruler is not usable; [NewRuler] asks the target.
type Ruler struct {
	words    []string
	overhead float64 // tokens of a prompt without words: the model's own template
	each     float64 // tokens of a word
	exact    bool    // every word is one token
	seed     int64
}

const (
	enoughWords = 64 // words of one token each that suffice
	mostProbes  = 48 // requests that measuring may take
)

// errNoUsage says that a target does not count tokens.
var errNoUsage = errors.New("the target reports no usage.prompt_tokens")

// NewRuler finds words that the target counts as one token each, and what its template adds, by asking for its count of the prompt's tokens
// a few dozen times at most. Where no such words are found, or the target does not count at all, lengths are estimates, and note says
// so. The error is that of a request that failed.
func NewRuler(ctx context.Context, target runners.Target, timeout time.Duration, seed int64) (r *Ruler, note string, err error) {
	r = &Ruler{seed: seed}
	p := &probe{ctx: ctx, target: target, timeout: timeout}
	one, err := p.count(vocabulary[:1])
	if errors.Is(err, errNoUsage) {
		r.words, r.each = vocabulary, 1
		return r, "the target does not count the tokens of prompts: their lengths are estimates, of a token a word", nil
	}
	if err != nil {
		return nil, "", err
	}
	good, err := p.singles(vocabulary[1:], one)
	if err != nil {
		return nil, "", err
	}
	const few, many = 100, 1100
	rng := rand.New(rand.NewPCG(uint64(seed), 0x72756c65))
	if len(good) >= enoughWords/2 {
		check, err := p.count(words(rng, good, many)) // single words may have been rounded
		if err != nil {
			return nil, "", err
		}
		if check == one-1+many {
			r.words, r.overhead, r.each, r.exact = good, float64(one-1), 1, true
			return r, "", nil
		}
	}
	a, err := p.count(words(rng, vocabulary, few))
	if err != nil {
		return nil, "", err
	}
	b, err := p.count(words(rng, vocabulary, many))
	if err != nil {
		return nil, "", err
	}
	if b <= a {
		return nil, "", fmt.Errorf("measure prompts: the target counts %d tokens in %d words and %d in %d", a, few, b, many)
	}
	r.words, r.each = vocabulary, float64(b-a)/(many-few)
	r.overhead = max(0, float64(a)-few*r.each)
	return r, fmt.Sprintf("no words were found that the target counts as one token each: lengths of prompts are good to a few tokens, at %.2f a word", r.each), nil
}

// probe asks a target how many tokens texts have.
type probe struct {
	ctx     context.Context
	target  runners.Target
	timeout time.Duration
	asked   int
}

// count is the target's count of the tokens of a prompt made of the words.
func (p *probe) count(text []string) (int, error) {
	p.asked++
	t := runners.Trial{Prompt: runners.Prompt{Messages: message(text), Exactly: 1}}
	err := t.Ask(p.ctx, p.target, p.timeout, time.Now())
	switch {
	case err != nil:
		return 0, fmt.Errorf("measure prompts: %w", err)
	case t.Response.Tokens.Source != runners.FromUsage || t.Response.Tokens.Prompt <= 0:
		return 0, errNoUsage
	}
	return t.Response.Tokens.Prompt, nil
}

// singles returns words that are one token each behind others, until there are enough. base is the count of the first word of the vocabulary alone.
// A list whose words add exactly as many tokens as it has words is taken whole, another is halved.
func (p *probe) singles(list []string, base int) ([]string, error) {
	var good []string
	queue := [][]string{list}
	for len(queue) > 0 && len(good) < enoughWords && p.asked < mostProbes {
		part := queue[0]
		queue = queue[1:]
		n, err := p.count(append([]string{vocabulary[0]}, part...))
		if err != nil {
			return nil, err
		}
		if n-base == len(part) {
			good = append(good, part...)
		} else if len(part) > 1 {
			queue = append(queue, part[:len(part)/2], part[len(part)/2:])
		}
	}
	return good, nil
}

// message is the prompt that a text is asked as.
func message(text []string) []prompt.Message {
	return []prompt.Message{{Role: "user", Content: strings.Join(text, " ")}}
}

// Least is the fewest tokens that a prompt can have: the target's template and one word.
func (r *Ruler) Least() int { return int(math.Ceil(r.overhead + r.each)) }

// Exact reports whether prompts have exactly the length that they are to have.
func (r *Ruler) Exact() bool { return r.exact }

// Prompt writes the nth prompt of so many tokens. The first part of it, by share, is the same in all prompts of that length; the rest is random,
// from the ruler's seed, and begins differently in each.
func (r *Ruler) Prompt(tokens, n int, share float64) []prompt.Message {
	size := max(1, int(math.Round((float64(tokens)-r.overhead)/r.each)))
	common := min(size, int(math.Round(share*float64(size))))
	text := words(rand.New(rand.NewPCG(uint64(r.seed), 0x636f6d6d)), r.words, common)
	rng := rand.New(rand.NewPCG(uint64(r.seed), uint64(n)+1<<32))
	text = append(text, words(rng, r.words, size-common)...)
	return message(text)
}
