import pLimit from "p-limit";

/** Runs `run` for all items, a few at a time. The first failure stops the others and is thrown once all have ended. */
export async function mapLimited<Item, Result>(
  items: Item[],
  options: { atOnce: number; signal: AbortSignal },
  run: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const limit = pLimit(options.atOnce);
  const tasks = items.map((item) =>
    limit(async () => {
      signal.throwIfAborted();
      return run(item, signal);
    }).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(tasks);
  options.signal.throwIfAborted();
  // The original failure, not the errors that it caused in other tasks.
  stop.signal.throwIfAborted();
  return Promise.all(tasks);
}
