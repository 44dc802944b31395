import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

/** What a process cost from `begin` to `end`. */
export interface Reading {
  /** The longest time in which the main thread did nothing else, in milliseconds. */
  longestBlock: number;
  /** Memory of the whole process with all its threads, in MiB: at the beginning, and at most. */
  memoryBefore: number;
  memoryPeak: number;
}

/** Loaded into the measured process before its own code; the process that started it asks. */
if (isMainThread && process.send !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  let memoryBefore = 0;
  process.on("message", (asked) => {
    if (asked === "begin") {
      memoryBefore = process.memoryUsage.rss() / 2 ** 20;
      delay.enable();
      delay.reset();
    }
    // `maxRSS` is in KiB (getrusage(2)).
    const memoryPeak = process.resourceUsage().maxRSS / 1024;
    process.send?.({ longestBlock: delay.max / 1e6, memoryBefore, memoryPeak } satisfies Reading);
  });
  // Whoever asks does not keep the process from ending.
  process.channel?.unref();
}
