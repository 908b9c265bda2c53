import type { PublishedCatalogue } from './published-catalogue.ts';

const shown = 4;
/** How far the ring of a class is walked for entries of other names: keeps what a change can touch small. */
const reach = 12;

/** Same kind of thing elsewhere: each entry leads to the next of its name, then to the next of its class, round in a ring, so that every entry is led to as often as it leads. */
export class Rings {
  private byName = new Map<number, number[]>();
  private byClass = new Map<number, number[]>();
  private names: Uint32Array;
  private classes: Uint8Array;
  constructor(catalogue: PublishedCatalogue) {
    this.names = catalogue.name.slice(0, catalogue.last + 1);
    this.classes = catalogue.classAt.slice(0, catalogue.last + 1);
    const add = (map: Map<number, number[]>, key: number, o: number) => {
      const list = map.get(key);
      if (list) list.push(o);
      else map.set(key, [o]);
    };
    for (let o = 1; o <= catalogue.last; o++)
      if (this.classes[o]) {
        add(this.byName, this.names[o] as number, o);
        add(this.byClass, this.classes[o] as number, o);
      }
  }
  private nameRing(o: number): number[] {
    return this.byName.get(this.names[o] as number) ?? [];
  }
  private classRing(o: number): number[] {
    return this.byClass.get(this.classes[o] as number) ?? [];
  }

  similarTo(o: number): number[] {
    const found = step(this.nameRing(o), o, 1, shown);
    if (found.length < shown)
      for (const other of step(this.classRing(o), o, 1, reach)) {
        if (found.length === shown) break;
        if (this.names[other] !== this.names[o]) found.push(other);
      }
    return found;
  }
  /** The entries whose page may show this one. */
  dependentsOf(o: number): number[] {
    if (!this.classes[o]) return [];
    const ring = this.nameRing(o);
    // A small name's entries look on in the class, and how far depends on how small it is.
    return [
      ...(ring.length <= shown + 1 ? ring.filter((other) => other !== o) : step(ring, o, -1, shown)),
      ...step(this.classRing(o), o, -1, reach).filter((other) => this.nameRing(other).length <= shown),
    ];
  }
}
/** Up to `most` others before or after `o` in an ascending list, going round its end. */
function step(ring: number[], o: number, direction: 1 | -1, most: number): number[] {
  let [low, high] = [0, ring.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((ring[mid] as number) < o) low = mid + 1;
    else high = mid;
  }
  const n = ring.length;
  return Array.from(
    { length: Math.min(most, n - 1) },
    (_, k) => ring[(low + direction * (k + 1) + n * reach) % n] as number,
  );
}
