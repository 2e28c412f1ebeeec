package sqldb

import (
	"fmt"
	"slices"
	"strings"
)

// table is what an examinee is told of a table.
type table struct {
	name    string // as SQL takes it
	base    bool   // rows of its own, unlike a view
	rows    string // how many; empty: not known
	columns []column
}

// column's key says that it is part of the primary key; refers names the column of another table that it points to.
type column struct {
	name, typ string
	key       bool
	refers    string
}

// tableList gathers columns that come table by table.
type tableList struct{ tables []table }

func (l *tableList) add(name string, base bool, c column) {
	if n := len(l.tables); n == 0 || l.tables[n-1].name != name {
		l.tables = append(l.tables, table{name: name, base: base})
	}
	last := &l.tables[len(l.tables)-1]
	last.columns = append(last.columns, c)
}

// chosen reports whether a table that goes by these names is among those that may be shown; all are when none is named.
func chosen(only []string, names ...string) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(want string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(want, name) })
	})
}

// mostSchema is how many bytes of an examinee's prompt the schema may take.
const mostSchema = 16 << 10

// describe writes the schema in at most mostSchema bytes: with types and keys if there is room, else with the names of columns, else
// with those of tables, as many as fit.
func describe(tables []table) string {
	for _, line := range []func(table) string{table.full, table.brief} {
		var b strings.Builder
		for _, t := range tables {
			b.WriteString(line(t) + "\n")
			if b.Len() > mostSchema {
				break
			}
		}
		if b.Len() <= mostSchema {
			return b.String()
		}
	}
	var b strings.Builder
	for i, t := range tables {
		if b.Len()+len(t.name) > mostSchema-100 {
			fmt.Fprintf(&b, "and %d more tables\n", len(tables)-i)
			break
		}
		b.WriteString(t.name + "\n")
	}
	return b.String()
}

func (t table) full() string {
	var b strings.Builder
	b.WriteString(t.name + "(")
	for i, c := range t.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strings.TrimSpace(c.name + " " + c.typ))
		if c.key {
			b.WriteString(" primary key")
		}
		if c.refers != "" {
			b.WriteString(" references " + c.refers)
		}
	}
	b.WriteString(")")
	if t.rows != "" {
		b.WriteString(" -- " + t.rows)
	}
	return b.String()
}

func (t table) brief() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return t.name + "(" + strings.Join(names, ", ") + ")"
}
