package judged

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// maxShown bounds the texts that a judge is shown. What is longer is Unscored: a verdict on a part would be no verdict on the whole.
const maxShown = 64 << 10

// Judge is a scorer that asks a model. Target and Model are needed; the zero value of each other field is a usable default, and
// [Endpoint.Judge] fills them in for an endpoint. Fields are not changed while it is in use, by several goroutines at once. It must not
// be copied.
type Judge struct {
	Target   runners.Target
	Model    string   // as asked for; it decides who is kin to whom
	BaseURL  string   // without user info; names the judge, and its replies in the cache
	Sampling string   // how the target samples, as far as that could change a reply ("temperature 0"): part of the judge's identity
	Contract Contract // in which form it replies
	Votes    int      // times it is asked, each with a seed of its own; 0: once
	Seed     int64    // makes the seeds of the votes
	Attempts int      // requests a vote may cost when the infrastructure fails; 0: one
	Timeout  time.Duration
	Price    Price

	// AllowSelf lets the judge grade the model that it is. Without it such a trial is an error, since it is no accident that one wants
	// counted.
	AllowSelf bool

	Cache  Cache            // nil: every vote is asked for
	Budget *Budget          // nil: no limit
	Now    func() time.Time // nil: time.Now

	patience runners.Patience
	letter   atomic.Bool // the server refused a schema
	queue    queue
	tally    tally
	close    func()
}

var _ scorers.Scorer = (*Judge)(nil)

// Name names the judge with all that could change its scores: model, host, votes, and a digest of the rubrics, the contract and the
// sampling. Scores under one name are comparable.
func (j *Judge) Name() string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%d", Digest(), j.BaseURL, j.Contract, j.Sampling, j.Seed)
	name := "judge/" + j.who()
	if j.Votes > 1 {
		name += fmt.Sprintf("/k%d", j.Votes)
	}
	return name + "/" + Digest()[:8] + "-" + hex.EncodeToString(h.Sum(nil))
}

// who is the judge for people: model@host.
func (j *Judge) who() string {
	if u, err := url.Parse(j.BaseURL); err == nil && u.Host != "" {
		return j.Model + "@" + u.Host
	}
	return j.Model
}

// Tally is what became of the judge's work so far.
func (j *Judge) Tally() Tally { return j.tally.copy() }

// Close closes the connections of a judge that [Endpoint.Judge] made.
func (j *Judge) Close() {
	if j.close != nil {
		j.close()
	}
}

// Score judges one trial.
//
//  1. A trial without a whole answer has the zero Score. An empty reply, and one longer than 64 KiB, is Unscored and not shown.
//  2. The verdict is that of more than half of the votes. A reply of the judge that cannot be read, a request that failed and one that
//     the budget refused are votes for nothing.
//  3. Value is the mean of the votes that could be read, 1 for Correct and 0.5 for Partial. Cause and Hedged are not the judge's to tell.
//  4. The error is that of ctx or of the cache, or says that the judge is the examinee.
func (j *Judge) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	if told := q.Trial.Response.Model; !j.AllowSelf && told != "" && telling(told) && kin(told, j.Model) == Itself {
		return scorers.Score{}, fmt.Errorf("judge trial %s: the judge %s is the examinee, which names itself %s", q.Trial.ItemID, j.who(), clean(told))
	}
	s := scorers.Score{Scorer: j.Name()}
	reply := q.Trial.Response.Text
	switch {
	case strings.TrimSpace(reply) == "":
		s.Why = "the reply is empty"
		return s, nil
	case len(reply) > maxShown:
		s.Why = "the reply is longer than 64 KiB, which is more than a judge is shown"
		return s, nil
	}
	g, err := j.Grade(ctx, Case{Language: q.Item.Language, Question: q.Item.Question, Reference: Reference(q.Item.Answer, q.Item.Language), Reply: reply})
	if err != nil {
		return scorers.Score{}, err
	}
	s.Verdict, s.Value, s.Why = g.Verdict, g.Value, g.Why
	s.Behaved = scorers.Judge(q, s)
	return s, nil
}

// Grade puts a case to the judge, once for each vote. The error is that of ctx or of the cache; all else is in the votes.
func (j *Judge) Grade(ctx context.Context, c Case) (Grade, error) {
	votes, err := j.poll(ctx, gradePaper(c))
	if err != nil {
		return Grade{}, err
	}
	g := sum(votes)
	compared, flipped := differ(votes)
	j.tally.note(func(t *Tally) {
		t.Questions++
		t.Scored += one(g.Verdict != scorers.Unscored)
		t.Compared += one(compared)
		t.Flipped += one(flipped)
	})
	return g, nil
}

// poll collects the votes on a paper.
func (j *Judge) poll(ctx context.Context, p *paper) ([]Vote, error) {
	votes := make([]Vote, max(j.Votes, 1))
	for i := range votes {
		var err error
		if votes[i], err = j.vote(ctx, p, i); err != nil {
			return nil, err
		}
		j.book(votes[i])
	}
	return votes, nil
}

// book counts a vote.
func (j *Judge) book(v Vote) {
	j.tally.note(func(t *Tally) {
		switch {
		case v.unpaid:
			t.Unpaid++
		case v.Err != "":
			if t.Failed++; t.Failure == "" {
				t.Failure = clean(v.Err)
			}
		case v.Fault != Readable:
			if t.Faults == nil {
				t.Faults = map[Fault]int{}
			}
			t.Faults[v.Fault]++
		default:
			t.Votes++
			t.Cached += one(v.Cached)
		}
	})
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
