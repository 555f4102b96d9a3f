const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

/** A price as the shop window shows it, e.g. "€1,299.00". */
export function price(value: number): string {
  return euros.format(value);
}
