// Package stock keeps the warehouse's numbers.
package stock

import (
	"context"
	"database/sql"
	"fmt"
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
	defer rows.Close()

	var items []Item
	for rows.Next() {
		var item Item
		if err := rows.Scan(&item.SKU, &item.Quantity); err != nil {
			return nil, fmt.Errorf("low stock: %w", err)
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// Take removes articles from the stock.
func (s *Store) Take(ctx context.Context, sku string, quantity int) error {
	_, err := s.db.ExecContext(ctx, "UPDATE stock SET quantity = quantity - $1 WHERE sku = $2", quantity, sku)
	return err
}
