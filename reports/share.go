package reports

// Share gathers a share of trials, item by item, for packages that report beside this one. The zero Share is ready.
type Share struct{ s sample }

// Add enters the trials of one item: how many were successes, of how many that count, and how many more are unscored and could be either.
// Items of one cluster are not independent; an empty cluster is one of its own.
func (s *Share) Add(cluster string, successes, n, unscored int) {
	s.s.add(cluster, successes, 0, n, unscored)
}

// Rate closes the share, with Wilson's interval at the effective number of trials.
func (s *Share) Rate() Rate { return s.s.rate() }
