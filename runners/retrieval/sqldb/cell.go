package sqldb

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// cellOf writes a value of database/sql as text, numbers without an exponent where a person would write none.
func cellOf(v any, typeName string) cell {
	switch v := v.(type) {
	case nil:
		return cell{null: true}
	case string:
		return cell{text: strings.ToValidUTF8(v, "\uFFFD")}
	case []byte:
		// MySQL sends text as bytes too, and says by the column's type which is which; in SQLite bytes are a blob.
		switch typeName {
		case "", "BLOB", "BINARY", "VARBINARY", "BIT", "GEOMETRY":
			return cell{text: bytesText(len(v))}
		}
		return cell{text: strings.ToValidUTF8(string(v), "\uFFFD")}
	case float64:
		return cell{text: decimal(v, 64)}
	case float32:
		return cell{text: decimal(float64(v), 32)}
	case time.Time:
		return cell{text: v.Format(time.RFC3339Nano)}
	default:
		return cell{text: fmt.Sprint(v)}
	}
}

// decimal writes a number shortly and exactly.
func decimal(v float64, bits int) string {
	format := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.FormatFloat(v, format, -1, bits)
}

// bytesText stands for a value that is no text.
func bytesText(n int) string { return fmt.Sprintf("<%d bytes>", n) }
