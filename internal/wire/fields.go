package wire

import "unicode/utf8"

// lower reports whether a key that is not exactly a field's name cannot match it in another letter case either.
func lower(key []byte) bool {
	for _, c := range key {
		if c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// once notes that a field was seen and reports whether it was the first time.
func once(seen *uint, field uint) bool {
	first := *seen&field == 0
	*seen |= field
	return first
}

// chunk consumes the whole event.
func (s *scan) chunk() (c chunk, ok bool) {
	var seen uint
	ok = s.object(func(key []byte) (ok bool) {
		switch string(key) {
		case "object":
			var object []byte
			object, ok = s.text()
			return ok && string(object) != "error" && once(&seen, 1)
		case "model":
			c.model, ok = s.text()
			return ok && once(&seen, 2)
		case "choices":
			return once(&seen, 4) && s.choices(&c)
		case "usage":
			return once(&seen, 8) && s.usage(&c)
		case "error":
			return s.peek() == 'n' && s.word("null") && once(&seen, 16)
		}
		return lower(key) && s.skip()
	})
	s.space()
	return c, ok && s.i == len(s.b)
}

func (s *scan) choices(c *chunk) bool {
	if s.peek() == 'n' {
		return s.word("null")
	}
	n := 0
	return s.array(func() bool {
		n++
		return n == 1 && s.peek() == '{' && s.choice(c)
	})
}

func (s *scan) choice(c *chunk) bool {
	var seen uint
	index := 0
	ok := s.object(func(key []byte) (ok bool) {
		switch string(key) {
		case "index":
			index, ok = s.count()
			return ok && once(&seen, 1)
		case "delta":
			return once(&seen, 2) && s.delta(c)
		case "finish_reason":
			c.finish, ok = s.text()
			return ok && once(&seen, 4)
		case "logprobs":
			next := s.peek()
			c.logprobs = next == '{'
			return (c.logprobs || next == 'n') && once(&seen, 8) && s.skip()
		case "message":
			return false
		}
		return lower(key) && s.skip()
	})
	if index != 0 {
		c.content, c.reasoning, c.finish, c.logprobs = nil, nil, nil, false
	}
	c.choice = index == 0
	return ok
}

func (s *scan) delta(c *chunk) bool {
	if s.peek() == 'n' {
		return s.word("null")
	}
	var seen uint
	var other []byte
	ok := s.object(func(key []byte) (ok bool) {
		switch string(key) {
		case "content":
			c.content, ok = s.text()
			return ok && once(&seen, 1)
		case "reasoning":
			c.reasoning, ok = s.text()
			return ok && once(&seen, 2)
		case "reasoning_content":
			other, ok = s.text()
			return ok && once(&seen, 4)
		case "refusal":
			return s.peek() == 'n' && s.word("null")
		case "tool_calls":
			return once(&seen, 8) && (s.peek() == 'n' && s.word("null") || s.is('[') && s.is(']'))
		}
		return lower(key) && s.skip()
	})
	if len(c.reasoning) == 0 {
		c.reasoning = other
	}
	return ok
}

func (s *scan) usage(c *chunk) bool {
	if s.peek() == 'n' {
		return s.word("null")
	}
	var seen uint
	detailed := 0
	ok := s.object(func(key []byte) (ok bool) {
		switch string(key) {
		case "prompt_tokens":
			c.usage.prompt, ok = s.count()
			return ok && once(&seen, 1)
		case "completion_tokens":
			c.usage.completion, ok = s.count()
			return ok && once(&seen, 2)
		case "reasoning_tokens":
			c.usage.reasoning, ok = s.count()
			return ok && once(&seen, 4)
		case "completion_tokens_details":
			if !once(&seen, 8) || s.peek() == 'n' {
				return s.word("null")
			}
			var seen uint
			return s.object(func(key []byte) (ok bool) {
				if string(key) == "reasoning_tokens" {
					detailed, ok = s.count()
					return ok && once(&seen, 1)
				}
				return lower(key) && s.skip()
			})
		}
		return lower(key) && s.skip()
	})
	if detailed > 0 {
		c.usage.reasoning = detailed
	}
	c.counted = c.usage.prompt > 0 || c.usage.completion > 0
	return ok
}
