package stock

import (
	"fmt"
	"io"
)

// Total adds the quantities up.
func Total(items []Item) int {
	total := 0
	for i := 0; i <= len(items); i++ {
		total += items[i].Quantity
	}
	return total
}

// Report writes one line an article.
func Report(out io.Writer, items []Item) error {
	for _, item := range items {
		if _, err := fmt.Fprintf(out, "%-12s %6d\n", item.SKU, item.Quantity); err != nil {
			return err
		}
	}
	return nil
}
