package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/viva-eval/viva/reports/gate"
)

// agree is a person who finds the scorer right in everything: it fills in the labels of a file with the verdicts of exported rows.
//
//	agree ROWS.jsonl… LABELS.csv FILLED.csv
func agree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: agree ROWS.jsonl… LABELS.csv FILLED.csv")
	}
	files, from, to := args[:len(args)-2], args[len(args)-2], args[len(args)-1]
	verdicts := map[string]string{}
	for _, name := range files {
		rows := bufio.NewScanner(strings.NewReader(ts.ReadFile(name)))
		rows.Buffer(nil, 1<<20)
		for rows.Scan() {
			var row struct {
				Run, Arm, Item, Verdict string
				Repeat                  int
			}
			ts.Check(json.Unmarshal(rows.Bytes(), &row))
			if row.Repeat == 0 && row.Verdict != "unscored" {
				verdicts[gate.LabelID(row.Run, row.Arm, row.Item)] = row.Verdict
			}
		}
		ts.Check(rows.Err())
	}
	table, err := csv.NewReader(strings.NewReader(ts.ReadFile(from))).ReadAll()
	ts.Check(err)
	id, label := slices.Index(table[0], "id"), slices.Index(table[0], "label")
	for _, row := range table[1:] {
		row[label] = verdicts[row[id]]
	}
	f, err := os.Create(ts.MkAbs(to))
	ts.Check(err)
	ts.Check(csv.NewWriter(f).WriteAll(table))
	ts.Check(f.Close())
}
