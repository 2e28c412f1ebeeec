package sqldb

import (
	"encoding/json"
	"os"
	"testing"
)

// One question to a server on loopback, or to a file; and one statement of an examinee, which has a session of its own.
func BenchmarkPostgres(b *testing.B) {
	benchmark(b, Config{Driver: Postgres, DSN: os.Getenv("VIVA_TEST_POSTGRES"), Query: "SELECT 1 AS id, 'x' AS text WHERE :question <> ''"})
}

func BenchmarkMySQL(b *testing.B) {
	benchmark(b, Config{Driver: MySQL, DSN: os.Getenv("VIVA_TEST_MYSQL"), Query: "SELECT 1 AS id, 'x' AS text WHERE :question <> ''"})
}

func benchmark(b *testing.B, c Config) {
	if c.DSN == "" {
		b.Skip("no such server: see .ci/databases")
	}
	r, err := Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	b.Run("retrieve", func(b *testing.B) {
		for b.Loop() {
			if found, err := r.Retrieve(b.Context(), "How many days of leave?", 5); err != nil || len(found) != 1 {
				b.Fatal(found, err)
			}
		}
	})
	s, err := open(c.withDefaults(100, 32<<10), true)
	if err != nil {
		b.Fatal(err)
	}
	tool := &Tool{source: s}
	defer tool.Close()
	b.Run("sql_query", func(b *testing.B) {
		for b.Loop() {
			if r, err := tool.Call(b.Context(), json.RawMessage(`{"sql":"SELECT 1"}`)); err != nil || r.Text == "" {
				b.Fatal(r, err)
			}
		}
	})
}
