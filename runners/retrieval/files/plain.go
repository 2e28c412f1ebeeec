package files

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func readPlain(_ context.Context, r source) (document, error) {
	s, err := decode(r.data)
	if err != nil {
		return document{}, err
	}
	var d document
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if t := strings.TrimSpace(paragraph); t != "" {
			d.blocks = append(d.blocks, block{text: t})
		}
	}
	return d, nil
}

// decode brings bytes of a text file into UTF-8: UTF-8 and UTF-16 by their marks, else UTF-8 where it is valid, else GB 18030 where the bytes beyond ASCII
// come in its pairs, else Windows-1252, in which every byte means something. A NUL in what is no UTF-16 means that the file is no text.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(data[3:]), "�"), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		return string(out), err
	case bytes.IndexByte(data, 0) >= 0:
		return "", errors.New("not a text file: it holds NUL bytes")
	case utf8.Valid(data):
		return string(data), nil
	}
	if paired(data) {
		if out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
			return string(out), nil
		}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(out), err
}

// paired reports whether nearly all bytes beyond ASCII stand in runs of even length without the control range, as the characters of GB 2312 do. Letters with
// accents in Western text mostly stand alone.
func paired(data []byte) bool {
	good, all, run := 0, 0, 0
	for i := 0; i <= len(data); i++ {
		if i < len(data) && data[i] >= 0xa1 {
			run++
			continue
		}
		if i < len(data) && data[i] >= 0x80 {
			all++
		}
		all += run
		if run%2 == 0 {
			good += run
		}
		run = 0
	}
	return all > 0 && float64(good) > 0.9*float64(all)
}
