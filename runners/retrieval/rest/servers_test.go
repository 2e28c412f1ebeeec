package rest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/suites"
)

// What stands in this file are servers in the shapes that their makers document. Each reads its query language strictly, so that a question
// that left its place is refused as it would be there.

// corpus is what all of them hold.
var corpus = []suites.Passage{
	{ID: "leave", Title: "Leave", Text: "Staff have 29 days of leave; a café voucher is no leave.", Origin: "2026-03-01"},
	{ID: "travel", Title: "Travel", Text: "The daily allowance for staff is EUR 28. O'Brien approves it.", Origin: "2026-02-01"},
	{ID: "laptops", Title: "Laptops", Text: "Staff laptops are replaced after 4 years.", Origin: "2025-11-15"},
	{ID: "pumps", Title: "Pump P-100", Text: "The pump P-100 moves 40 litres a minute; staff check it monthly.", Origin: "2026-05-06"},
}

var index = retrieval.NewBM25(corpus)

// questions are ones that every server finds something for.
var questions = []string{"How many days of leave does staff have?", "What does O'Brien approve?", "pump"}

func send(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func authorized(w http.ResponseWriter, r *http.Request, want string, denial any) bool {
	if r.Header.Get("Authorization") != want {
		send(w, http.StatusUnauthorized, denial)
		return false
	}
	return true
}

func basic(user, pass string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+pass))
}

// holding gives the passages that hold one of the words, in the corpus's order, which is no ranking.
func holding(words []string, most int) []suites.Passage {
	var out []suites.Passage
	for _, p := range corpus {
		text := strings.ToLower(p.Title + " " + p.Text)
		if slices.ContainsFunc(words, func(w string) bool { return w != "" && strings.Contains(text, strings.ToLower(w)) }) && len(out) < most {
			out = append(out, p)
		}
	}
	return out
}

// salesforce is the REST API's search with SOSL.
func salesforce(w http.ResponseWriter, r *http.Request) {
	refuse := func(code, message string) {
		send(w, http.StatusBadRequest, []any{map[string]string{"message": message, "errorCode": code}})
	}
	if !authorized(w, r, "Bearer key-SALESFORCE_TOKEN", []any{map[string]string{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}}) {
		return
	}
	if r.URL.Path != "/services/data/v64.0/search" {
		send(w, http.StatusNotFound, []any{map[string]string{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}})
		return
	}
	words, rest, ok := readSOSL(r.URL.Query().Get("q"))
	if !ok {
		refuse("MALFORMED_SEARCH", "unexpected token")
		return
	}
	m := regexp.MustCompile(`^ IN ALL FIELDS RETURNING KnowledgeArticleVersion\(Id, Title, Summary, LastPublishedDate WHERE PublishStatus='Online' AND Language='en_US' LIMIT (\d+)\)$`).FindStringSubmatch(rest)
	if m == nil {
		refuse("MALFORMED_SEARCH", "unexpected token: "+rest)
		return
	}
	most, _ := strconv.Atoi(m[1])
	found, _ := index.Retrieve(r.Context(), strings.Join(words, " "), most)
	list := []any{}
	for _, p := range found {
		list = append(list, map[string]any{"attributes": map[string]string{"type": "KnowledgeArticleVersion", "url": "/services/data/v64.0/sobjects/KnowledgeArticleVersion/" + p.ID},
			"Id": p.ID, "Title": p.Title, "Summary": p.Text, "LastPublishedDate": p.Origin + "T08:00:00.000+0000"})
	}
	send(w, http.StatusOK, map[string]any{"searchRecords": list})
}

// readSOSL reads FIND {words OR words} up to the closing brace.
func readSOSL(q string) (words []string, rest string, ok bool) {
	q, ok = strings.CutPrefix(q, "FIND {")
	if !ok {
		return nil, "", false
	}
	var text strings.Builder
	quoted := false
	for i := 0; i < len(q); i++ {
		switch c := q[i]; {
		case c == '\\' && i+1 < len(q):
			i++
			text.WriteByte(q[i])
		case c == '"':
			quoted = !quoted
		case c == '}' && !quoted:
			words := strings.Split(text.String(), " OR ")
			return words, q[i+1:], len(strings.TrimSpace(text.String())) > 1
		case strings.IndexByte(`?&|!{[]()^~*:'+-`, c) >= 0 && !quoted:
			return nil, "", false
		default:
			text.WriteByte(c)
		}
	}
	return nil, "", false
}

