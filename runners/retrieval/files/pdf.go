package files

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// pdfReader is PDFium as a WebAssembly module: it is made when the first PDF comes, sees no file of the machine, and its compiled form is kept in the
// user's cache folder, since compiling takes seconds. The zero value is ready for use, by several goroutines at once.
type pdfReader struct {
	once  sync.Once
	pool  pdfium.Pool
	cache wazero.CompilationCache
	err   error
}

// start makes the module.
func (p *pdfReader) start() error {
	p.once.Do(func() {
		config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
		if dir, err := os.UserCacheDir(); err == nil {
			if p.cache, err = wazero.NewCompilationCacheWithDir(filepath.Join(dir, "viva", "pdfium")); err == nil { // else it is compiled anew
				config = config.WithCompilationCache(p.cache)
			}
		}
		p.pool, p.err = webassembly.Init(webassembly.Config{MaxTotal: 8, FSConfig: wazero.NewFSConfig(), RuntimeConfig: config, Stdout: io.Discard, Stderr: io.Discard})
	})
	return p.err
}

// Close ends the module. No document may be read any more.
func (p *pdfReader) Close() error {
	if p.pool == nil {
		return nil
	}
	err := p.pool.Close()
	if p.cache != nil {
		_ = p.cache.Close(context.Background()) // what is on disk stays there
	}
	return err
}

// patience is how long a document waits for one of the module's instances.
const patience = 10 * time.Minute

// readPDF reads the text of each page in its own place. Lines whose pieces stand in the same columns as those of their neighbours become tables.
func readPDF(ctx context.Context, r source) (d document, err error) {
	if err := r.pdf.start(); err != nil {
		return d, fmt.Errorf("start PDFium: %w", err)
	}
	instance, err := r.pdf.pool.GetInstance(patience)
	if err != nil {
		return d, fmt.Errorf("start PDFium: %w", err)
	}
	defer instance.Close()
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &r.data})
	if err != nil {
		return d, fmt.Errorf("broken or locked PDF: %w", err)
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	if err != nil {
		return d, fmt.Errorf("broken PDF: %w", err)
	}
	if meta, err := instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: opened.Document, Tag: "Title"}); err == nil {
		d.title = strings.TrimSpace(strings.Trim(meta.Value, "\x00"))
	}
	for i := range count.PageCount {
		if ctx.Err() != nil {
			return d, ctx.Err()
		}
		page, err := instance.GetPageTextStructured(&requests.GetPageTextStructured{
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: opened.Document, Index: i}}, Mode: requests.GetPageTextStructuredModeChars})
		place := fmt.Sprintf("page=%d", i+1)
		if err != nil {
			d.empty = append(d.empty, place)
			continue
		}
		blocks := pageBlocks(page.Chars, place)
		if len(blocks) == 0 {
			d.empty = append(d.empty, place)
		}
		d.blocks = append(d.blocks, blocks...)
	}
	return d, nil
}
