/** One value per name, with the key that it was read for. */
export type Remembered<T> = Map<string, { key: string; value: T }>;

/** The remembered value for this key, otherwise a new one; only for values that cannot change while the key is the same. */
export async function remember<T>(
  known: Remembered<T>,
  { name, key }: { name: string; key: string },
  read: () => Promise<T>,
): Promise<T> {
  const last = known.get(name);
  if (last?.key === key) return last.value;
  const value = await read();
  known.set(name, { key, value });
  return value;
}

/** Forgets what is remembered of other names. */
export function forgetOthers(known: Remembered<unknown>, names: ReadonlySet<string>): void {
  for (const name of known.keys()) if (!names.has(name)) known.delete(name);
}
