CREATE TABLE orders (
    id          bigserial PRIMARY KEY,
    customer_id bigint NOT NULL,
    total       numeric(10, 2) NOT NULL,
    state       text NOT NULL DEFAULT 'placed'
);

CREATE TABLE order_lines (
    order_id   bigint NOT NULL REFERENCES orders (id),
    sku        text NOT NULL,
    quantity   integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10, 2) NOT NULL
);
