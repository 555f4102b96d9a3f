import { getJson, type Lamp } from "./api";
import { price } from "./format";

export async function search(words: string): Promise<Lamp[]> {
  return getJson<Lamp[]>(`/catalog?q=${encodeURIComponent(words)}`);
}

export function show(list: HTMLElement, words: string, lamps: Lamp[]): void {
  list.replaceChildren();
  const heading = document.createElement("h2");
  heading.innerHTML = `${lamps.length} lamps for <em>${words}</em>`;
  list.append(heading);
  for (const lamp of lamps) {
    const item = document.createElement("li");
    item.textContent = `${lamp.name}, ${price(lamp.price)}`;
    list.append(item);
  }
}
