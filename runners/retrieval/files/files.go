// Package files reads a folder of documents as a corpus: Markdown, plain text, HTML, CSV, XLSX, DOCX and PDF become passages of a
// readable size, each under its headings, with tables kept as tables and the place it stands at.
package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/suites"
)

// Config says which folder is read.
type Config struct {
	Folder string `yaml:"folder"`
	Words  int    `yaml:"words"` // length that a passage should not go beyond; 0: 250. Two Han characters count as one word
}

// defaultWords is about half a page: enough to hold a rule with its exceptions, little enough that five of them are read.
const defaultWords = 250

// maxFile is the largest file that is read; what it unpacks to may be four times as large.
const maxFile = 256 << 20

// Corpus is what a folder held.
type Corpus struct {
	Passages []suites.Passage // in order of the files' names, then of place
	Skipped  []Skipped        // what could not be read, in order of the files' names
	Files    int              // files that gave passages
}

// Skipped is a file, or a page of one, that gave no passage.
type Skipped struct {
	File string // within the folder
	Err  error
}

// format reads one kind of file into blocks.
type format struct {
	extensions []string
	read       func(ctx context.Context, r source) (document, error)
}

// formats are the kinds of files that can be read.
var formats = []format{
	{[]string{".md", ".markdown"}, readMarkdown},
	{[]string{".txt", ".text"}, readPlain},
	{[]string{".html", ".htm", ".xhtml"}, readHTML},
	{[]string{".csv", ".tsv"}, readCSV},
	{[]string{".xlsx", ".xlsm"}, readXLSX},
	{[]string{".docx"}, readDOCX},
	{[]string{".pdf"}, readPDF},
}

// source is a file as it lies on the disk.
type source struct {
	name string // within the folder, with slashes
	data []byte
	pdf  *pdfReader
}

// ErrKind means that a file is of a kind that is not read.
var ErrKind = errors.New("not a kind of file that can be read")

// Read reads every file below the folder, hidden ones and those behind links that lead outside apart. A file that cannot be read is named in
// Skipped and does not keep the others from being read; an error means that the folder itself cannot be, or that ctx ended. Reading is the same
// each time: the same folder gives the same passages.
func Read(ctx context.Context, c Config) (Corpus, error) {
	if c.Folder == "" {
		return Corpus{}, errors.New("read folder: none is named")
	}
	if c.Words < 0 || c.Words > 0 && c.Words < 20 {
		return Corpus{}, fmt.Errorf("read folder %s: words is %d, must be at least 20", c.Folder, c.Words)
	}
	root, err := os.OpenRoot(c.Folder) // no name below it leads out of it
	if err != nil {
		return Corpus{}, fmt.Errorf("read folder: %w", err)
	}
	defer root.Close()
	var names []string
	var corpus Corpus
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return err
		case err != nil:
			corpus.Skipped = append(corpus.Skipped, Skipped{name, err})
			return nil
		case name != "." && strings.HasPrefix(d.Name(), "."), strings.HasPrefix(d.Name(), "~$"): // hidden, or an office program's lock
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return Corpus{}, fmt.Errorf("read folder %s: %w", c.Folder, err)
	}
	pdf := new(pdfReader)
	defer pdf.Close()
	type outcome struct {
		name     string
		document document
		err      error
	}
	var read []outcome
	for o := range fan.Map(ctx, runtime.GOMAXPROCS(0), slices.Values(names), func(ctx context.Context, name string) outcome {
		d, err := readFile(ctx, root, name, pdf)
		return outcome{name, d, err}
	}) {
		read = append(read, o)
	}
	if ctx.Err() != nil {
		return Corpus{}, fmt.Errorf("read folder %s: %w", c.Folder, ctx.Err())
	}
	slices.SortFunc(read, func(a, b outcome) int { return strings.Compare(a.name, b.name) })
	for _, o := range read {
		if o.err != nil {
			corpus.Skipped = append(corpus.Skipped, Skipped{o.name, o.err})
			continue
		}
		for _, place := range o.document.empty {
			corpus.Skipped = append(corpus.Skipped, Skipped{o.name + "#" + place, errors.New("holds no text; it may be a picture")})
		}
		passages := cut(o.name, o.document, cmp.Or(c.Words, defaultWords))
		if len(passages) == 0 && len(o.document.empty) == 0 {
			corpus.Skipped = append(corpus.Skipped, Skipped{o.name, errors.New("holds no text")})
		}
		if len(passages) > 0 {
			corpus.Files++
		}
		corpus.Passages = append(corpus.Passages, passages...)
	}
	slices.SortStableFunc(corpus.Skipped, func(a, b Skipped) int { return strings.Compare(a.File, b.File) })
	return corpus, nil
}

// readFile reads one file. A panic of a decoder, which foreign bytes may bring about, is that file's failure.
func readFile(ctx context.Context, root *os.Root, name string, pdf *pdfReader) (d document, err error) {
	extension := strings.ToLower(path.Ext(name))
	i := slices.IndexFunc(formats, func(f format) bool { return slices.Contains(f.extensions, extension) })
	if i < 0 {
		return d, ErrKind
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("broken: %v", p)
		}
	}()
	info, err := root.Stat(filepath.FromSlash(name))
	if err != nil {
		return d, err
	}
	if !info.Mode().IsRegular() { // to open a pipe is to wait for whoever writes into it
		return d, errors.New("not a regular file")
	}
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return d, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return d, err
	}
	if len(data) > maxFile {
		return d, fmt.Errorf("larger than %d MiB", maxFile>>20)
	}
	d, err = formats[i].read(ctx, source{name, data, pdf})
	if d.language == "" {
		d.language = text.Detect(d.sample())
	}
	return d, err
}
