package claims

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers/judged"
	"github.com/viva-eval/viva/scorers/nli"
)

// Budget is asked before each request and told afterwards what it has cost. An error of Take leaves the question unscored with that
// error for a reason; what is cached is read all the same.
type Budget interface {
	Take() error
	Add(judged.Spend)
}

// Judge is a model that is asked about claims. Only Target is needed. It is safe for concurrent use and must not be copied.
type Judge struct {
	Target   runners.Target
	Model    string        // names the judge, as model@host: part of its scorers' names and of the cache's keys
	Sampling string        // how the target samples, as far as that could change a reply: part of the cache's keys
	Attempts int           // requests that a question may cost while the infrastructure fails; 0: one
	Timeout  time.Duration // of each request; 0: none
	Price    judged.Price
	Cache    judged.Cache     // nil: everything is asked for. Its errors end the scoring
	Budget   Budget           // nil: no limit
	Now      func() time.Time // nil: time.Now

	patience runners.Patience
	mu       sync.Mutex
	work     Work
	asking   map[string]chan struct{} // by key: closed when the reply is in the cache, or was not to be had
}

var _ Budget = (*judged.Budget)(nil)

// From makes a judge of claims of one that grades replies: the same model, address, sampling, patience, price and cache. Its budget is
// the caller's to set.
func From(j *judged.Judge) *Judge {
	model := j.Model
	if u, err := url.Parse(j.BaseURL); err == nil && u.Host != "" {
		model += "@" + u.Host
	}
	return &Judge{Target: j.Target, Model: model, Sampling: j.Sampling, Attempts: j.Attempts, Timeout: j.Timeout, Price: j.Price, Cache: j.Cache, Now: j.Now}
}

// Name names the judge and its instructions; empty where Model is.
func (j *Judge) Name() string {
	if j.Model == "" {
		return ""
	}
	return j.Model + "/" + Digest()[:8]
}

// Work is what became of a judge's questions.
type Work struct {
	Questions  int // put to the judge, those answered from the cache included
	Cached     int
	Failed     int // requests that brought no reply
	Unreadable int // replies that broke the contract, were cut off or withheld
	Spend      judged.Spend
}

// String tells the counts in one line.
func (w Work) String() string {
	return fmt.Sprintf("%d questions, %d answered from the cache, %d failed, %d replies unreadable; %d requests, %d tokens, cost %.2f",
		w.Questions, w.Cached, w.Failed, w.Unreadable, w.Spend.Requests, w.Spend.Tokens(), w.Spend.Money)
}

// Work returns the counts so far.
func (j *Judge) Work() Work {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.work
}

func (j *Judge) note(f func(*Work)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f(&j.work)
}

// Fault is a question to the judge that got no verdict: a failed request, or a reply that cannot be read. It concerns one question and
// is data; every other error of a Judge ends the scoring.
type Fault struct {
	Unreadable bool // there was a reply
	Why        string
}

func (f *Fault) Error() string { return f.Why }

// Fatal is false: other questions may fare better.
func (f *Fault) Fatal() bool { return false }

// Split asks for the claims of a reply.
func (j *Judge) Split(ctx context.Context, language, question, reply string) (Split, error) {
	var s Split
	err := j.ask(ctx, templateFor(language, question).split, splitSchema, struct {
		Question string `json:"question"`
		Reply    string `json:"reply"`
	}{question, reply}, func(text string) (err error) { s, err = ReadSplit(text); return err })
	return s, err
}

// Text is something that claims are checked against.
type Text struct {
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
}

// Verify asks which of the claims the texts, taken together, support. Nothing is asked about no claims.
func (j *Judge) Verify(ctx context.Context, language, question string, texts []Text, claims []string) ([]Support, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	type numbered struct {
		N     int    `json:"n"`
		Claim string `json:"claim"`
	}
	list := make([]numbered, len(claims))
	for i, c := range claims {
		list[i] = numbered{i + 1, c}
	}
	var s []Support
	err := j.ask(ctx, templateFor(language, question).verify, verifySchema, struct {
		Question string     `json:"question"`
		Texts    []Text     `json:"texts"`
		Claims   []numbered `json:"claims"`
	}{question, texts, list}, func(text string) (err error) { s, err = ReadSupport(text, len(claims)); return err })
	return s, err
}

// Entail asks whether the answer premise, if true, makes the answer hypothesis true. The relation is certain: one class has all weight.
func (j *Judge) Entail(ctx context.Context, question, premise, hypothesis string) (nli.Relation, error) {
	var r nli.Relation
	err := j.ask(ctx, templateFor("", question).entail, entailSchema, struct {
		Question string `json:"question"`
		First    string `json:"first"`
		Second   string `json:"second"`
	}{question, premise, hypothesis}, func(text string) error {
		word, err := readRelation(text)
		switch word {
		case "entails":
			r.Entailment = 1
		case "contradicts":
			r.Contradiction = 1
		case "neutral":
			r.Neutral = 1
		}
		return err
	})
	return r, err
}

