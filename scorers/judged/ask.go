package judged

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// paper is what is put to a judge, in either form, and how its reply is read.
type paper struct {
	content  []string // all that makes it what it is, for the cache
	messages func(Contract) []prompt.Message
	schema   json.RawMessage
	admits   func(scorers.Verdict) bool
}

func gradePaper(c Case) *paper {
	r := rubricFor(c.Language)
	p := &paper{
		content:  []string{"grade", r.language, c.Question, c.Reference, c.Reply},
		messages: func(contract Contract) []prompt.Message { return r.messages(c, contract) },
		schema:   answerable,
		admits:   func(scorers.Verdict) bool { return true },
	}
	if c.Reference == "" {
		p.schema = unanswerable
		p.admits = func(v scorers.Verdict) bool { return v == scorers.Incorrect || v == scorers.Abstained }
	}
	return p
}

// read reads a reply to the paper.
func (p *paper) read(text, finish string) Reading {
	r := Read(text)
	switch {
	case finish == "length":
		r = Reading{Reasoning: r.Reasoning, Fault: Truncated}
	case finish == "content_filter":
		r = Reading{Reasoning: r.Reasoning, Fault: Withheld}
	case r.Fault == Readable && !p.admits(r.Verdict):
		r.Verdict, r.Fault = scorers.Unscored, OffScale
	}
	return r
}

// vote gets one vote: from the cache, or by asking.
func (j *Judge) vote(ctx context.Context, p *paper, n int) (Vote, error) {
	key := ""
	if j.Cache != nil {
		key = j.key(p, n)
		leave, err := j.queue.enter(ctx, key)
		if err != nil {
			return Vote{}, err
		}
		defer leave()
		e, ok, err := j.Cache.Get(ctx, key)
		if err != nil {
			return Vote{}, fmt.Errorf("read judge's cache: %w", err)
		}
		if ok {
			v := Vote{Reading: p.read(e.Text, ""), Reply: e.Text, Model: e.Model, Contract: e.Contract, Cached: true}
			v.Reasoning = join(e.Reasoning, v.Reasoning)
			if v.Fault == Readable {
				return v, nil
			} // a reader of another version took it for a vote: ask again
		}
	}
	response, contract, took, err := j.ask(ctx, p, j.seed(p, n))
	if ctx.Err() != nil {
		return Vote{}, ctx.Err()
	}
	if err != nil {
		var spent *spentError
		return Vote{Err: err.Error(), Contract: contract, unpaid: errors.As(err, &spent)}, nil
	}
	v := Vote{Reading: p.read(response.Text, response.Finish), Reply: response.Text, Model: response.Model, Contract: contract}
	v.Reasoning = join(response.Reasoning, v.Reasoning)
	if j.Cache != nil && v.Fault == Readable {
		e := Entry{Judge: j.who(), Rubric: Digest(), Contract: contract, Text: response.Text, Reasoning: response.Reasoning, Model: response.Model,
			Tokens: response.Tokens, Took: took}
		if err := j.Cache.Put(ctx, key, e); err != nil {
			return Vote{}, fmt.Errorf("write judge's cache: %w", err)
		}
	}
	return v, nil
}

// join puts two reasonings together: that of the endpoint's own field and that of a block in the text.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// ask sends the paper under the contract that holds. Under Auto, a server that turns out not to take a schema is asked anew for a
// letter, and what it made of the object is thrown away.
func (j *Judge) ask(ctx context.Context, p *paper, seed int64) (r runners.Response, c Contract, took time.Duration, err error) {
	c = j.Contract
	if c == Auto {
		if c = Object; j.letter.Load() {
			c = Letter
		}
	}
	r, took, err = j.send(ctx, p, c, seed)
	if j.Contract == Auto && c == Object && slices.Contains(r.Dropped, "response_format") && ctx.Err() == nil {
		j.letter.Store(true)
		c = Letter
		r, took, err = j.send(ctx, p, c, seed)
	}
	return r, c, took, err
}

// send sends the paper until it is answered, the attempts are used up or the budget is.
func (j *Judge) send(ctx context.Context, p *paper, c Contract, seed int64) (response runners.Response, took time.Duration, err error) {
	out := runners.Prompt{Messages: p.messages(c), Seed: seed}
	if c == Object {
		out.Schema = p.schema
	}
	now := j.Now
	if now == nil {
		now = time.Now
	}
	_, err = j.patience.Ask(ctx, j.Attempts, func(ctx context.Context, _ time.Time) error {
		if err := j.Budget.Take(); err != nil {
			return err
		}
		if j.Timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, j.Timeout)
			defer cancel()
		}
		begun := now()
		var err error
		response, err = j.Target.Ask(ctx, out)
		took = now().Sub(begun)
		s := j.spend(response, took)
		j.Budget.Add(s)
		j.tally.note(func(t *Tally) { t.Spend = t.Spend.Add(s) })
		return err
	})
	return response, took, err
}

// spend is what a request has cost. One that brought neither text nor a count has cost no tokens.
func (j *Judge) spend(r runners.Response, took time.Duration) Spend {
	s := Spend{Requests: 1, Took: took}
	if r.Tokens.Source == runners.FromUsage || r.Text != "" || r.Reasoning != "" {
		s.Prompt, s.Completion, s.Money = r.Tokens.Prompt, r.Tokens.Completion, j.Price.of(r.Tokens)
		s.Estimated = one(r.Tokens.Source != runners.FromUsage)
	}
	return s
}

// seed gives each vote on each paper a seed of its own.
func (j *Judge) seed(p *paper, vote int) int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%d", j.Seed, vote)
	for _, s := range p.content {
		fmt.Fprintf(h, "\x00%d\x00%s", len(s), s)
	}
	return int64(h.Sum64() >> 33) // 31 bits: some servers read a C int
}
