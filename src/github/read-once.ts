import type { RecentlyUsed } from "./recently-used.ts";

export interface Keeping<T> {
  kept: RecentlyUsed<Promise<T>>;
  key: string;
  weigh: (value: T) => number;
}

/** For what never changes. Returns the known or pending answer: databases that are read in parallel need the same objects. */
export async function readOnce<T>({ kept, key, weigh }: Keeping<T>, read: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const reading = read();
  kept.set(key, reading, 0);
  try {
    const value = await reading;
    kept.set(key, reading, weigh(value));
    return value;
  } catch (error) {
    // A failed request is sent again next time.
    kept.delete(key);
    throw error;
  }
}
