package wire

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// handmade is the client that one writes in an afternoon: net/http, a scanner over lines, encoding/json on every chunk, and the time now for
// each. It is what this package's cost is held against, and understands none of what servers do beside the ordinary.
type handmade struct {
	http  *http.Client
	base  string
	model string
}

// chat asks and returns the chunks, the text and the gaps between chunks with text.
func (c *handmade) chat(ctx context.Context, content string) (chunks int, text string, gaps []time.Duration, err error) {
	body, err := json.Marshal(map[string]any{
		"model": c.model, "stream": true, "stream_options": map[string]bool{"include_usage": true},
		"messages": []map[string]string{{"role": "user", "content": content}}, "temperature": 0, "max_tokens": 64, "seed": 7,
	})
	if err != nil {
		return 0, "", nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	var said strings.Builder
	var last time.Time
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok {
			continue
		}
		if string(data) == done {
			_, err := io.Copy(io.Discard, resp.Body)
			return chunks, said.String(), gaps, err
		}
		var c struct {
			Model   string `json:"model"`
			Choices []struct {
				Index int `json:"index"`
				Delta struct {
					Content   string `json:"content"`
					Reasoning string `json:"reasoning_content"`
				} `json:"delta"`
				Finish string `json:"finish_reason"`
			} `json:"choices"`
			Usage *struct {
				Prompt     int `json:"prompt_tokens"`
				Completion int `json:"completion_tokens"`
			} `json:"usage"`
		}
		if err := json.Unmarshal(data, &c); err != nil {
			return chunks, said.String(), gaps, err
		}
		chunks++
		if len(c.Choices) > 0 && c.Choices[0].Delta.Content != "" {
			now := time.Now()
			if !last.IsZero() {
				gaps = append(gaps, now.Sub(last))
			}
			last = now
			said.WriteString(c.Choices[0].Delta.Content)
		}
	}
	return chunks, said.String(), gaps, fmt.Errorf("read stream: it ended without [DONE]")
}
