import type { Failed, Seeded } from "../lock/seed-result.ts";
import { messageOf, SeedbedError } from "../problem/error.ts";
import { ExportError } from "../export/export-error.ts";
import { SUPERSEDED } from "./check-permit-again.ts";
import type { SeedTask, SeedOutcome } from "./seed-task.ts";
import type { StageLog } from "./stage-log.ts";

/** The fields that every result of a run has. */
export type ResultHead = Pick<
  Seeded,
  "version" | "repositoryId" | "run" | "attempt" | "database" | "approval" | "generation"
>;

/** The bot accepts at most 1 MiB, and the lock keeps the text. */
const LONGEST_TEXT = 8_000;

/** The result of a run that made an image. */
export function describeSuccess(head: ResultHead, task: SeedTask, outcome: SeedOutcome): Seeded {
  const { seed_inputs: seedInputs, import_inputs: importInputs, runtime } = task.digests;
  const { dumpSet, image, stages, warnings, leftOnSource } = outcome;
  return {
    ...head,
    outcome: "seeded",
    digests: { seedInputs, importInputs, runtime },
    seed: task.seed,
    dumpSet,
    image,
    summary: { stages, warnings, leftOnSource },
  };
}

/** The result of a run that failed: the original error message first, then what to do. */
export function describeFailure(head: ResultHead, error: unknown, stages: StageLog): Failed {
  const known = error instanceof SeedbedError ? error : null;
  const text = messageOf(error);
  const left = error instanceof ExportError ? error.leftOnSource : stages.leftOnSource;
  return {
    ...head,
    outcome: known?.code === SUPERSEDED ? "superseded" : "failed",
    stage: stages.current,
    code: known?.code ?? "unexpected",
    text: shorten(text.trim() || "The error had no message."),
    fix: shorten(known?.fix ?? "This is a bug in Seedbed. Please report it with this text and the run's log."),
    leftOnSource: [...left],
  };
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