// ask puts one instruction with its material to the judge and reads the reply. Only replies that could be read are kept in the cache.
func (j *Judge) ask(ctx context.Context, instruction string, schema []byte, material any, read func(string) error) error {
	content, err := encode(material)
	if err != nil {
		return err
	}
	key := j.key(instruction, content)
	j.note(func(w *Work) { w.Questions++ })
	if j.Cache != nil {
		leave, err := j.enter(ctx, key)
		if err != nil {
			return err
		}
		defer leave()
		e, ok, err := j.Cache.Get(ctx, key)
		if err != nil {
			return fmt.Errorf("read cache of claims: %w", err)
		}
		if ok && read(e.Text) == nil { // a reader of another version may have taken what this one does not
			j.note(func(w *Work) { w.Cached++ })
			return nil
		}
	}
	p := runners.Prompt{Messages: []prompt.Message{{Role: "system", Content: instruction}, {Role: "user", Content: content}}, Schema: schema}
	response, took, err := j.send(ctx, p)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		j.note(func(w *Work) { w.Failed++ })
		return &Fault{Why: "the judge did not answer: " + err.Error()}
	}
	text := unthink(response.Text)
	switch {
	case response.Finish == "length":
		err = errors.New("the reply was cut off at its longest length")
	case response.Finish == "content_filter":
		err = errors.New("the judge's server withheld the reply")
	default:
		err = read(text)
	}
	if err != nil {
		j.note(func(w *Work) { w.Unreadable++ })
		return &Fault{Unreadable: true, Why: "the judge's reply cannot be read: " + err.Error()}
	}
	if j.Cache != nil {
		e := judged.Entry{Judge: j.Model, Rubric: Digest(), Contract: judged.Object, Text: text, Reasoning: response.Reasoning, Model: response.Model,
			Tokens: response.Tokens, Took: took}
		if err := j.Cache.Put(ctx, key, e); err != nil {
			return fmt.Errorf("write cache of claims: %w", err)
		}
	}
	return nil
}

// enter waits until nobody asks the same any more: repeats often reply alike, and the cache can serve all but the first of them.
func (j *Judge) enter(ctx context.Context, key string) (leave func(), err error) {
	for {
		j.mu.Lock()
		before := j.asking[key]
		if before == nil {
			mine := make(chan struct{})
			if j.asking == nil {
				j.asking = map[string]chan struct{}{}
			}
			j.asking[key] = mine
			j.mu.Unlock()
			return func() {
				j.mu.Lock()
				delete(j.asking, key)
				j.mu.Unlock()
				close(mine)
			}, nil
		}
		j.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// send sends a prompt until it is answered, the attempts are used up or the budget is.
func (j *Judge) send(ctx context.Context, p runners.Prompt) (response runners.Response, took time.Duration, err error) {
	now := j.Now
	if now == nil {
		now = time.Now
	}
	_, err = j.patience.Ask(ctx, j.Attempts, func(ctx context.Context, _ time.Time) (err error) {
		if j.Budget != nil {
			if err := j.Budget.Take(); err != nil {
				return err
			}
		}
		if j.Timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, j.Timeout)
			defer cancel()
		}
		begun := now()
		response, err = j.Target.Ask(ctx, p)
		took = now().Sub(begun)
		s := j.spend(response, took)
		if j.Budget != nil {
			j.Budget.Add(s)
		}
		j.note(func(w *Work) { w.Spend = w.Spend.Add(s) })
		return err
	})
	return response, took, err
}

// spend is what a request has cost. One that brought neither text nor a count has cost no tokens.
func (j *Judge) spend(r runners.Response, took time.Duration) judged.Spend {
	s := judged.Spend{Requests: 1, Took: took}
	if r.Tokens.Source == runners.FromUsage || r.Text != "" || r.Reasoning != "" {
		s.Prompt, s.Completion = r.Tokens.Prompt, r.Tokens.Completion
		s.Money = (j.Price.Prompt*float64(s.Prompt) + j.Price.Completion*float64(s.Completion)) / 1e6
		if r.Tokens.Source != runners.FromUsage {
			s.Estimated = 1
		}
	}
	return s
}

// encode writes the material as JSON. Foreign text cannot leave its string: quotes and line ends are escaped, and so are the brackets
// of what chat templates read as the end of a message.
func encode(material any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b) // escapes <, > and &
	if err := e.Encode(material); err != nil {
		return "", fmt.Errorf("encode material: %w", err)
	}
	return strings.NewReplacer("[INST]", `\u005bINST]`, "[/INST]", `\u005b/INST]`).Replace(strings.TrimSpace(b.String())), nil
}

// unthink drops a block of reasoning at the head of a reply; endpoints mostly do so themselves. One that does not end leaves nothing.
func unthink(s string) string {
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		return s
	}
	if _, after, ok := strings.Cut(s, "</think>"); ok {
		return after
	}
	if strings.HasPrefix(strings.TrimSpace(s), "<think>") {
		return ""
	}
	return s
}

// key names a question by all that could change its reply.
func (j *Judge) key(instruction, content string) string {
	h := sha256.New()
	for _, s := range []string{"claims", Version, j.Model, j.Sampling, instruction, content} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}
