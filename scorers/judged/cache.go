package judged

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"sync"
	"time"

	"github.com/viva-eval/viva/runners"
)

// Cache keeps judges' replies by content, so that scoring again asks nobody again. It is used by several goroutines at once.
type Cache interface {
	Get(ctx context.Context, key string) (Entry, bool, error)
	Put(ctx context.Context, key string, e Entry) error
}

// Entry is one reply of a judge as it came. It is the reply that is kept and not the verdict, which is read from it anew each time.
// Replies that cannot be read are not kept: they are asked for again.
type Entry struct {
	Judge     string   // model@host
	Rubric    string   // [Digest]
	Contract  Contract // under which it was given
	Text      string
	Reasoning string
	Model     string // as the server names it
	Tokens    runners.Tokens
	Took      time.Duration
}

// Memory is a [Cache] that lasts as long as the process. The zero Memory is empty and ready for use.
type Memory struct{ entries sync.Map }

var _ Cache = (*Memory)(nil)

// Get returns the entry of a key.
func (m *Memory) Get(_ context.Context, key string) (Entry, bool, error) {
	e, ok := m.entries.Load(key)
	if !ok {
		return Entry{}, false, nil
	}
	return e.(Entry), true, nil
}

// Put keeps an entry; a later one takes its place.
func (m *Memory) Put(_ context.Context, key string, e Entry) error {
	m.entries.Store(key, e)
	return nil
}

// key names a vote: everything that could change it, and nothing else. The index of the vote is in it, or all votes would be the first.
func (j *Judge) key(p *paper, vote int) string {
	h := sha256.New()
	put := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	for _, s := range []string{"1", Digest(), j.Model, j.BaseURL, j.Sampling, j.Contract.String(), strconv.FormatInt(j.Seed, 10), strconv.Itoa(vote)} {
		put(s)
	}
	for _, s := range p.content {
		put(s)
	}
	return hex.EncodeToString(h.Sum(nil))
}
