/** An error that the database or its driver reported, with the original text unchanged. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** The most specific code, for example `ORA-39087` or `NJS-500`. */
  readonly code: string;
  /** Every code of the stack in order, without stack frames (ORA-06512) and Seedbed's own wrapper (ORA-20001). */
  readonly codes: readonly string[];
  /** Tag of the statement that failed, null for a logon. */
  readonly tag: string | null;

  constructor(text: string, options: { tag: string | null; cause?: unknown }) {
    super(text, options.cause === undefined ? undefined : { cause: options.cause });
    this.codes = findCodes(text);
    this.code = chooseCode(this.codes);
    this.tag = options.tag;
  }
}

const WRAPPERS = new Set(["ORA-06512", "ORA-20001"]);
/** Data Pump's top-level codes only say that details follow (package specification of DBMS_DATAPUMP). */
const GENERIC = new Set(["ORA-39001", "ORA-39002", "ORA-39004", "ORA-39005", "ORA-39006"]);
/** Only says that a file of the job could not be opened; the next line has the reason. */
const CARRIERS = new Set(["ORA-39070", "ORA-39000", "ORA-31626", "ORA-31693", "ORA-02354"]);

/** Every ORA- and NJS- code in a text in order, without wrappers. */
export function findCodes(text: string): string[] {
  const codes = text.match(/\b(?:ORA|NJS|PLS|DPI)-\d{3,5}\b/g) ?? [];
  return codes.filter((code) => !WRAPPERS.has(code));
}

function chooseCode(codes: readonly string[]): string {
  const telling = codes.find((code) => !GENERIC.has(code) && !CARRIERS.has(code));
  return telling ?? codes.find((code) => !GENERIC.has(code)) ?? codes[0] ?? "unknown";
}
