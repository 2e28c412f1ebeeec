package suites

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The suite.yaml that [WriteFolder] writes.
type manifestYAML struct {
	Name        words    `yaml:"name"`
	Title       words    `yaml:"title"`
	Version     words    `yaml:"version"`
	License     words    `yaml:"license"`
	AsOf        day      `yaml:"as_of,omitempty"`
	Languages   []string `yaml:"languages,flow"`
	Description words    `yaml:"description,omitempty"`
	Imported    words    `yaml:"imported,omitempty"`
}

// WriteFolder writes the suite as a folder that [Load] reads back to an equal suite (passages in order of their IDs). It builds the
// folder beside dir, loads it as a proof, and only then gives it its name: dir is whole or absent. A dir that exists and is not
// empty is refused.
func WriteFolder(dir string, s *Suite) (err error) {
	dir = filepath.Clean(dir)
	switch entries, readErr := os.ReadDir(dir); {
	case readErr == nil && len(entries) > 0:
		return fmt.Errorf("write suite: folder %s is not empty: name a new folder", dir)
	case readErr != nil && !errors.Is(readErr, fs.ErrNotExist):
		return fmt.Errorf("write suite: %w", readErr)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return fmt.Errorf("write suite: %w", err)
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".part-*")
	if err != nil {
		return fmt.Errorf("write suite: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	if err := writeFiles(part, s); err != nil {
		return err
	}
	back, err := Load(os.DirFS(part), ".")
	if err != nil {
		return fmt.Errorf("write suite %s: it would not load again: %w", s.Name, err)
	}
	if err := sameContent(s, back); err != nil {
		return fmt.Errorf("write suite %s: %w", s.Name, err)
	}
	if err := os.Chmod(part, 0o755); err != nil {
		return fmt.Errorf("write suite: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write suite: %w", err)
	}
	if err := os.Rename(part, dir); err != nil {
		return fmt.Errorf("write suite: %w", err)
	}
	return nil
}

func writeFiles(dir string, s *Suite) error {
	write := func(name string, data []byte) error {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return fmt.Errorf("write suite: %w", err)
		}
		return nil
	}
	var manifest, items bytes.Buffer
	head := manifestYAML{words(s.Name), words(s.Title), words(s.Version), words(s.License), day{s.AsOf}, s.Languages, words(s.Description), words(s.Imported)}
	if err := writeYAML(&manifest, head); err != nil {
		return fmt.Errorf("write suite %s: %w", s.Name, err)
	}
	for _, it := range s.Items {
		line, err := encodeItem(it)
		if err != nil {
			return err
		}
		items.Write(line)
	}
	if err := errors.Join(write(manifestFile, manifest.Bytes()), write(itemsFile, items.Bytes())); err != nil {
		return err
	}
	if len(s.Passages) == 0 {
		return nil
	}
	if err := os.Mkdir(filepath.Join(dir, passagesDir), 0o777); err != nil {
		return fmt.Errorf("write suite: %w", err)
	}
	for _, p := range s.Passages {
		if err := checkID(p.ID); err != nil { // it becomes a file's name
			return fmt.Errorf("write passage: id %w", err)
		}
		data, err := encodePassage(p)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(passagesDir, p.ID+passageExt), data); err != nil {
			return err
		}
	}
	return nil
}

// sameContent says what of a suite is lost when it is written and read again.
func sameContent(want, got *Suite) error {
	if want.Digest() == got.Digest() {
		return nil
	}
	for _, p := range want.Passages {
		if q, _ := got.Passage(p.ID); canonicalPassage(p) != canonicalPassage(q) {
			return fmt.Errorf("passage %s would change: its text must have \\n line ends and no blank lines around it, its dates no time of day", p.ID)
		}
	}
	for i, it := range want.Items {
		if i >= len(got.Items) || !slices.Equal(canonicalItem(it), canonicalItem(got.Items[i])) {
			return fmt.Errorf("item %s would change: it must have a source and no field that its form does not allow", it.ID)
		}
	}
	return errors.New("its name, title, dates or languages would change")
}
