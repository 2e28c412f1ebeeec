package retrieval

// matrix is the vectors of a corpus, one after the other.
type matrix struct {
	rows, columns int
	values        []float32
}

func newMatrix(vectors [][]float32) matrix {
	m := matrix{rows: len(vectors)}
	if m.rows == 0 {
		return m
	}
	m.columns = len(vectors[0])
	m.values = make([]float32, 0, m.rows*m.columns)
	for _, v := range vectors {
		m.values = append(m.values, v...)
	}
	return m
}

// times gives the dot product of each row with v, which is as long as a row.
func (m matrix) times(v []float32) []float32 {
	out := make([]float32, m.rows)
	for i := range out {
		out[i] = dot(m.values[i*m.columns:][:m.columns], v)
	}
	return out
}

// dot adds up in eight lanes, which do not wait for each other, and always in the same order. b is at least as long as a.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	b = b[:len(a)]
	for len(a) >= 8 && len(b) >= 8 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		s4 += a[4] * b[4]
		s5 += a[5] * b[5]
		s6 += a[6] * b[6]
		s7 += a[7] * b[7]
		a, b = a[8:], b[8:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))
}
