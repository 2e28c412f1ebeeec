package suites

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The files of a suite folder.
const (
	manifestFile = "suite.yaml"
	itemsFile    = "items.jsonl"
	passagesDir  = "passages"
	passageExt   = ".md"
)

// Load reads the suite folder dir of fsys: suite.yaml, items.jsonl and passages/*.md. It is strict: unknown fields, doubled fields,
// values of the wrong type and text that is not UTF-8 are errors. What is wrong is collected and returned together as a
// *[LoadError], up to twenty problems with file, line and remedy. A folder without passages is a closed-book suite. Files beside
// these three are left alone, so that a suite can carry its README and licence.
//
// Load checks the form. Whether the ground truth is sound (evidence that exists and holds the answer, traps that are wrong) is
// for [Lint] to say.
func Load(fsys fs.FS, dir string) (*Suite, error) {
	ps := &problems{}
	s := &Suite{}
	loadManifest(fsys, path.Join(dir, manifestFile), s, ps)
	loadItems(fsys, path.Join(dir, itemsFile), s, ps)
	loadPassages(fsys, path.Join(dir, passagesDir), s, ps)
	if err := ps.err(dir); err != nil {
		return nil, err
	}
	return s, nil
}

// LoadFolder is [Load] for a folder of the disk; problems name their files by path.
func LoadFolder(dir string) (*Suite, error) {
	s, err := Load(os.DirFS(dir), ".")
	if le, ok := errors.AsType[*LoadError](err); ok {
		le.Dir = dir
		for i := range le.Problems {
			le.Problems[i].File = filepath.Join(dir, le.Problems[i].File)
		}
	}
	return s, err
}

func loadManifest(fsys fs.FS, file string, s *Suite, ps *problems) {
	data, err := readFile(fsys, file)
	if err != nil {
		ps.add(file, 0, 0, "read suite: %s", missing(err, "a suite folder holds suite.yaml, items.jsonl and passages/"))
		return
	}
	text, line, err := decodeText(data)
	if err != nil {
		ps.add(file, line, 0, "%s", err)
		return
	}
	readYAML(text, file, 1, []yamlField{
		{name: "name", required: true, set: one(&s.Name, checkName)},
		{name: "title", required: true, set: one(&s.Title, checkText)},
		{name: "version", required: true, set: one(&s.Version, checkText)},
		{name: "license", required: true, set: one(&s.License, checkText)},
		{name: "as_of", set: func(v []string) (err error) { s.AsOf, err = parseDay(v[0]); return err }},
		{name: "languages", required: true, list: true, set: func(v []string) error {
			for i, tag := range v {
				if err := checkLanguage(tag); err != nil {
					return err
				}
				if slices.Contains(v[:i], tag) {
					return fmt.Errorf("%q stands twice: keep one", tag)
				}
			}
			s.Languages = v
			return nil
		}},
		{name: "description", set: one(&s.Description, checkText)},
		{name: "imported", set: one(&s.Imported, checkName)},
	}, ps)
}

func loadItems(fsys fs.FS, file string, s *Suite, ps *problems) {
	f, err := fsys.Open(file)
	if err != nil {
		ps.add(file, 0, 0, "read items: %s", missing(err, "write one question a line there"))
		return
	}
	defer f.Close() // read only: nothing can be lost
	before := len(ps.list)
	s.Items, _ = readItems(f, file, ps)
	if len(s.Items) == 0 && len(ps.list) == before {
		ps.add(file, 0, 0, "holds no items: write one question a line")
	}
}

func loadPassages(fsys fs.FS, dir string, s *Suite, ps *problems) {
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		ps.add(dir, 0, 0, "read passages: %s", missing(err, ""))
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		file := path.Join(dir, name)
		if strings.HasPrefix(name, ".") {
			continue // desktop systems leave such files everywhere
		}
		id, isMarkdown := strings.CutSuffix(name, passageExt)
		if entry.IsDir() || !isMarkdown {
			ps.add(file, 0, 0, "is no passage: each passage is one file ID%s; rename it or move it out of %s", passageExt, passagesDir)
			continue
		}
		data, err := readFile(fsys, file)
		if err != nil {
			ps.add(file, 0, 0, "read passage: %s", missing(err, ""))
			continue
		}
		s.Passages = append(s.Passages, parsePassage(data, file, id, ps))
	}
	slices.SortFunc(s.Passages, func(a, b Passage) int { return strings.Compare(a.ID, b.ID) })
}

// readFile reads a file of at most maxLine bytes.
func readFile(fsys fs.FS, file string) ([]byte, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(f, maxLine+1))
	if err == nil && len(data) > maxLine {
		err = fmt.Errorf("the file is larger than %d MiB: cut it into passages of a page each", maxLine>>20)
	}
	return data, err
}

// missing words a file error without the path, which the problem names already.
func missing(err error, remedy string) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	text := err.Error()
	if errors.Is(err, fs.ErrNotExist) {
		text = "the file does not exist"
		if remedy != "" {
			text += ": " + remedy
		}
	}
	return text
}
