import { postJson, type Lamp } from "./api";

export interface CartLine {
  lamp: Lamp;
  quantity: number;
}

export class Cart {
  private lines: CartLine[] = [];

  add(lamp: Lamp, quantity = 1): void {
    const line = this.lines.find((found) => found.lamp.sku === lamp.sku);
    if (line) {
      line.quantity += quantity;
    } else {
      this.lines.push({ lamp, quantity });
    }
  }

  total(): number {
    return this.lines.reduce((sum, line) => sum + line.lamp.price * line.quantity, 0);
  }

  async checkout(): Promise<void> {
    await postJson("/orders", { lines: this.lines });
    this.lines = [];
  }
}