// odoo is the external API by JSON-RPC. Its errors come with status 200.
func odoo(w http.ResponseWriter, r *http.Request) {
	fail := func(message string) {
		send(w, http.StatusOK, map[string]any{"jsonrpc": "2.0", "id": 1, "error": map[string]any{"code": 200, "message": "Odoo Server Error",
			"data": map[string]any{"name": "odoo.exceptions.AccessDenied", "message": message}}})
	}
	var call struct {
		JSONRPC, Method string
		Params          struct {
			Service, Method string
			Args            []json.RawMessage
		}
	}
	d := json.NewDecoder(r.Body)
	if r.URL.Path != "/jsonrpc" || d.Decode(&call) != nil || call.JSONRPC != "2.0" || call.Method != "call" || call.Params.Service != "object" || len(call.Params.Args) != 7 {
		fail("malformed call")
		return
	}
	args := make([]any, 7)
	for i, raw := range call.Params.Args {
		_ = json.Unmarshal(raw, &args[i])
	}
	if args[0] != "acme" || args[1] != 2.0 || args[2] != "key-ODOO_KEY" {
		fail("Access Denied: " + fmt.Sprint(args[2]))
		return
	}
	domain, ok := args[5].([]any)
	options, ok2 := args[6].(map[string]any)
	if !ok || !ok2 || len(domain) != 1 || args[3] != "knowledge.article" || args[4] != "search_read" || fmt.Sprint(options["fields"]) != "[name body write_date]" {
		fail("malformed arguments")
		return
	}
	most, _ := options["limit"].(float64)
	terms, _ := domain[0].([]any)
	words, left, ok := readDomain(terms)
	if !ok || len(left) > 0 {
		fail("malformed domain")
		return
	}
	list := []any{}
	for _, p := range holding(words, int(most)) {
		list = append(list, map[string]any{"id": p.ID, "name": p.Title, "body": "<p>" + p.Text + "</p>", "write_date": p.Origin + " 08:00:00"})
	}
	send(w, http.StatusOK, map[string]any{"jsonrpc": "2.0", "id": 1, "result": list})
}

