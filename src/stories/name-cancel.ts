import { SeedbedError } from "../error.ts";
import { ExportError } from "../export/export-error.ts";
import type { StageLog } from "./stage-log.ts";

/** An error of a run that was cancelled: whatever broke off in the middle, that is why. An export says so itself. */
export function nameCancel(error: unknown, signal: AbortSignal, stages: StageLog): unknown {
  if (!signal.aborted || error instanceof ExportError) return error;
  return new SeedbedError("seed-cancelled", `The seed was cancelled in its stage "${stages.current}".`, {
    fix: "Nothing was published. Run the seed again when the data is wanted.",
    cause: error,
  });
}
