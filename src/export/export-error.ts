import { SeedbedError } from "../problem/error.ts";

/** An export that failed or was cancelled, with what could not be removed from the source. */
export class ExportError extends SeedbedError {
  /** `job NAME` and `file PATH`; empty when nothing is left. */
  readonly leftOnSource: readonly string[];

  constructor(
    code: string,
    message: string,
    options: { fix: string; cause?: unknown; leftOnSource: readonly string[] },
  ) {
    super(code, message, options);
    this.leftOnSource = options.leftOnSource;
  }
}
