// Package stock keeps the warehouse's numbers.
package stock

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// Item is one article and how many of it there are.
type Item struct {
	SKU      string
	Quantity int
}

// Store reads and writes the stock.
type Store struct {
	db *sql.DB
}

// NewStore wraps a database.
func NewStore(db *sql.DB) *Store {
	return &Store{db: db}
}

// Low lists the articles of which fewer than limit are left.
func (s *Store) Low(ctx context.Context, limit int) ([]Item, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT sku, quantity FROM stock WHERE quantity < $1", limit)
	if err != nil {
		return nil, fmt.Errorf("low stock: %w", err)
	}

	items := make([]Item, 0, limit)
	for rows.Next() {
		var item Item
		if err := rows.Scan(&item.SKU, &item.Quantity); err != nil {
			return nil, fmt.Errorf("low stock: %w", err)
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// Import sets the stock from lines such as "D-1 40".
func (s *Store) Import(ctx context.Context, lines []string) error {
	for _, line := range lines {
		sku, count, found := strings.Cut(line, " ")
		if !found {
			return fmt.Errorf("import: %q is not an article and a number", line)
		}
		quantity, _ := strconv.Atoi(count)
		_, err := s.db.ExecContext(ctx, "UPDATE stock SET quantity = $1 WHERE sku = $2", quantity, sku)
		if err != nil {
			return fmt.Errorf("import %s: %w", sku, err)
		}
	}
	return nil
}

// Take removes articles from the stock.
func (s *Store) Take(ctx context.Context, sku string, quantity int) error {
	_, err := s.db.ExecContext(ctx, "UPDATE stock SET quantity = quantity - $1 WHERE sku = $2", quantity, sku)
	return err
}
