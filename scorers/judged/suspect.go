package judged

import (
	"fmt"
	"strings"

	"github.com/viva-eval/viva/runners"
)

// Kinship tells how near the judge is to an examinee: itself when both have one name at one address, or one telling name anywhere, since
// the same weights on another box are the same model.
func (j *Judge) Kinship(examinee runners.TargetInfo) Kinship {
	here := sameAddress(j.BaseURL, examinee.BaseURL)
	k := Stranger
	if telling(j.Model) && telling(examinee.Model) || here {
		k = kin(j.Model, examinee.Model)
	}
	if k == Stranger && here {
		return SameServer
	}
	return k
}

func sameAddress(a, b string) bool {
	norm := func(s string) string {
		return strings.TrimSuffix(strings.TrimRight(strings.ToLower(s), "/"), "/chat/completions")
	}
	return a != "" && norm(a) == norm(b)
}

// Suspect is a judge that is too near to the examinee for its verdicts to be taken without a remark.
type Suspect struct {
	Judge   string // model@host
	Kinship Kinship
	Why     string // one sentence
}

// Suspects lists the judges that are near to an examinee. One that is the examinee is an error unless its AllowSelf is set: no
// examinee ever becomes its own judge for want of another.
func Suspects(examinee runners.TargetInfo, judges ...*Judge) ([]Suspect, error) {
	var out []Suspect
	for _, j := range judges {
		k := j.Kinship(examinee)
		s := Suspect{Judge: j.who(), Kinship: k}
		switch k {
		case Stranger:
			continue
		case Itself:
			if !j.AllowSelf {
				return nil, fmt.Errorf("choose judge: %s is the examinee itself", j.who())
			}
			s.Why = j.who() + " is the examinee, which was allowed"
		case SameFamily:
			s.Why = fmt.Sprintf("%s and the examinee %s are of one family, and judges favour their own", j.who(), examinee.Model)
		case SameServer:
			s.Why = fmt.Sprintf("%s is served at the examinee's address under another name, and may be the same model", j.who())
		}
		out = append(out, s)
	}
	return out, nil
}
