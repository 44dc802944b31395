import type { SourceFinding } from "./source-report.ts";

export interface SpaceState {
  directory: { name: string; path: string };
  release: number;
  estimatedBytes: number;
  /** Some rows are excluded, so the estimate is an upper bound. */
  restricted: boolean;
  /** null when the host does not report it. */
  freeBytes: number | null;
  pieceBytes: number;
}

/** `%U` counts from 01 to 99. */
const MOST_PIECES_BEFORE_19 = 99;

/** Checks whether the dump fits, by size and by number of files. */
export function checkSpace(state: SpaceState): SourceFinding[] {
  return [checkFree(state), checkPieces(state)].filter((finding) => finding !== null);
}

function checkFree(state: SpaceState): SourceFinding | null {
  const needed = Math.ceil(state.estimatedBytes * 1.1);
  if (state.freeBytes === null || state.freeBytes >= needed) return null;
  return {
    severity: state.restricted ? "warning" : "error",
    code: "source-space",
    what: `${state.directory.path} has ${state.freeBytes} bytes free, but the export may need ${needed}`,
    why: "the estimate is the size of the segments in scope plus 10 %; a full disk stops the job (ORA-39095, ORA-19502)",
    fix: `free space in ${state.directory.path}, or ask the DBA to point the directory ${state.directory.name} to a larger disk`,
  };
}

function checkPieces(state: SpaceState): SourceFinding | null {
  const pieces = Math.ceil(state.estimatedBytes / state.pieceBytes);
  if (state.release >= 19 || pieces <= MOST_PIECES_BEFORE_19) return null;
  return {
    severity: "error",
    code: "source-pieces",
    what: `the export may need ${pieces} files, but before 19c a job can only number ${MOST_PIECES_BEFORE_19}`,
    why: "the template %U only counts from 01 to 99 (ORA-39095 otherwise)",
    fix: "raise source_database.export.piece_size",
  };
}
