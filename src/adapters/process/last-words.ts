/**
 * Says an error that nobody caught in our own way, then ends the process with 1. Node would print it as it is, to standard error,
 * where a terminal and a runner obey what others have written into it.
 */
export function sayLastWords(say: (error: unknown) => void): void {
  process.on("uncaughtException", (error) => {
    say(error);
    // Whatever still runs knows nothing of the error: it must not go on. Node itself ends the process here.
    // oxlint-disable-next-line unicorn/no-process-exit
    process.exit(1);
  });
}
