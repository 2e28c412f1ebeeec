package suites

import (
	"math"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/value"
)

func TestDerive(t *testing.T) {
	for _, tt := range []struct {
		expr string
		want float64
		why  string
	}{
		{"12 * 40", 480, ""},
		{"2 + 3 * 4", 14, "times before plus"},
		{"(2 + 3) * 4", 20, ""},
		{"10 - 4 - 3", 3, "from the left"},
		{"100 / 5 / 2", 10, "from the left"},
		{"-(3 - 5) * -1.5", -3, ""},
		{"0.1 + 0.2", 0.3, "exact decimals, not floats"},
		{"(94 - 71) / 71 * 100", 100 * 23.0 / 71, ""},
	} {
		d, err := Derive(tt.expr)
		if err != nil || d.Value.Kind != value.Number || math.Abs(d.Value.Num-tt.want) > 1e-12*math.Abs(tt.want) {
			t.Errorf("Derive(%q) = %v, %v; want %v %s", tt.expr, d.Value.Num, err, tt.want, tt.why)
		}
	}
	if d, err := Derive("0.1 + 0.2"); err != nil || d.Value.Num != 0.3 {
		t.Errorf("0.1 + 0.2 = %v, %v", d.Value.Num, err)
	}
}

func TestDeriveDates(t *testing.T) {
	for _, tt := range []struct{ expr, want, why string }{
		{"2026-01-01 + 36 months", "2029-01-01", ""},
		{"2026-01-31 + 1 month", "2026-02-28", "the last day of a shorter month"},
		{"2024-02-29 + 1 year", "2025-02-28", "no 29 February"},
		{"2026-03-31 - 1 months", "2026-02-28", ""},
		{"2026-01-15 + 11 months", "2026-12-15", ""},
		{"2026-12-30 + 2 weeks - 3 days", "2027-01-10", ""},
		{"2026-07-01 - 90 days", "2026-04-02", ""},
	} {
		d, err := Derive(tt.expr)
		if got := d.Value.Date.Format(isoDay); err != nil || d.Value.Kind != value.Date || d.Value.Grain != value.Day || got != tt.want {
			t.Errorf("Derive(%q) = %s, %v; want %s %s", tt.expr, got, err, tt.want, tt.why)
		}
	}
	d, err := Derive("2026-03-31 - 2026-01-15")
	if err != nil || d.Value.Kind != value.Duration || d.Value.Num != 75 || d.Value.Unit != "day" {
		t.Errorf("days between two dates: %+v, %v", d.Value, err)
	}
	for expr, want := range map[string]bool{"12 * 40 > 450": true, "1 >= 1": true, "3 < 2": false, "2 <= 1": false, "4 / 2 = 2": true} {
		if d, err := Derive(expr); err != nil || d.Value.Kind != value.Bool || d.Value.Bool != want {
			t.Errorf("Derive(%q) = %+v, %v", expr, d.Value, err)
		}
	}
}

func TestDeriveOperands(t *testing.T) {
	d, err := Derive("(10 + 20.50) / 2 - 3 / (4 - 1)")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range d.Operands {
		if o.Divisor {
			o.Text = "/" + o.Text
		}
		got = append(got, o.Text)
	}
	if s := strings.Join(got, " "); s != "10 20.50 /2 3 4 1" {
		t.Error(s)
	}
}

func TestDeriveRefuses(t *testing.T) {
	for _, expr := range []string{"", "1 +", "1,000 * 2", "12 %", "(1 + 2", "1 + 2)", "1 / 0", "1 / (2 - 2)", "2026-02-30 + 1 day",
		"2026-01-01 + 3", "2026-01-01 * 2", "2026-01-01 - 2025-01-01 + 1 day", "1 2", "x", "1 < 2 < 3", strings.Repeat("(", 5000)} {
		if d, err := Derive(expr); err == nil {
			t.Errorf("Derive(%q) = %+v", expr, d)
		}
	}
}

func FuzzDerive(f *testing.F) {
	for _, s := range []string{"12 * 40", "-(3 - 5) / 2", "2026-01-31 + 1 month", "1<2", "((((1", "9999-12-31 + 99999 years"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Derive(s)
		if err == nil && len(d.Operands) == 0 {
			t.Errorf("Derive(%q) came from nothing", s)
		}
	})
}
