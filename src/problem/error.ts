/** An error that no caller can handle: thrown once, caught by an entry, always with a fix. */
export class SeedbedError extends Error {
  override readonly name = "SeedbedError";
  /** Stable and kebab-case, for example `ssh-host-key-mismatch`. */
  readonly code: string;
  /** What to do now, as one or more full sentences. */
  readonly fix: string;

  constructor(code: string, message: string, options: { fix: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
  }
}

/** What anything that was thrown says, in its own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