// readDomain reads one condition in Polish notation, and what is left behind it.
func readDomain(terms []any) (words []string, left []any, ok bool) {
	if len(terms) == 0 {
		return nil, nil, false
	}
	if terms[0] == "|" {
		a, left, ok := readDomain(terms[1:])
		if !ok {
			return nil, nil, false
		}
		b, left, ok := readDomain(left)
		return append(a, b...), left, ok
	}
	leaf, ok := terms[0].([]any)
	if !ok || len(leaf) != 3 || leaf[1] != "ilike" || leaf[0] != "name" && leaf[0] != "body" {
		return nil, nil, false
	}
	word, ok := leaf[2].(string)
	return []string{strings.ReplaceAll(word, `\`, "")}, terms[1:], ok
}

// openSearch is _search of OpenSearch and Elasticsearch.
func openSearch(w http.ResponseWriter, r *http.Request) {
	refuse := func(reason string) {
		send(w, http.StatusBadRequest, map[string]any{"status": 400, "error": map[string]any{"type": "parsing_exception", "reason": reason,
			"root_cause": []any{map[string]string{"type": "parsing_exception", "reason": reason}}}})
	}
	if !authorized(w, r, basic("viva", "key-OPENSEARCH_PASSWORD"), map[string]any{"status": 401, "error": map[string]string{"reason": "missing authentication credentials"}}) {
		return
	}
	var q struct {
		Size  int
		Query struct {
			MultiMatch struct {
				Query  string
				Fields []string
			} `json:"multi_match"`
		}
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil || r.Method != http.MethodPost || r.URL.Path != "/handbook/_search" {
		refuse(fmt.Sprintf("Unknown key: %v", err))
		return
	}
	found, _ := index.Retrieve(r.Context(), q.Query.MultiMatch.Query, q.Size)
	hits := []any{}
	for i, p := range found {
		hits = append(hits, map[string]any{"_index": "handbook", "_id": p.ID, "_score": 1 / float64(i+1),
			"_source": map[string]string{"title": p.Title, "body": p.Text, "updated": p.Origin}})
	}
	send(w, http.StatusOK, map[string]any{"took": 3, "timed_out": false, "_shards": map[string]any{"total": 1, "successful": 1, "skipped": 0, "failed": 0},
		"hits": map[string]any{"total": map[string]any{"value": len(hits), "relation": "eq"}, "max_score": 1, "hits": hits}})
}

// searxNG is SearxNG's search, which knows no number of results.
func searxNG(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if r.URL.Path != "/search" || q.Get("format") != "json" || len(q) != 3 || q.Get("language") != "en" {
		http.Error(w, "Forbidden", http.StatusForbidden)
		return
	}
	found, _ := index.Retrieve(r.Context(), q.Get("q"), 10)
	results := []any{}
	for _, p := range found {
		results = append(results, map[string]any{"url": "https://intranet.example/" + p.ID, "title": p.Title, "content": p.Text, "engine": "wiki", "score": 1.5, "publishedDate": nil})
	}
	send(w, http.StatusOK, map[string]any{"query": q.Get("q"), "number_of_results": 0, "results": results, "answers": []any{}, "unresponsive_engines": []any{}})
}

// ownService is a company's own retrieval service.
func ownService(w http.ResponseWriter, r *http.Request) {
	if !authorized(w, r, "Bearer key-RAG_TOKEN", map[string]string{"detail": "Not authenticated"}) {
		return
	}
	var q struct {
		Query string
		TopK  int `json:"top_k"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil || r.URL.Path != "/v1/retrieve" || r.Header.Get("Content-Type") != "application/json" {
		send(w, http.StatusUnprocessableEntity, map[string]any{"detail": []any{map[string]any{"loc": []string{"body"}, "msg": "invalid"}}})
		return
	}
	found, _ := index.Retrieve(r.Context(), q.Query, q.TopK)
	chunks := []any{}
	for _, p := range found {
		chunks = append(chunks, map[string]any{"chunk_id": p.ID, "score": 0.5, "text": p.Text, "document": map[string]string{"title": p.Title, "date": p.Origin}})
	}
	send(w, http.StatusOK, map[string]any{"chunks": chunks})
}

// readFilter reads clauses such as contains(tolower(Name),'o”brien') that are joined by or, of one function and its fields.
func readFilter(filter string, clause *regexp.Regexp) (words []string, ok bool) {
	for filter != "" {
		m := clause.FindStringSubmatchIndex(filter)
		if m == nil || m[0] != 0 {
			return nil, false
		}
		words = append(words, strings.ReplaceAll(filter[m[2]:m[3]], "''", "'"))
		if filter = filter[m[1]:]; filter == "" {
			break
		}
		if filter, ok = strings.CutPrefix(filter, " or "); !ok {
			return nil, false
		}
	}
	return words, len(words) > 0
}

// s4v2 is API_PRODUCT_SRV of SAP S/4HANA, of OData version 2: two records a page.
func s4v2(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string) {
		send(w, status, map[string]any{"error": map[string]any{"code": "005056A509B11EE1B9A8FEC11C21578E",
			"message": map[string]string{"lang": "en", "value": message}, "innererror": map[string]string{"transactionid": "1"}}})
	}
	if r.Header.Get("Authorization") != basic("VIVA", "key-SAP_PASSWORD") {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, "<html><body>Anmeldung fehlgeschlagen</body></html>")
		return
	}
	q := r.URL.Query()
	if r.URL.Path != "/sap/opu/odata/sap/API_PRODUCT_SRV/A_ProductDescription" || q.Get("$format") != "json" || q.Get("sap-client") != "100" {
		refuse(http.StatusNotFound, "Resource not found for the segment")
		return
	}
	words, ok := readFilter(q.Get("$filter"), regexp.MustCompile(`^substringof\('((?:[^']|'')*)',tolower\((?:Product|ProductDescription)\)\)`))
	most, err := strconv.Atoi(q.Get("$top"))
	if !ok || err != nil || q.Get("$orderby") != "Product" {
		refuse(http.StatusBadRequest, "Invalid system query options value")
		return
	}
	list, next := paged(r, holding(words, most), 2, func(p suites.Passage) any {
		return map[string]any{"__metadata": map[string]string{"id": "https://" + r.Host + "/x('" + p.ID + "')", "type": "API_PRODUCT_SRV.A_ProductDescriptionType"},
			"Product": p.ID, "Language": "EN", "ProductDescription": p.Title + ": " + p.Text, "LastChangeDate": "/Date(1772323200000)/",
			"to_Product": map[string]any{"__deferred": map[string]string{"uri": "https://" + r.Host + "/to"}}}
	})
	d := map[string]any{"results": list}
	if next != "" {
		d["__next"] = "http://" + r.Host + next // SAP behind a gateway does not know of https
	}
	send(w, http.StatusOK, map[string]any{"d": d})
}

