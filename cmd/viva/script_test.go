package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/reader"
	"github.com/viva-eval/viva/suites/curated"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"viva": main})
}

// skipFigures leaves out, under -short, a test that is about figures: with the race detector such tests take minutes and show nothing more.
func skipFigures(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("figures, which are looked at without -short")
	}
}

// TestScript runs the transcripts of testdata/script. Each has a server of its own at $TARGET, which does what the model's name
// says (see byModel), and $DOWN, where nobody listens.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			server := fakeai.Start(env.T().(testing.TB), byModel, fakeai.Options{Models: []string{"plain", "reasoning"}})
			env.Setenv("TARGET", server.Base())
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("DOWN", "http://"+l.Addr().String()+"/v1")
			return l.Close()
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"agree": agree,
			"exits": exits,
			"json":  isJSON,
		},
	})
}

// byModel is a server whose model's name says what it does.
func byModel(r fakeai.Request) fakeai.Reply {
	switch r.Model {
	case "reasoning":
		return fakeai.Reply{Text: "Not known.", Fault: fakeai.ReasoningField}
	case "cut":
		return fakeai.Reply{Text: "Not known, as far as I can", Fault: fakeai.Length}
	case "broken":
		return fakeai.Reply{Text: "Not known.", Fault: fakeai.ErrorObject}
	case "keyless":
		return fakeai.Reply{Status: 401, Text: "Incorrect API key provided: " + r.Header.Get("Authorization")}
	case "worse":
		return worsened(r, 4)
	case "hopeless":
		return worsened(r, 1)
	case "hostile":
		return hostile(r)
	case "grader", "grader-b":
		return fakeai.Reply{Text: `{"why": "The reply declines.", "grade": "D"}`}
	case "lenient":
		return fakeai.Reply{Text: `{"why": "Close enough.", "grade": "C"}`}
	case "picky":
		return fakeai.Reply{Text: "Not known.", Fault: fakeai.RefuseTemp}
	}
	return fakeai.Reply{Text: "Not known."}
}

// keyOfDefault is the truth and a wrong value for each question of the default suite.
var keyOfDefault = sync.OnceValues(func() (map[string]fakeai.Truth, error) {
	s, err := curated.Load(curated.Default)
	if err != nil {
		return nil, err
	}
	return answerKey(s), nil
})

// worsened is the built-in reader, made to give a wrong value to one question in every so many.
func worsened(r fakeai.Request, every uint32) fakeai.Reply {
	paper, err := prompt.Parse(r.Messages)
	if err != nil {
		return fakeai.Reply{Status: 400, Text: err.Error()}
	}
	key, err := keyOfDefault()
	if err != nil {
		return fakeai.Reply{Status: 500, Text: err.Error()}
	}
	h := fnv.New32a()
	h.Write([]byte(paper.Question))
	if h.Sum32()%every == 0 {
		return fakeai.Reply{Text: key[paper.Question].Wrong}
	}
	return fakeai.Reply{Text: reader.Answer(paper)}
}

// hostile is a model whose false answers try to be more than text, wherever they are shown.
func hostile(r fakeai.Request) fakeai.Reply {
	reply := worsened(r, 4)
	return fakeai.Reply{Text: "<script>alert(1)</script> ]]> \x1b[2J " + reply.Text + " | a\n::error::x %0A\n![i](http://x/i.png) ##[add-path]x \u202e"}
}

// exits runs a command and demands its exit code: exits 2 viva frobnicate.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var e *exec.ExitError
	switch code := 0; {
	case errors.As(err, &e):
		if code = e.ExitCode(); code != want {
			ts.Fatalf("exit code %d, want %d", code, want)
		}
	case err != nil:
		ts.Fatalf("%v", err)
	case want != 0:
		ts.Fatalf("exit code 0, want %d", want)
	}
}

// isJSON demands that a file, or stdout, holds exactly one JSON object, and that it has the fields named: json stdout runs.
func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: json FILE [FIELD…]")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(ts.ReadFile(args[0]))))
	var object map[string]json.RawMessage
	if err := d.Decode(&object); err != nil {
		ts.Fatalf("%s is not a JSON object: %v", args[0], err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("%s holds more than one JSON value", args[0])
	}
	for _, field := range args[1:] {
		if _, ok := object[field]; !ok {
			var have []string
			for name := range object {
				have = append(have, name)
			}
			ts.Fatalf("%s has no field %q, but %s", args[0], field, strings.Join(have, ", "))
		}
	}
}
