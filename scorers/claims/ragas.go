package claims

// ContextPrecision is RAGAS's average precision of ranked passages: the mean of precision@k over the ranks k at which a useful passage
// stands; 0 when none is useful, undefined without passages.
func ContextPrecision(useful []bool) (float64, bool) {
	if len(useful) == 0 {
		return 0, false
	}
	hits, sum := 0, 0.0
	for k, u := range useful {
		if u {
			hits++
			sum += float64(hits) / float64(k+1)
		}
	}
	if hits == 0 {
		return 0, true
	}
	return sum / float64(hits), true
}

// AnswerCorrectness is RAGAS's mixture of the claims' F1, with weight 3/4, and the similarity of reply and truth, in [0, 1], with
// weight 1/4. tp are claims of both, fp of the reply alone, fn of the truth alone. Undefined when neither claims anything: two empty
// texts agree about nothing.
func AnswerCorrectness(tp, fp, fn int, similarity float64) (float64, bool) {
	if tp+fp+fn == 0 {
		return 0, false
	}
	f1 := float64(tp) / (float64(tp) + 0.5*float64(fp+fn))
	return 0.75*f1 + 0.25*similarity, true
}
