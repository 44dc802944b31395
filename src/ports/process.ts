/** Other programs of this machine. */
export interface Process {
  /**
   * Runs a program of the PATH to its end, or until its time is up; then nothing of it runs any more, also where it ignores
   * signals or has children. What it prints is shown nowhere. A signal ends it at once and rejects with the signal's reason.
   */
  run(call: ProgramCall): Promise<ProgramEnd>;
}

export interface ProgramCall {
  /** A name, no path. */
  program: string;
  arguments: string[];
  /** Its whole standard input. */
  input: string;
  limitMilliseconds: number;
  signal: AbortSignal;
}

/** How a program ended: by itself, by its time limit, for printing too much, or before it began. */
export type ProgramEnd =
  /** `code` is null where a signal ended it. */
  | { kind: "ended"; code: number | null; stdout: string; stderr: string }
  | { kind: "late" }
  | { kind: "flooded" }
  | { kind: "missing" }
  | { kind: "unstartable"; why: string };