// s4v4 is a service of SAP S/4HANA of OData version 4 with $search.
func s4v4(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string) {
		send(w, status, map[string]any{"error": map[string]any{"code": "/IWBEP/CM_V4_COS/021", "message": message, "@SAP__common.ExceptionCategory": "Client_Error"}})
	}
	if !authorized(w, r, basic("VIVA", "key-SAP_PASSWORD"), map[string]any{"error": map[string]string{"message": "Unauthorized"}}) {
		return
	}
	q := r.URL.Query()
	phrases := regexp.MustCompile(`^"(?:[^"\\]|\\.)*"(?: OR "(?:[^"\\]|\\.)*")*$`)
	most, err := strconv.Atoi(q.Get("$top"))
	switch {
	case r.URL.Path != "/sap/opu/odata4/sap/api_kb/srvd_a2x/sap/kb/0001/Article" || r.Header.Get("OData-MaxVersion") != "4.0":
		refuse(http.StatusNotFound, "Resource not found")
	case !phrases.MatchString(q.Get("$search")) || err != nil:
		refuse(http.StatusBadRequest, "Syntax error in $search")
	default:
		found, _ := index.Retrieve(r.Context(), strings.ReplaceAll(q.Get("$search"), `"`, ""), most)
		list, next := paged(r, found, 3, func(p suites.Passage) any {
			return map[string]any{"@odata.etag": "W/1", "ArticleID": p.ID, "Title": p.Title, "Text": p.Text, "ValidFrom": p.Origin}
		})
		page := map[string]any{"@odata.context": "$metadata#Article", "@odata.metadataEtag": "W/2", "value": list}
		if next != "" {
			page["@odata.nextLink"] = strings.TrimPrefix(next, "/sap/opu/odata4/sap/api_kb/srvd_a2x/sap/kb/0001/") // relative to the request
		}
		send(w, http.StatusOK, page)
	}
}

// dynamics is the Web API of Dataverse, on which Dynamics 365 stands.
func dynamics(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string) {
		send(w, status, map[string]any{"error": map[string]string{"code": "0x80060888", "message": message}})
	}
	if !authorized(w, r, "Bearer key-DYNAMICS_TOKEN", map[string]any{"error": map[string]string{"code": "0x80072560", "message": "The user is not a member of the organization."}}) {
		return
	}
	q := r.URL.Query()
	if strings.Contains(q.Get("$filter"), "tolower") {
		refuse(http.StatusBadRequest, "An unknown function with name 'tolower' was found.")
		return
	}
	words, ok := readFilter(q.Get("$filter"), regexp.MustCompile(`^contains\((?:title|content),'((?:[^']|'')*)'\)`))
	most, err := strconv.Atoi(q.Get("$top"))
	size := regexp.MustCompile(`odata\.maxpagesize=(\d+)`).FindStringSubmatch(r.Header.Get("Prefer"))
	if r.URL.Path != "/api/data/v9.2/knowledgearticles" || !ok || err != nil || size == nil || r.Header.Get("OData-Version") != "4.0" ||
		q.Get("$select") != "title,content,modifiedon,statuscode" || !strings.Contains(r.Header.Get("Prefer"), "odata.include-annotations") {
		refuse(http.StatusBadRequest, "Bad Request - Error in query syntax.")
		return
	}
	each, _ := strconv.Atoi(size[1])
	list, next := paged(r, holding(words, most), each, func(p suites.Passage) any {
		return map[string]any{"@odata.etag": `W/"1"`, "knowledgearticleid": p.ID, "title": p.Title, "content": "<div>" + p.Text + "</div>",
			"modifiedon": p.Origin + "T08:00:00Z", "statuscode": 7, "statuscode" + formatted: "Published"}
	})
	page := map[string]any{"@odata.context": "https://" + r.Host + "/api/data/v9.2/$metadata#knowledgearticles", "value": list}
	if next != "" {
		page["@odata.nextLink"] = "https://" + r.Host + next
	}
	send(w, http.StatusOK, page)
}

// paged gives one page of passages and the path of the next.
func paged(r *http.Request, found []suites.Passage, size int, write func(suites.Passage) any) (list []any, next string) {
	from, _ := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	list = []any{}
	for i := from; i < min(from+size, len(found)); i++ {
		list = append(list, write(found[i]))
	}
	if from+size < len(found) {
		q := r.URL.Query()
		q.Set("$skiptoken", strconv.Itoa(from+size))
		next = r.URL.Path + "?" + q.Encode()
	}
	return list, next
}
