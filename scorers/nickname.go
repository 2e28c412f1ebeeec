package scorers

import "strings"

// shortForms keys the short forms of English given names that do not begin them, with the full names that they stand for between spaces.
// Only those are listed that name their bearer without doubt in everyday use.
var shortForms = buildShortForms()

func buildShortForms() map[string]string {
	m := map[string]string{}
	for row := range strings.SplitSeq(strings.TrimSpace(nicknames), "\n") {
		short, full, _ := strings.Cut(row, ": ")
		for s := range strings.FieldsSeq(short) {
			m[s] += " " + full + " "
		}
	}
	return m
}

const nicknames = `
al: albert alfred alan
andy: andrew
tony: anthony antony
art: arthur
ben benny: benjamin
bert bertie: albert herbert robert
bill billy will willy: william
bob bobby rob robbie robby: robert
cathy kate katie kathy kitty: catherine katherine kathryn
charlie chuck: charles
chris: christopher christian christine
dan danny: daniel
dave davy: david
debbie: deborah
dick rick ricky rich richie: richard
don donnie: donald
doug dougie: douglas
ed eddie ned ted teddy: edward edwin edmund
fred freddie freddy: frederick alfred
gene: eugene
greg: gregory
hank harry: henry harold
jack johnny: john
jim jimmy jamie: james
jo: joanne joanna josephine
joe joey: joseph
jerry: gerald jerome jeremy
jeff: jeffrey geoffrey
ken kenny: kenneth
larry: lawrence laurence
liz lizzie beth betty bess eliza: elizabeth
lou: louis louise
maggie meg peggy: margaret
matt: matthew
mick mickey mike mikey: michael
nick nicky: nicholas
pam: pamela
pat paddy: patrick patricia
pete: peter
phil: philip phillip
ray: raymond
ron ronnie: ronald
sam sammy: samuel samantha
stan: stanley
steve stevie: steven stephen
sue susie: susan
ted teddy: theodore
tim timmy: timothy
tom tommy: thomas
vicky vicki: victoria
vince: vincent
walt: walter
`
