package telemetry

import "testing"

func TestLabelsAreCanonical(t *testing.T) {
	for _, c := range []struct {
		why   string
		pairs map[string]string
		want  string
	}{
		{"no labels are no braces", nil, ""},
		{"names are in order", map[string]string{"b": "2", "a": "1"}, `{a="1",b="2"}`},
		{"quotes, backslashes and line ends are escaped", map[string]string{"m": "a\"b\\c\nd"}, `{m="a\"b\\c\nd"}`},
		{"commas and braces are plain", map[string]string{"m": `x,y="z"}`, "n": ""}, `{m="x,y=\"z\"}",n=""}`},
	} {
		got := Labels(c.pairs)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
		for name, want := range c.pairs {
			if v, ok := Label(got, name); !ok || v != want {
				t.Errorf("%s: label %s is %q, %v, want %q", c.why, name, v, ok, want)
			}
		}
		if _, ok := Label(got, "absent"); ok {
			t.Errorf("%s: a label that is not there was found", c.why)
		}
	}
}

func FuzzLabels(f *testing.F) {
	f.Add("name", "value", "other", "x\"\\\n,}")
	f.Fuzz(func(t *testing.T, a, v, b, w string) {
		Label(v, a) // of any text: must come to an end
		a, b = "a"+clean(a), "b"+clean(b)
		s := Labels(map[string]string{a: v, b: w})
		for name, want := range map[string]string{a: v, b: w} {
			if got, ok := Label(s, name); !ok || got != want {
				t.Errorf("%s of %s: %q, want %q", name, s, got, want)
			}
		}
	})
}

// clean keeps what may stand in a label's name.
func clean(s string) string {
	out := []rune{}
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r == '_' {
			out = append(out, r)
		}
	}
	return string(out)
}
