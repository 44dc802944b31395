import type { AmountUnit } from "../text/amount.ts";

/** The log of a run, for people. */
export interface Log {
  /** Runs work in a foldable group that shows its duration. */
  group<T>(title: string, run: () => Promise<T>): Promise<T>;
  info(text: string): void;
  warn(text: string): void;
  /** Replaces the last progress of the same subject. */
  progress(subject: string, progress: Progress): void;
}

export interface Progress {
  done: number;
  /** null while unknown. */
  total: number | null;
  unit: AmountUnit;
}
