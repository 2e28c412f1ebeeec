package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/reports/gate"
)

// TestGatesManual runs the console blocks of docs/GATES.md one after the other in an empty folder, and reads its rules.
func TestGatesManual(t *testing.T) {
	skipFigures(t)
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "GATES.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir, commands := t.TempDir(), 0
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```$").FindAllStringSubmatch(string(raw), -1) {
		for _, entry := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			commands++
			command, expected, _ := strings.Cut(strings.TrimRight(entry, "\n"), "\n")
			out, err := bash(dir, nil, command)
			if err != nil {
				t.Fatalf("$ %s\n%v\n%s", command, err, out)
			}
			if !matches(strings.Split(expected, "\n"), strings.Split(strings.TrimRight(out, "\n"), "\n")) {
				t.Errorf("$ %s\nthe manual says:\n%s\nit prints:\n%s", command, expected, out)
			}
		}
	}
	if commands < 5 {
		t.Errorf("%d commands in the manual", commands)
	}
	written, err := os.ReadFile(filepath.Join(dir, "gate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	schema := schemaOf(t, dir)
	for _, block := range append(regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllStringSubmatch(string(raw), -1), []string{"", string(written)}) {
		if rules, err := gate.Parse("GATES.md", []byte(block[1])); err != nil || len(rules.Rules) < 3 {
			t.Errorf("rules of the manual: %v", err)
		}
		var doc any
		if err := yaml.Unmarshal([]byte(block[1]), &doc); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("viva schema gate refuses rules of the manual: %v\n%s", err, block[1])
		}
	}
}

// schemaOf compiles what viva schema gate prints, which is to be what viva gate init left beside its rules.
func schemaOf(t *testing.T, dir string) *jsonschema.Schema {
	t.Helper()
	out, err := bash(dir, nil, "viva schema gate && viva schema gate | cmp - gate.schema.json")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("gate.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("gate.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// bash runs a line with the built command on its path.
func bash(dir string, env []string, line string) (string, error) {
	cmd := exec.Command("bash", "-e", "-c", line)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestPipelines carries out the steps of docs/examples that need no service: a model as good as the baseline goes through, one that is worse does
// not.
func TestPipelines(t *testing.T) {
	skipFigures(t)
	server := fakeai.Start(t, func(r fakeai.Request) fakeai.Reply {
		if r.Model == "worse" {
			return worsened(r, 4)
		}
		return worsened(r, 1<<31)
	}, fakeai.Options{NoLog: true})
	env := func(model string) []string { return []string{"VIVA_BASE_URL=" + server.Base(), "VIVA_MODEL=" + model} }

	github, gitlab := githubSteps(t), gitlabSteps(t)
	dir := t.TempDir()
	if out, err := bash(dir, nil, `viva run --out '' && viva baseline save latest && viva gate init && rm viva.db`); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, script := range map[string]pipeline{"github-actions.yml": github, "gitlab-ci.yml": gitlab} {
		for model, code := range map[string]int{"same": 0, "worse": 1} {
			work := t.TempDir()
			if err := os.CopyFS(work, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			settings := append(env(model), "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY="+filepath.Join(work, "summary.md"))
			out, err := bash(work, settings, script.steps)
			if got := codeOf(err); got != code {
				t.Errorf("%s with the model %s: exit code %d, want %d\n%s", name, model, got, code, out)
			}
			if out, err := bash(work, settings, script.always); err != nil {
				t.Errorf("%s with the model %s: %v\n%s", name, model, err, out)
			}
			if page, err := os.ReadFile(filepath.Join(work, "comparison.html")); err != nil || !bytes.Contains(page, []byte("right → false")) && code == 1 {
				t.Errorf("%s: no comparison: %v", name, err)
			}
			if junit, err := os.ReadFile(filepath.Join(work, "gate.xml")); err != nil || !bytes.Contains(junit, []byte("<testsuites")) {
				t.Errorf("%s: no JUnit file: %v", name, err)
			}
			if summary, err := os.ReadFile(filepath.Join(work, "summary.md")); err != nil || !bytes.Contains(summary, []byte("## viva gate: ")) {
				t.Errorf("%s: no job summary: %v", name, err)
			}
		}
	}
}

// TestMakefile makes the target gate twice: the first makes its own baseline and rules.
func TestMakefile(t *testing.T) {
	skipFigures(t)
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("there is no make here")
	}
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Makefile"), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := bash(dir, nil, "make gate")
	if err != nil || !strings.Contains(out, "gate: PASS") || !strings.Contains(out, "wrote gate.yaml") || !strings.Contains(out, "wrote comparison.html") {
		t.Errorf("make gate: %v\n%s", err, out)
	}
}

func codeOf(err error) int {
	if e, ok := err.(*exec.ExitError); ok {
		return e.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// pipeline is what a service runs: steps until one fails, then what runs always.
type pipeline struct{ steps, always string }

// githubSteps are the workflow's own lines, but for the installation.
func githubSteps(t *testing.T) pipeline {
	t.Helper()
	var workflow struct {
		Name string
		Jobs map[string]struct {
			RunsOn string `yaml:"runs-on"`
			Env    map[string]string
			Steps  []struct{ Name, Uses, Run, If string }
		}
	}
	readExample(t, "github-actions.yml", &workflow)
	var lines, always []string
	for _, job := range workflow.Jobs {
		if job.RunsOn == "" || job.Env["VIVA_BASE_URL"] == "" {
			t.Errorf("job %+v", job)
		}
		for _, s := range job.Steps {
			switch {
			case strings.HasPrefix(s.Run, "go install "):
			case s.Run != "" && s.If == "always()":
				always = append(always, s.Run)
			case s.Run != "":
				lines = append(lines, s.Run)
			case s.Uses == "":
				t.Errorf("step %q does nothing", s.Name)
			}
		}
	}
	if len(lines) != 2 || len(always) != 1 {
		t.Errorf("%d lines to run, %d always", len(lines), len(always))
	}
	return pipeline{strings.Join(lines, "\n"), strings.Join(always, "\n")}
}

func gitlabSteps(t *testing.T) pipeline {
	t.Helper()
	var jobs map[string]struct {
		Image     string
		Script    []string
		After     []string `yaml:"after_script"`
		Artifacts struct {
			Reports struct{ JUnit string }
		}
		AllowFailure struct {
			ExitCodes []int `yaml:"exit_codes"`
		} `yaml:"allow_failure"`
	}
	readExample(t, "gitlab-ci.yml", &jobs)
	job := jobs["viva-gate"]
	if len(job.Script) != 2 || len(job.After) != 1 || job.Artifacts.Reports.JUnit != "gate.xml" || len(job.AllowFailure.ExitCodes) != 1 || job.AllowFailure.ExitCodes[0] != exitInconclusive {
		t.Errorf("job %+v", job)
	}
	return pipeline{strings.Join(job.Script, "\n"), strings.Join(job.After, "\n")}
}

func readExample(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
