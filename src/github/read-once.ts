const KEPT = 4000;

/** For what never changes: returns the known or pending answer, the oldest of which are dropped first: databases that are read in parallel need the same objects. */
export async function readOnce<T>(map: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const reading = read();
  map.set(key, reading);
  const oldest = map.size > KEPT ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
  try {
    return await reading;
  } catch (error) {
    // A failed request is sent again next time.
    map.delete(key);
    throw error;
  }
}
