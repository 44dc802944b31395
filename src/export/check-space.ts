import type { SourceFinding } from "./source-report.ts";

export interface SpaceState {
  directory: { name: string; path: string };
  release: number;
  estimatedBytes: number;
  /** Some rows are left out, so the estimate is an upper bound. */
  restricted: boolean;
  /** null when the host cannot say. */
  freeBytes: number | null;
  pieceBytes: number;
}

/** `%U` counts from 01 to 99. */
const MOST_PIECES_BEFORE_19 = 99;

/** Whether the dump will fit where it is written, by size and by number of files. */
export function checkSpace(state: SpaceState): SourceFinding[] {
  return [checkFree(state), checkPieces(state)].filter((finding) => finding !== null);
}

function checkFree(state: SpaceState): SourceFinding | null {
  const needed = Math.ceil(state.estimatedBytes * 1.1);
  if (state.freeBytes === null || state.freeBytes >= needed) return null;
  return {
    severity: state.restricted ? "warning" : "error",
    code: "source-space",
    what: `${state.directory.path} has ${state.freeBytes} bytes free; the export may need ${needed}.`,
    why: "Segments of the scope plus a tenth; a full disk stops the job (ORA-39095, ORA-19502).",
    fix: `Free space in ${state.directory.path}, or let the DBA point the directory ${state.directory.name} at a larger disk.`,
  };
}

function checkPieces(state: SpaceState): SourceFinding | null {
  const pieces = Math.ceil(state.estimatedBytes / state.pieceBytes);
  if (state.release >= 19 || pieces <= MOST_PIECES_BEFORE_19) return null;
  return {
    severity: "error",
    code: "source-pieces",
    what: `The export may need ${pieces} files; before 19c a job can number ${MOST_PIECES_BEFORE_19}.`,
    why: "The template %U counts from 01 to 99 (else ORA-39095).",
    fix: "Raise source_database.export.piece_size.",
  };
}
