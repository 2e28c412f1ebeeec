package sqldb

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// publicData is where public data lies, or skips.
func publicData(t *testing.T, name string) string {
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("set VIVA_DATA to the folder of public data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("not among the public data: %v", err)
	}
	return path
}

// The queries that people wrote for defog's databases run through the tool, and bring what was published with them.
func TestGoldQueriesRun(t *testing.T) {
	dir := publicData(t, "defog_sql")
	f, err := os.Open(filepath.Join(dir, "dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tools := map[string]*Tool{}
	ran := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q struct {
			ID, DB, SQL string
			Answerable  bool
			Result      struct {
				Columns []string
				Rows    [][]any
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		if !q.Answerable || q.SQL == "" {
			continue
		}
		if tools[q.DB] == nil {
			tools[q.DB] = newTestTool(t, Config{Driver: SQLite, DSN: filepath.Join(dir, "sqlite", q.DB+".db"), MaxRows: 10_000, MaxBytes: 4 << 20, Timeout: time.Minute})
		}
		sql, _, _ := strings.Cut(q.SQL, ";") // others would do as well
		var want, got strings.Builder
		for _, row := range q.Result.Rows {
			for _, v := range row {
				if n, ok := v.(float64); ok {
					v = decimal(n, 64)
				}
				fmt.Fprint(&want, rounded(fmt.Sprint(v)), "|")
			}
		}
		columns, err := tools[q.DB].source.read(t.Context(), sql, nil, func(_ []string, cells []cell) bool {
			for _, c := range cells {
				if c.null {
					c.text = "<nil>"
				}
				fmt.Fprint(&got, rounded(c.text), "|")
			}
			return true
		})
		if err != nil || got.String() != want.String() || len(columns) != len(q.Result.Columns) {
			t.Errorf("%s: %s\ngot  %.200s, %d columns, %v\nwant %.200s, %d columns", q.ID, sql, got.String(), len(columns), err, want.String(), len(q.Result.Columns))
		}
		if r := call(t, tools[q.DB], sql); r.Problem != "" {
			t.Errorf("%s: problem %q", sql, r.Problem)
		}
		ran++
	}
	if err := lines.Err(); err != nil || ran < 100 {
		t.Errorf("%d queries ran, %v", ran, err)
	}
}

// rounded leaves out the last digits of a number, which differ between versions of SQLite.
func rounded(s string) string {
	if n, err := strconv.ParseFloat(s, 64); err == nil && strings.Contains(s, ".") {
		return fmt.Sprintf("%.12g", n)
	}
	return s
}

// Values that stand in columns declared as dates come as they are stored, readable as dates or not.
func TestDatesAreNotTouched(t *testing.T) {
	l := liveSQLite(t)
	l.config.Driver = SQLite
	l.exec(t, "CREATE TABLE d (id integer PRIMARY KEY, day DATE, at TIMESTAMP, made DATETIME, flag BOOLEAN)",
		"INSERT INTO d VALUES (1, '11-JUN-2002', '2026-03-31', '2026-03-31 10:00:00', 1), (2, 2008, 1774915200, '2026-03-31T10:00:00Z', 'yes'), (3, NULL, '', 2.5, 7)")
	r := call(t, newTestTool(t, l.config), "SELECT day, at, made, flag FROM d ORDER BY id DESC")
	want := "| day | at | made | flag |\n| --- | --- | --- | --- |\n| NULL |  | 2.5 | 7 |\n| 2008 | 1774915200 | 2026-03-31T10:00:00Z | yes |\n" +
		"| 11-JUN-2002 | 2026-03-31 | 2026-03-31 10:00:00 | 1 |\n\n3 rows.\n"
	if r.Text != want {
		t.Errorf("got\n%s\nwant\n%s\nproblem %q", r.Text, want, r.Problem)
	}
}

// A trading company's database as a book: the products are found by their names.
func TestNorthwind(t *testing.T) {
	r := openTest(t, Config{Driver: SQLite, DSN: publicData(t, "northwind/northwind.db"),
		Query: `SELECT p.ProductID, p.ProductName, p.UnitPrice, p.QuantityPerUnit, s.CompanyName AS Supplier,
			(SELECT count(*) FROM json_each(:words) w WHERE lower(p.ProductName) LIKE '%' || w.value || '%') AS hits
			FROM Products p JOIN Suppliers s USING (SupplierID) WHERE hits > 0 ORDER BY hits DESC, ProductID LIMIT :k`,
		Columns: Columns{ID: "product-{ProductID}", Title: "ProductName", Text: "{ProductName} costs {UnitPrice} for {QuantityPerUnit}, supplied by {Supplier}."}})
	found, err := r.Retrieve(t.Context(), "What does Camembert Pierrot cost?", 3)
	if err != nil || len(found) == 0 || found[0].ID != "product-60" || found[0].Origin != "sql:northwind.db" ||
		!strings.HasPrefix(found[0].Text, "Camembert Pierrot costs 34 for 15 - 300 g rounds, supplied by Gai pâturage.") {
		t.Errorf("got %+v, %v", found, err)
	}
	tool := newTestTool(t, Config{Driver: SQLite, DSN: publicData(t, "northwind/northwind.db")})
	for _, want := range []string{`"Order Details"(`, "Orders(OrderID integer primary key", "-- 830 rows"} {
		if !strings.Contains(tool.Spec().Description, want) {
			t.Errorf("%q is not in the description:\n%s", want, tool.Spec().Description)
		}
	}
}
