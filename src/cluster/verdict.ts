/**
 * How a database is. `open`: it can be used. `stopped`: its request asks for that. `working`: it will be by itself. `waiting`: for people,
 * and nothing is wrong. `broken`:
 * somebody has to do something. `unknown`: what decides may not be read, which is never taken for health.
 */
export type Health = "open" | "stopped" | "working" | "waiting" | "broken" | "unknown";

/** The judgement of one database: the first thing that is in its way, or that nothing is. */
export interface Verdict {
  health: Health;
  /** Stable and kebab-case, for programs. */
  code: string;
  /** One sentence without a final full stop. */
  what: string;
  /** What to do now; empty where there is nothing to do. */
  fix: string;
  /** A command that shows more; empty where there is none. */
  show: string;
}

/** Fleet and its agent need some seconds: what is younger than this is not final (seen with Fleet 0.16.1: 1 to 6 s). */
export const SETTLING = 60_000;

/** Whether something is too young to be judged. Without a time it counts as old: a cluster without dates hides nothing. */
export function isYoung(since: number | null, now: number): boolean {
  // A time in the future is a clock that goes wrong, on either side: it is no reason to wait.
  return since !== null && now - since < SETTLING && now - since > -SETTLING;
}

/** The same finding, but not final yet. */
export function notFinal(verdict: Verdict): Verdict {
  const fix = "Wait a minute: Fleet repeats this by itself, and only what stays is an error.";
  return { ...verdict, health: "working", fix };
}
