import { SeedbedError } from "../problem/error.ts";
import type { ImportInputs } from "../lock/lock.ts";
import { compareBytes } from "../text/order.ts";

/**
 * Parameters for every impdp of a seed. The container adds what only it knows: account, directory, files, job name. The
 * dump set only contains what was requested, so all of it is imported.
 */
export function renderImportParfile(inputs: ImportInputs): string {
  const lines = ["FULL=YES", "LOGTIME=ALL", "METRICS=YES"];
  for (const [from, to] of sortedPairs(inputs.remap_schema)) lines.push(`REMAP_SCHEMA=${name(from)}:${name(to)}`);
  for (const [from, to] of sortedPairs(inputs.remap_tablespace))
    lines.push(`REMAP_TABLESPACE=${name(from)}:${name(to)}`);
  // The source's tablespaces do not exist here; unless they are remapped, the owner's default tablespace is used.
  if (inputs.tablespaces.length === 0 && Object.keys(inputs.remap_tablespace).length === 0)
    lines.push("TRANSFORM=SEGMENT_ATTRIBUTES:N");
  // What the source encrypts is decrypted in the dump; this database has no keystore (ORA-28365). Known from 19c on.
  lines.push("TRANSFORM=OMIT_ENCRYPTION_CLAUSE:Y");
  if (inputs.exclude.length > 0) lines.push(`EXCLUDE=${inputs.exclude.map(objectPath).join(",")}`);
  return `${lines.join("\n")}\n`;
}

/** Errors of impdp that lose no data: https://docs.oracle.com/error-help/db/. The request may add codes. */
export function renderAllowCodes(more: readonly string[]): string {
  const own = [
    // Already exists: the container creates owners and tablespaces first.
    "ORA-31684",
    // A dependent object was skipped because its base object was.
    "ORA-39111",
    // Compiled with warnings: recompiled and compared with the source afterwards.
    "ORA-39082",
    "ORA-39367",
    // A grant to a user or role that is not part of the copy.
    ...["ORA-01917", "ORA-01918", "ORA-01919", "ORA-01924"].map((cause) => `ORA-39083 GRANT ${cause}`),
  ];
  const added = more.map((code) => (/^ORA-[0-9]{5}$/.test(code) ? code : refuse("an error code", code)));
  return [...new Set([...own, ...added])].map((line) => `${line}\n`).join("");
}

function sortedPairs(record: Record<string, string>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => compareBytes(a, b));
}

/** Data Pump converts a name to upper case unless it is quoted. */
function name(text: string): string {
  if (/^[A-Z][A-Z0-9_$#]*$/.test(text)) return text;
  return /^[^"':,\p{Cc}]+$/u.test(text) ? `"${text}"` : refuse("a name", text);
}

function objectPath(path: string): string {
  return /^[A-Z][A-Z_]*(?:\/[A-Z][A-Z_]*)*$/.test(path) ? path : refuse("an object path", path);
}

function refuse(kind: string, text: string): never {
  throw new SeedbedError(
    "parfile-value-refused",
    `${JSON.stringify(text)} is not valid as ${kind} in a parameter file.`,
    {
      fix: "Correct database.import of the request.",
    },
  );
}
