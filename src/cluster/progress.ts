import type { LogEvent } from "./log-event.ts";

/** The phases of the container, in their order (src/container/runtime/lib/state.sh; a test compares). */
export const PHASES = [
  "created",
  "found",
  "verified",
  "restricted",
  "prepared",
  "imported",
  "reconciled",
  "secured",
  "configured",
  "checked",
  "backups_on",
  "open",
] as const;

/** How far a container is, from its own lines. */
export interface Progress {
  /** The phase that runs, or the last that did; null before the first line. */
  phase: string | null;
  /** Of that phase; null where it does not say. */
  percent: number | null;
  /** What it did last. */
  text: string | null;
  /** The failure that the container ended or holds with; null while there is none. */
  failure: LogEvent | null;
  /** It failed, and waits with a restricted database until its configuration changes. */
  isHolding: boolean;
  /** Every phase is done. */
  isOpen: boolean;
  /** Of backups, which run beside the phases. */
  lastBackup: { state: "done" | "failed"; text: string } | null;
}

const NOTHING: Progress = {
  phase: null,
  percent: null,
  text: null,
  failure: null,
  isHolding: false,
  isOpen: false,
  lastBackup: null,
};

/** Follows the events of one container; the events of an earlier one are not among them. */
export function followEvents(events: Iterable<LogEvent>, from: Progress = NOTHING): Progress {
  let progress = from;
  for (const event of events) progress = follow(progress, event);
  return progress;
}

function follow(before: Progress, event: LogEvent): Progress {
  if (event.phase === "backup") return { ...before, lastBackup: readBackup(event) ?? before.lastBackup };
  if (event.event === "fail") return { ...before, phase: event.phase, failure: event, isOpen: false };
  if (event.event === "start") return { ...before, ...AGAIN, phase: event.phase };
  // A restart of a finished database skips every phase; the line that ends the attempts is a skip with a text.
  if (event.event === "skip")
    return { ...before, phase: event.phase, isOpen: event.phase === "open" && event.text === null };
  if (event.event === "done") {
    const isOpen = event.phase === "open";
    return { ...before, ...(isOpen ? AGAIN : {}), phase: event.phase, percent: null, text: event.text, isOpen };
  }
  const isHolding = before.isHolding || event.text?.startsWith("holding:") === true;
  return { ...before, phase: event.phase, percent: event.percent ?? before.percent, text: event.text, isHolding };
}

/** Whatever failed before does not count any more. */
const AGAIN = { failure: null, isHolding: false, isOpen: false, percent: null, text: null };

function readBackup({ event, text, code }: LogEvent): Progress["lastBackup"] {
  if (event === "done") return { state: "done", text: text ?? "" };
  return event === "fail" ? { state: "failed", text: text ?? code ?? "" } : null;
}

/** `imported, 43 %` or `phase 6 of 12: imported, 43 %`. */
export function describeProgress({ phase, percent }: Pick<Progress, "phase" | "percent">): string {
  if (phase === null) return "starting";
  const index = (PHASES as readonly string[]).indexOf(phase);
  const place = index < 0 ? phase : `phase ${index + 1} of ${PHASES.length}: ${phase}`;
  return percent === null ? place : `${place}, ${percent} %`;
}
