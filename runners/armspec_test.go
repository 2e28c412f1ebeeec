package runners

import "testing"

func TestParseArm(t *testing.T) {
	for _, c := range []struct{ spelled, canonical, why string }{
		{"oracle", "oracle", "no parameters"},
		{"noisy:rate=0.8:order=2", "noisy:order=2:rate=0.8", "one order of keys, so one name"},
		{"retrieved:as-of=2026-03-31", "retrieved:as-of=2026-03-31", "dates are plain words"},
		{"", "", "no name"},
		{"noisy:", "", "an empty parameter"},
		{"noisy:rate", "", "no value"},
		{"noisy:rate=", "", "an empty value"},
		{"noisy:rate=1:rate=2", "", "a key stands once"},
		{"noisy:rate=1,2", "", "a comma separates arms"},
		{"a b", "", "a space"},
		{"अ", "", "letters that a file's name may not have"},
	} {
		spec, err := ParseArm(c.spelled)
		if got := spec.String(); got != c.canonical || (err == nil) != (c.canonical != "") {
			t.Errorf("%q: got %q, %v; want %q: %s", c.spelled, got, err, c.canonical, c.why)
		}
	}
	spec, _ := ParseArm("noisy:rate=0.8")
	if spec.Get("rate") != "0.8" || spec.Get("order") != "" || BaseArm(spec.String()) != Noisy {
		t.Errorf("read back: %q %q %q", spec.Get("rate"), spec.Get("order"), BaseArm(spec.String()))
	}
}
