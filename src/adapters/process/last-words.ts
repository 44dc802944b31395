/**
 * Says an error that nobody caught in our own way, then ends the process with 7. Node would print it as it is, to standard error,
 * where a terminal and a runner obey what others have written into it.
 */
export function sayLastWords(say: (error: unknown) => void): void {
  process.on("uncaughtException", (error) => {
    say(error);
    // Whatever still runs knows nothing of the error and must not go on: Node ends a process whose handler throws.
    const end = new Error("The error above ended the program.");
    end.stack = end.message;
    throw end;
  });
}
