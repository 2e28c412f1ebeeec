package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/claims"
	"github.com/viva-eval/viva/scorers/consistency"
	"github.com/viva-eval/viva/scorers/judged"
	"github.com/viva-eval/viva/scorers/nli"
)

// planJudge is a model that grades answers.
type planJudge struct {
	BaseURL   string  `yaml:"base_url"`
	Model     string  `yaml:"model"`
	APIKey    string  `yaml:"api_key"`
	Votes     int     `yaml:"votes"`
	AllowSelf bool    `yaml:"allow_self"`
	Price     perMega `yaml:"price"`
}

// perMega is the price of a million tokens, in money of the owner's choice.
type perMega struct {
	Prompt     float64 `yaml:"prompt"`
	Completion float64 `yaml:"completion"`
}

// planBudget stops the judges; each limit is off when zero.
type planBudget struct {
	Requests int     `yaml:"requests"`
	Tokens   int     `yaml:"tokens"`
	Money    float64 `yaml:"money"`
}

// planVerifier is a model that says whether a passage bears a sentence out.
type planVerifier struct {
	URL      string   `yaml:"url"`
	Model    string   `yaml:"model"`
	APIKey   string   `yaml:"api_key"`
	Labels   []string `yaml:"labels"`
	Template string   `yaml:"template"`
	Window   int      `yaml:"window"`
}

// jury is what the scorers of a plan are made of: its judges and verifier, with the budget they share and the replies they gave before.
type jury struct {
	plan   *plan
	judges []*judged.Judge
	panel  *judged.Panel // of the judges; nil with fewer than two
	budget *judged.Budget
	// claimant is the first judge asked about claims; nil until a scorer needs it.
	claimant *claims.Judge
}

// newJury makes the judges of a plan for one examinee. A judge of the examinee's own family is named, one that is the examinee is
// refused unless the plan allows it.
func (a *app) newJury(p *plan, f *store.File, examinee runners.TargetInfo) (*jury, error) {
	if b := p.JudgeBudget; b.Requests < 0 || b.Tokens < 0 || !(b.Money >= 0) { // so that NaN is refused too
		return nil, usage("judge_budget: %d requests, %d tokens, %g in money; none may be negative", b.Requests, b.Tokens, b.Money).withHint("0 means no limit")
	}
	j := &jury{plan: p, budget: &judged.Budget{Requests: p.JudgeBudget.Requests, Tokens: p.JudgeBudget.Tokens, Money: p.JudgeBudget.Money}}
	for _, pj := range p.Judges {
		judge, err := judged.Endpoint{BaseURL: pj.BaseURL, Key: pj.APIKey, Model: pj.Model, Votes: pj.Votes}.Judge()
		if err != nil {
			return nil, usage("%w", err).withHint("a judge needs base_url and model: --judge-base-url http://HOST:PORT/v1 --judge-model NAME")
		}
		judge.Price = judged.Price{Prompt: pj.Price.Prompt, Completion: pj.Price.Completion}
		judge.AllowSelf, judge.Budget, judge.Cache, judge.Now = pj.AllowSelf, j.budget, f.JudgeReplies(), a.now
		j.judges = append(j.judges, judge)
	}
	suspects, err := judged.Suspects(examinee, j.judges...)
	if err != nil {
		return nil, usage("%w", err).withHint("name another judge, or allow it with allow_self in the plan")
	}
	for _, s := range suspects {
		a.say("note: %s", s.Why)
	}
	if len(j.judges) > 1 {
		j.panel = &judged.Panel{}
		for _, judge := range j.judges {
			j.panel.Members = append(j.panel.Members, judge)
		}
	} else if p.Disagreements != "" {
		return nil, usage("--disagreements is for a panel of two judges or more, %d named", len(j.judges)).withHint("name them under judges in the plan")
	}
	return j, nil
}

// close lets go of the judges' connections.
func (j *jury) close() {
	for _, judge := range j.judges {
		judge.Close()
	}
}

