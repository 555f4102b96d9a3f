const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

export function price(value: number): string {
  return euros.format(value);
}
