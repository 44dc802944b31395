import { SeedbedError } from "../problem/error.ts";
import { ExportError } from "../export/export-error.ts";
import type { StageLog } from "./stage-log.ts";

/** The error of a cancelled run, whatever failed because of the cancel. An export reports this itself. */
export function nameCancel(error: unknown, signal: AbortSignal, stages: StageLog): unknown {
  if (!signal.aborted || error instanceof ExportError) return error;
  return new SeedbedError("seed-cancelled", `The seed was cancelled in its stage "${stages.current}".`, {
    fix: "Nothing was published. Run the seed again if the data is still needed.",
    cause: error,
  });
}
