import { daily, Pace } from "../decide/looks/pace.ts";

interface Known<T> {
  key: string;
  value: T;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * One value per name, with the key that it was read for: what may change although its key does not, but hardly ever does. Within a
 * day each is forgotten once, evenly over the day, and so read again. It can be lost without harm.
 */
export class DailyMemory<T> {
  private readonly known = new Map<string, Known<T>>();
  private readonly pace = new Pace(0);

  /** Forgets what other names had, and the oldest of the rest as far as it is their turn. */
  age(names: ReadonlySet<string>, now: number): void {
    for (const name of this.known.keys()) if (!names.has(name)) this.known.delete(name);
    const oldest = [...this.known].toSorted(([, a], [, b]) => a.at - b.at).map(([name]) => name);
    for (const name of this.pace.take(oldest, now, daily(oldest.length))) this.known.delete(name);
  }

  find(name: string, key: string): Readonly<Known<T>> | null {
    const found = this.known.get(name);
    return found?.key === key ? found : null;
  }

  keep(name: string, known: Known<T>): void {
    this.known.set(name, known);
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  forgetValue(value: T): void {
    for (const [name, known] of this.known) if (known.value === value) this.known.delete(name);
  }
}
