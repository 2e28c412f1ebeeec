package files

import (
	"bytes"
	"context"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// readHTML reads a page by way of Markdown, which keeps headings, lists and tables. What frames the page (navigation, scripts, forms) is left out.
func readHTML(_ context.Context, r source) (document, error) {
	utf8, err := charset.NewReader(bytes.NewReader(r.data), "")
	if err != nil {
		return document{}, err
	}
	root, err := html.Parse(utf8)
	if err != nil {
		return document{}, err
	}
	d := document{title: titleOf(root)}
	c := converter.NewConverter(converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), table.NewTablePlugin(
		table.WithHeaderPromotion(true), table.WithSpanCellBehavior(table.SpanBehaviorMirror))))
	for _, tag := range []string{"nav", "footer", "form", "noscript", "template", "svg", "button"} {
		c.Register.TagType(tag, converter.TagTypeRemove, converter.PriorityEarly)
	}
	out, err := c.ConvertNode(root)
	if err != nil {
		return document{}, err
	}
	d.blocks = markdown(string(out))
	return d, nil
}

// titleOf is the text of the first title element.
func titleOf(n *html.Node) string {
	if n.Type == html.ElementNode && n.Data == "title" && n.FirstChild != nil {
		return strings.Join(strings.Fields(n.FirstChild.Data), " ")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if t := titleOf(c); t != "" {
			return t
		}
	}
	return ""
}
