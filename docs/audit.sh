#!/usr/bin/env bash
# Writes the tables of docs/AUDIT.md anew, between its two marks, from the public data that VIVA_DATA names:
#   VIVA_DATA=/path/to/data bash docs/audit.sh
set -euo pipefail
cd "$(dirname "$0")/.."
: "${VIVA_DATA:?names the folder of public data sets}"
page=$PWD/docs/AUDIT.md work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/viva" ./cmd/viva

cd "$VIVA_DATA"
audit() {
  printf '$ viva audit %s\n' "$*" >>"$work/tables"
  "$work/viva" audit "$@" >>"$work/tables"
}
audit --scorer facts --by meta.source evouna/dev.jsonl
audit --scorer facts openqa_eval/dev.jsonl
audit --scorer facts --by gold financebench/answers_dev.jsonl
audit --scorer facts --truth refusal financebench/answers_dev.jsonl
audit --scorer abstain --truth refusal financebench/answers_dev.jsonl
audit --scorer grounded ragtruth/dev.jsonl
audit --scorer grounded --by task ragtruth/dev.jsonl
audit --scorer grounded summedits/dev.jsonl faithbench/dev.jsonl begin/dev.jsonl

{
  printf 'Data: the first 12 digits of each file'"'"'s SHA-256, and its rows.\n\n| file | sha256 | rows |\n|---|---|---|\n'
  for f in evouna/dev openqa_eval/dev financebench/answers_dev ragtruth/dev summedits/dev faithbench/dev begin/dev; do
    printf '| %s.jsonl | `%s` | %d |\n' "$f" "$(sha256sum "$f.jsonl" | cut -c1-12)" "$(wc -l <"$f.jsonl")"
  done
  # The first column of each table is the scorer's; a heading has " rows in ".
  printf '\n| data | scorer | precision of pass | passed | kappa, all rows | AUROC within | best baseline, kappa |\n|---|---|---|---|---|---|---|\n'
  awk -F' *│ *' '
    / rows in [0-9]+ groups, / { file = $0; sub(/: .*/, "", file); kind = ($0 ~ / refusals/) ? " (refusals)" : ""; scorer = "" }
    file != "" && NF > 3 && $2 == "" && scorer == "" { scorer = $3 }
    file != "" && $2 == "passed" { passed = $3 }
    file != "" && $2 == "precision of pass" { pass = $3 }
    file != "" && $2 == "AUROC within" { within = $3; printf "| %s%s | %s | %s | %s | %s | %s | %s |\n", file, kind, scorer, pass, passed, kappa, within, best; file = "" }
    file != "" && $2 == "kappa, all rows" {
      kappa = $3; best = "–"; top = -9
      for (i = 4; i < NF; i++) { v = $i; sub(/ .*/, "", v); if (v != "–" && v + 0 > top) { top = v + 0; best = $i } }
    }' "$work/tables"
  printf '\n<details><summary>All figures, with their intervals, by language and by model</summary>\n\n```text\n'
  sed 's/ *$//' "$work/tables" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
  printf '```\n\n</details>\n'
} >"$work/part"

awk -v part="$work/part" '
  /^<!-- tables -->$/ { print; print ""; while ((getline line < part) > 0) print line; print ""; skip = 1 }
  /^<!-- end of tables -->$/ { skip = 0 }
  !skip || /^<!-- end/ { print }' "$page" >"$work/page"
grep -q '^<!-- end of tables -->$' "$work/page"
cat "$work/page" >"$page"
