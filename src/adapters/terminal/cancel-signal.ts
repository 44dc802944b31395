/** What of a process this needs: Node's own, or a stand-in of a test. */
export interface Signalled {
  on(name: Signal, listener: () => void): void;
  removeAllListeners(name: Signal): void;
  kill(name: Signal): void;
}

type Signal = "SIGINT" | "SIGTERM";

interface Hints {
  now(): number;
  /** What a person is told when the first signal comes, and when a second one ends everything. */
  say(text: string): void;
  /** Whether something on a source has to be ended in order; nothing is said otherwise. */
  hasExport?: boolean;
}

// Package managers pass a terminal's Ctrl-C on to a child that has had it already: that is one press, not two.
const ONE_PRESS_MS = 1_000;

/** The first signal asks the work to end in order, the second one ends the process at once. */
export function cancelOnSignals(target: Signalled, { now, say, hasExport = true }: Hints): AbortSignal {
  const cancel = new AbortController();
  let first = 0;
  const hear = (name: Signal) => {
    if (!cancel.signal.aborted) {
      first = now();
      if (hasExport)
        say(
          `\n${name}: stopping: ending the export on the source and cleaning up first. Send the signal again to end at once.\n`,
        );
      cancel.abort();
      return;
    }
    if (now() - first < ONE_PRESS_MS) return;
    if (hasExport)
      say(
        `\n${name}: ended at once. A job and files named SEEDBED_* may be left on the source: the next seed of this database removes them.\n`,
      );
    // Without a listener the signal ends the process as it does any other: also one whose exit would hang.
    target.removeAllListeners(name);
    target.kill(name);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) target.on(name, () => hear(name));
  return cancel.signal;
}
