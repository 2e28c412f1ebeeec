package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers/judged"
)

func TestJudgeReplies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viva.db")
	want := judged.Entry{Judge: "m@box", Rubric: "abc", Contract: judged.Letter, Text: "B", Reasoning: "hm", Model: "m-1",
		Tokens: runners.Tokens{Prompt: 100, Completion: 3, Reasoning: 1, Source: runners.FromUsage}, Took: 42 * time.Millisecond}
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	replies := f.JudgeReplies()
	if _, found, err := replies.Get(t.Context(), "k"); found || err != nil {
		t.Errorf("an empty file: %v %v", found, err)
	}
	if err := replies.Put(t.Context(), "k", judged.Entry{Text: "A"}); err != nil {
		t.Fatal(err)
	}
	if err := replies.Put(t.Context(), "k", want); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if f, err = OpenReadOnly(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, found, err := f.JudgeReplies().Get(t.Context(), "k")
	if err != nil || !found || !cmp.Equal(got, want) {
		t.Errorf("%v %v %s", found, err, cmp.Diff(want, got))
	}
	if err := f.JudgeReplies().Put(t.Context(), "k", want); err == nil {
		t.Error("a file opened for reading took a reply")
	}
}
