package files

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads each visible sheet: cells as they are shown, formulas by the value they were saved with. Rows above the table that have one cell only are
// paragraphs; the first row with two is the head.
func readXLSX(_ context.Context, r source) (document, error) {
	f, err := excelize.OpenReader(bytes.NewReader(r.data), excelize.Options{UnzipSizeLimit: 4 * maxFile, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return document{}, fmt.Errorf("broken XLSX: %w", err)
	}
	defer f.Close()
	var d document
	if props, err := f.GetDocProps(); err == nil {
		d.title = strings.TrimSpace(props.Title)
	}
	for _, sheet := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(sheet); err == nil && !visible {
			continue
		}
		rows, err := f.GetRows(sheet)
		if err != nil {
			return document{}, fmt.Errorf("broken XLSX: sheet %s: %w", sheet, err)
		}
		d.blocks = append(d.blocks, sheetBlocks(sheet, rows)...)
	}
	return d, nil
}

// sheetBlocks finds the tables of a sheet: an empty row ends one.
func sheetBlocks(sheet string, rows [][]string) []block {
	blocks := []block{{level: 1, text: sheet, place: sheet}}
	var open [][]string
	flush := func() {
		if len(open) > 0 {
			blocks = append(blocks, block{rows: squared(open), place: sheet})
		}
		open = nil
	}
	for _, row := range rows {
		filled := 0
		for _, cell := range row {
			if strings.TrimSpace(cell) != "" {
				filled++
			}
		}
		switch {
		case filled == 0:
			flush()
		case filled == 1 && open == nil:
			blocks = append(blocks, block{text: strings.TrimSpace(strings.Join(row, "")), place: sheet})
		default:
			open = append(open, row)
		}
	}
	flush()
	return blocks
}
