package fakemetrics

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Engine is whose metrics a server shows.
type Engine string

const (
	VLLM     Engine = "vllm"
	OldVLLM  Engine = "vllm-old" // with the names that newer versions have given up
	SGLang   Engine = "sglang"
	TGI      Engine = "tgi"
	LlamaCPP Engine = "llamacpp"
	MindIE   Engine = "mindie"
)

// bounds of the histograms, as vLLM has them for the first token.
var bounds = []float64{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560}

// Server plays the metrics endpoint of a model server, which counts what Serve tells it.
type Server struct {
	Engine Engine

	// Faults.
	Lie float64 // the histogram's sum is so many times what was observed; 0: honest

	mu                       sync.Mutex
	requests, prompt, output int
	preempted                int
	ttft                     float64
	buckets                  []int
}

var _ http.Handler = (*Server)(nil)

// Serve counts a request.
func (s *Server) Serve(prompt, output int, ttft time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets == nil {
		s.buckets = make([]int, len(bounds))
	}
	s.requests++
	s.prompt += prompt
	s.output += output
	s.ttft += ttft.Seconds()
	for i, bound := range bounds {
		if ttft.Seconds() <= bound {
			s.buckets[i]++
		}
	}
}

// Preempt counts a request that was put off.
func (s *Server) Preempt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.preempted++
}

// Restart forgets everything counted.
func (s *Server) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.prompt, s.output, s.preempted, s.ttft, s.buckets = 0, 0, 0, 0, 0, nil
}

// ServeHTTP answers a scrape.
func (s *Server) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	switch s.Engine {
	case SGLang:
		s.counters(w, `{model_name="m"}`, "sglang:prompt_tokens_total", "sglang:generation_tokens_total", "sglang:num_requests_total", "")
		s.histogram(w, "sglang:time_to_first_token_seconds", `model_name="m"`)
		gauge(w, "sglang:token_usage", `{model_name="m"}`, 0.28)
	case TGI:
		s.counters(w, "", "", "", "tgi_request_success", "")
		sums(w, "tgi_request_input_length", s.prompt, s.requests)
		sums(w, "tgi_request_generated_tokens", s.output, s.requests)
		gauge(w, "tgi_batch_current_size", "", 1)
	case LlamaCPP:
		s.counters(w, "", "llamacpp:prompt_tokens_total", "llamacpp:tokens_predicted_total", "", "")
		gauge(w, "llamacpp:kv_cache_usage_ratio", "", 0.1)
	case MindIE:
		s.counters(w, `{model_name="m"}`, "prompt_tokens_total", "generation_tokens_total", "request_success_total", "num_preemptions_total")
		s.histogram(w, "time_to_first_token_seconds", `model_name="m"`)
		gauge(w, "npu_cache_usage_perc", `{model_name="m"}`, 0.5)
		gauge(w, "num_requests_waiting", `{model_name="m"}`, 0)
	default:
		labels := `{engine="0",model_name="m"}`
		s.counters(w, labels, "vllm:prompt_tokens_total", "vllm:generation_tokens_total", "", "vllm:num_preemptions_total")
		fmt.Fprintf(w, "# HELP vllm:request_success_total Count of successfully processed requests.\n# TYPE vllm:request_success_total counter\n")
		for reason, n := range map[string]int{"stop": s.requests, "length": 0, "abort": 0} {
			fmt.Fprintf(w, "vllm:request_success_total{engine=\"0\",finished_reason=%q,model_name=\"m\"} %d\n", reason, n)
		}
		s.histogram(w, "vllm:time_to_first_token_seconds", `engine="0",model_name="m"`)
		if s.Engine == OldVLLM {
			s.histogram(w, "vllm:time_per_output_token_seconds", `engine="0",model_name="m"`)
			gauge(w, "vllm:gpu_cache_usage_perc", labels, 0.99)
		} else {
			s.histogram(w, "vllm:inter_token_latency_seconds", `engine="0",model_name="m"`)
			gauge(w, "vllm:kv_cache_usage_perc", labels, 0.99)
		}
	}
}

func (s *Server) counters(w io.Writer, labels, prompt, output, requests, preempted string) {
	for _, c := range []struct {
		name  string
		value int
	}{{prompt, s.prompt}, {output, s.output}, {requests, s.requests}, {preempted, s.preempted}} {
		if c.name != "" {
			fmt.Fprintf(w, "# HELP %s counts.\n# TYPE %s counter\n%s%s %.1f\n", c.name, c.name, c.name, labels, float64(c.value))
		}
	}
}

func gauge(w io.Writer, name, labels string, value float64) {
	fmt.Fprintf(w, "# HELP %s now.\n# TYPE %s gauge\n%s%s %v\n", name, name, name, labels, value)
}

func sums(w io.Writer, name string, sum, count int) {
	fmt.Fprintf(w, "# TYPE %s histogram\n%s_bucket{le=\"+Inf\"} %d\n%s_sum %d\n%s_count %d\n", name, name, count, name, sum, name, count)
}

func (s *Server) histogram(w io.Writer, name, labels string) {
	lie := s.Lie
	if lie == 0 {
		lie = 1
	}
	fmt.Fprintf(w, "# HELP %s Histogram in seconds.\n# TYPE %s histogram\n", name, name)
	for i, bound := range bounds {
		n := 0
		if s.buckets != nil {
			n = s.buckets[i]
		}
		fmt.Fprintf(w, "%s_bucket{%s,le=\"%v\"} %d\n", name, labels, bound, n)
	}
	fmt.Fprintf(w, "%s_bucket{%s,le=\"+Inf\"} %d\n%s_sum{%s} %v\n%s_count{%s} %d\n", name, labels, s.requests, name, labels, lie*s.ttft, name, labels, s.requests)
}
