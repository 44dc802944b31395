import pLimit from "p-limit";

/** Runs `work` over items, few at a time; the first failure stops the others, and nothing runs on after it is thrown. */
export async function mapLimited<Item, Result>(
  items: Item[],
  options: { atOnce: number; signal: AbortSignal },
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const limit = pLimit(options.atOnce);
  const tasks = items.map((item) =>
    limit(async () => {
      signal.throwIfAborted();
      return work(item, signal);
    }).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(tasks);
  options.signal.throwIfAborted();
  // The failure itself, not what it did to the other tasks.
  stop.signal.throwIfAborted();
  return Promise.all(tasks);
}
