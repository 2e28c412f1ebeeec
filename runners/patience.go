package runners

import "sync/atomic"

// patience decides how many attempts a trial may have. A target that cannot be reached is not tried again and again for each
// trial: one attempt shows soon enough whether it is back. A server that answers, be it with "too busy", is there.
type patience struct{ missed atomic.Int64 }

// gone is the number of requests in a row that found nobody, after which a target counts as gone.
const gone = 8

func (p *patience) note(unreachable bool) {
	if unreachable {
		p.missed.Add(1)
	} else {
		p.missed.Store(0)
	}
}

func (p *patience) attempts(allowed int) int {
	if p.missed.Load() >= gone {
		return 1
	}
	return max(allowed, 1)
}
