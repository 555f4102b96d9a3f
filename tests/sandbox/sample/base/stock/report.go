package stock

import (
	"fmt"
	"io"
)

// Report writes one line an article.
func Report(out io.Writer, items []Item) error {
	for _, item := range items {
		if _, err := fmt.Fprintf(out, "%-12s %6d\n", item.SKU, item.Quantity); err != nil {
			return err
		}
	}
	return nil
}
