package text

import "strings"

// stopWords are folded words that say nothing of what a text is about: articles, pronouns, prepositions, auxiliaries and the
// words that only make a sentence a question. Chinese has none, since its terms are pairs of characters.
var stopWords = stopWordSet(`
a about after all also am an and any are as at be because been before being between both but by can could did do does doing
during each few for from further had has have having he her here hers him his how i if in into is it its itself just me more
most my no nor not of off on once only or other our out over own per same she should so some such than that the their them then
there these they this those through to too under until up upon very was we were what when where which while who whom whose why
will with would you your

और का की के को में है हैं था थी थे ने से पर यह वह ये वे इस उस इन उन इसे उसे इसके उसके इसकी उसकी इसका उसका इनके उनके अपने अपनी अपना
जो जिस जिन जिसके जिसकी जिसका जिसे कि लिए एक तो ही भी या हो होता होती होते हुआ हुई हुए गया गई गए कर करता करती करते करने किया
किए की जाता जाती जाते जा रहा रही रहे तक साथ द्वारा क्या कौन कौनसा कौनसी कब कहाँ कहां कैसे क्यों कितना कितनी कितने किस किसने किसके
किसकी किसका किसे नहीं न मैं हम आप तुम वाला वाली वाले बाद जब तब अगर
`)

func stopWordSet(list string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		set[Fold(w)] = true
	}
	return set
}
