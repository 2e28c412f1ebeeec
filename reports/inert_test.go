package reports

import "testing"

func TestInert(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"std::vector":                    "std::vector",
		"::error::x":                     `\::error::x`,
		"run  a\n   ::add-path::/tmp\nb": "run  a\n   \\::add-path::/tmp\nb",
		"a ##[add-path]x":                `a ##\[add-path]x`,
	} {
		if got := Inert(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
