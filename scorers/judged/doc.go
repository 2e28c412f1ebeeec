// Package judged grades replies by asking a model, behind any OpenAI-compatible endpoint. A [Judge] is a scorer that holds a
// target; a [Panel] holds several judges, and a [Cascade] asks one only about what a deterministic scorer has left open.
//
// A judge is an instrument that fails, so nothing here flatters and nothing is guessed: a judge's reply that cannot be read is no vote,
// a question without a majority of votes is unscored, and both are counted. See docs/decisions/0011-judge.md.
package judged