// report says what the judges did and cost. It is an error when too many of their requests failed: then the verdicts are not theirs.
func (j *jury) report(a *app) error {
	for _, judge := range j.judges {
		t := judge.Tally()
		a.say("%s: %s", judge.Name(), t)
		if over(t.Failed, t.Failed+t.Votes+t.Unreadable()) {
			return infrastructure("more than %.0f %% of the requests to judge %s failed", errorBudget*100, judge.Model).withHint("score again: what it has said is kept")
		}
	}
	if j.panel != nil {
		split := j.panel.Disagreements()
		a.say("panel: Krippendorff's alpha %.2f, %d answers for people to look at", j.panel.Alpha(), len(split))
		if name := j.plan.Disagreements; name != "" {
			return writeFile(name, func(w *os.File) error {
				for _, d := range split {
					if err := json.NewEncoder(w).Encode(splitOf(d)); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	if j.claimant != nil {
		a.say("claims: %s", j.claimant.Work())
	}
	return nil
}

// opinion and splitAnswer are a line of the file of disagreements.
type opinion struct {
	Scorer  string          `json:"scorer"`
	Verdict scorers.Verdict `json:"verdict"`
	Why     string          `json:"why"`
}

type splitAnswer struct {
	Item     string    `json:"item"`
	Arm      string    `json:"arm"`
	Repeat   int       `json:"repeat"`
	Question string    `json:"question"`
	Truth    string    `json:"truth"`
	Reply    string    `json:"reply"`
	Opinions []opinion `json:"opinions"`
}

func splitOf(d judged.Disagreement) splitAnswer {
	s := splitAnswer{Item: d.Key.ItemID, Arm: d.Key.Arm, Repeat: d.Key.Repeat, Question: d.Question, Truth: d.Reference, Reply: d.Reply}
	for _, o := range d.Opinions {
		s.Opinions = append(s.Opinions, opinion(o))
	}
	return s
}

// oneOrPanel is the plan's judge, or the panel of them when there are several.
func (j *jury) oneOrPanel() (scorers.Scorer, error) {
	switch len(j.judges) {
	case 0:
		return nil, usage("no judge is named").withHint("add --judge-base-url http://HOST:PORT/v1 --judge-model NAME, or judges in the plan")
	case 1:
		return j.judges[0], nil
	}
	return j.panel, nil
}

// claims is the plan's first judge, asked about claims under the same budget.
func (j *jury) claims() (*claims.Judge, error) {
	if _, err := j.oneOrPanel(); err != nil {
		return nil, err
	}
	if j.claimant == nil {
		j.claimant = claims.From(j.judges[0])
		j.claimant.Budget = j.budget
	}
	return j.claimant, nil
}

// verifier makes the client of the plan's verifier.
func (j *jury) verifier() (*nli.Client, error) {
	v := j.plan.Verifier
	if v.URL == "" {
		return nil, usage("no verifier is named").withHint("add verifier: {url: http://HOST:PORT/predict} to the plan")
	}
	client, err := nli.New(nli.Config{URL: v.URL, Model: v.Model, Key: v.APIKey, Labels: v.Labels, Template: v.Template, Window: v.Window})
	if err != nil {
		return nil, usage("%w", err)
	}
	return client, nil
}

// pass is one scorer's way through the questions of a run.
type pass struct {
	name string
	rows func(ctx context.Context, parallel int, questions iter.Seq2[scorers.Question, error]) iter.Seq2[scorers.Graded, error]
	said func() string // what it has to tell afterwards; nil: nothing
}

// passes makes the plan's scorers, in its order: the first gives the headline.
func (j *jury) passes() ([]pass, error) {
	var list []pass
	for _, name := range j.plan.Scorers {
		p, err := j.pass(name)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (j *jury) pass(name string) (pass, error) {
	for _, e := range scorerCatalogue {
		if e.name != name {
			continue
		}
		s, err := e.make(j)
		if err != nil {
			return pass{}, err
		}
		p := pass{name: s.Name(), rows: func(ctx context.Context, parallel int, q iter.Seq2[scorers.Question, error]) iter.Seq2[scorers.Graded, error] {
			return graded(ctx, s, parallel, q)
		}}
		if c, ok := s.(*judged.Cascade); ok {
			p.said = func() string { return c.Shares().String() }
		}
		return p, nil
	}
	for _, e := range groupCatalogue {
		if e.name != name {
			continue
		}
		s, err := e.make(j)
		if err != nil {
			return pass{}, err
		}
		return pass{name: s.Name(), rows: func(ctx context.Context, parallel int, q iter.Seq2[scorers.Question, error]) iter.Seq2[scorers.Graded, error] {
			return consistency.Graded(ctx, s, parallel, q)
		}}, nil
	}
	return pass{}, usage("unknown scorer %q", name).withHint("choose from: %s", strings.Join(scorerNames(), ", "))
}

// score is the second pass: each of the plan's scorers judges what was answered, without asking the examinee again. It returns the
// name of the one that gives the headline.
func (a *app) score(ctx context.Context, f *store.File, p *plan, run runners.Run) (string, error) {
	return a.scoreStage(ctx, f, p, run, "")
}

// scoreStage is score for the trials of one load stage; empty: for all of the run.
func (a *app) scoreStage(ctx context.Context, f *store.File, p *plan, run runners.Run, stage string) (string, error) {
	j, err := a.newJury(p, f, run.Target)
	if err != nil {
		return "", err
	}
	defer j.close()
	list, err := j.passes()
	if err != nil {
		return "", err
	}
	for _, s := range list {
		parallel := runtime.GOMAXPROCS(0)
		if len(j.judges) > 0 || p.Verifier.URL != "" {
			parallel = max(parallel, p.Concurrency) // these wait for a network
		}
		put, questions := f.PutScores, f.Questions(ctx, run.ID)
		if stage != "" {
			questions = ofStage(stage, questions)
			put = func(ctx context.Context, id string, rows iter.Seq2[scorers.Graded, error]) error {
				return f.PutStageScores(ctx, id, stage, rows)
			}
		}
		if err := put(ctx, run.ID, s.rows(ctx, parallel, questions)); err != nil {
			return "", fmt.Errorf("score run %s with %s: %w", run.ID, s.name, err)
		}
		if s.said != nil {
			a.say("%s: %s", s.name, s.said())
		}
	}
	return list[0].name, j.report(a)
}

// ofStage lets through the questions of a load stage. Errors always pass.
func ofStage(stage string, questions iter.Seq2[scorers.Question, error]) iter.Seq2[scorers.Question, error] {
	return func(yield func(scorers.Question, error) bool) {
		for q, err := range questions {
			if (err != nil || q.Trial.Load == stage) && !yield(q, err) {
				return
			}
		}
	}
}

// graded puts the scorer's judgement beside each question, several at a time.
func graded(ctx context.Context, s scorers.Scorer, parallel int, questions iter.Seq2[scorers.Question, error]) iter.Seq2[scorers.Graded, error] {
	type one struct {
		graded scorers.Graded
		err    error
	}
	in := func(yield func(one) bool) {
		for q, err := range questions {
			if !yield(one{scorers.Graded{Question: q}, err}) || err != nil {
				return
			}
		}
	}
	judge := func(ctx context.Context, o one) one {
		if o.err == nil && o.graded.Trial.Status.Answered() {
			o.graded.Score, o.err = s.Score(ctx, o.graded.Question)
		}
		return o
	}
	return func(yield func(scorers.Graded, error) bool) {
		for o := range fan.Map(ctx, parallel, in, judge) {
			if !yield(o.graded, o.err) || o.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil { // what is missing must not look like a whole pass
			yield(scorers.Graded{}, err)
		}
	}
}

// judgeFlags are the flags that name scorers and a judge.
type judgeFlags struct {
	scorers      []string
	baseURL      string
	model        string
	keyVariable  string
	votes        int
	requestLimit int

	disagreements string
}

func (f *judgeFlags) register(cmd *cobra.Command) {
	f.scorers = defaultPlan().Scorers
	fs := cmd.Flags()
	fs.StringSliceVar(&f.scorers, "scorer", f.scorers, "scorers, the first of which gives the headline: "+strings.Join(scorerNames(), ", "))
	fs.StringVar(&f.baseURL, "judge-base-url", "", "address of a judge, for the scorers judge, cascade and claims")
	fs.StringVar(&f.model, "judge-model", "", "model of the judge")
	fs.StringVar(&f.keyVariable, "judge-key-env", "", "environment variable that holds the judge's key")
	fs.IntVar(&f.votes, "judge-votes", 1, "times the judge is asked about each answer")
	fs.StringVar(&f.disagreements, "disagreements", "", "write the answers on which a panel's judges differ to this file, one JSON object a line")
	fs.IntVar(&f.requestLimit, "judge-requests", 0, "most requests to judges (0: no limit)")
}

// over lays the flags that were given over a plan.
func (f *judgeFlags) over(a *app, cmd *cobra.Command, p *plan) error {
	if cmd.Flags().Changed("scorer") {
		p.Scorers = f.scorers
	}
	if f.baseURL != "" || f.model != "" {
		j := planJudge{BaseURL: f.baseURL, Model: f.model, Votes: f.votes}
		if f.keyVariable != "" {
			if j.APIKey = a.getenv(f.keyVariable); j.APIKey == "" {
				return usage("no key in the environment variable %s", f.keyVariable).withHint("export %s=…", f.keyVariable)
			}
		}
		p.Judges = []planJudge{j}
	}
	if f.disagreements != "" {
		p.Disagreements = f.disagreements
	}
	if cmd.Flags().Changed("judge-requests") {
		p.JudgeBudget.Requests = f.requestLimit
	}
	return nil
}
