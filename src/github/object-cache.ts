/** How much of something is kept. */
export interface CacheLimit<T> {
  /** In whatever `weigh` counts. */
  most: number;
  weigh(value: T): number;
}

/** Answers that never change. The pending ones are shared; of the others, those that were used last are kept. */
export class ObjectCache<T> {
  readonly #limit: CacheLimit<T>;
  /** Those that were used last are at the end. */
  readonly #kept = new Map<string, { reading: Promise<T>; weight: number }>();
  #weight = 0;

  constructor(limit: CacheLimit<T>) {
    this.#limit = limit;
  }

  /** The known or pending answer: databases that are read in parallel need the same objects. A failed one is asked for again. */
  read(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.reading;
    }
    const reading = ask();
    this.#kept.set(key, { reading, weight: 0 });
    reading.then(
      (value) => this.#keep(key, value),
      () => this.#kept.delete(key),
    );
    return reading;
  }

  #keep(key: string, value: T): void {
    const weight = this.#limit.weigh(value);
    this.#kept.get(key)!.weight = weight;
    this.#weight += weight;
    for (const [oldest, { weight: less }] of this.#kept) {
      if (this.#weight <= this.#limit.most) return;
      // One that is still read has no weight yet.
      if (less === 0) continue;
      this.#kept.delete(oldest);
      this.#weight -= less;
    }
  }
}
