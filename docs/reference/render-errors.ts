import { ERROR_CATALOGUE } from "../../src/export/error-catalogue.ts";
import { readErrors, readFailures, type ErrorRow, type SourceText } from "./read-errors.ts";

const BEGIN = "<!-- errors: generated from the code by `node docs/reference/write-reference.ts`, do not edit below -->";

/** Codes of requests and settings stand beside a line of the reader's own file, with why and fix: they need no table. */
const TOLD_ON_THEIR_LINE =
  /^(?:src\/(?:request|settings|document|plan|manifests|digests|container)|bot\/decide\/pull)\//;

/** The page with everything after its mark written anew: Oracle's codes, Seedbed's own, the container's. */
export function renderErrorPage(page: string, sources: readonly SourceText[]): string {
  const at = page.indexOf(BEGIN);
  if (at < 0) throw new Error(`The page has no line ${BEGIN}`);
  const programs = sources.filter(({ path }) => path.endsWith(".ts") && !TOLD_ON_THEIR_LINE.test(path));
  const scripts = sources.filter(({ path }) => path.endsWith(".sh"));
  const sections = [
    "## Oracle's errors during an export",
    "The code that people see is `source-` and Oracle's code in lower case, or `export-errors` when the job's log has it.",
    renderTable(listOracleErrors()),
    "## Seedbed's own errors",
    "Of the door, of runs, of the bot and of the command line. Where the last cell is empty, the message itself says what to do. `source-not-ready` collects what was found on a source, each a row that begins with `source-`.",
    renderTable(readErrors(programs).map(withSubject)),
    "## Failures of the container",
    "The `code=` of a log line with `event=fail`, and of the pod's termination message.",
    renderTable(readFailures(scripts)),
  ];
  return `${page.slice(0, at)}${BEGIN}\n\n${sections.join("\n\n")}\n`;
}

function listOracleErrors(): ErrorRow[] {
  return Object.entries(ERROR_CATALOGUE)
    .map(([code, { means, fix }]) => ({ code, says: means, fix: fix.replaceAll(/\{(\w+)\}/g, "<$1>") }))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** The reader of permits says their file's name once for all its refusals. */
function withSubject(row: ErrorRow): ErrorRow {
  const named = row.code.startsWith("approval-") && /^[a-z]/.test(row.says);
  return named ? { ...row, says: `approval.yaml ${row.says}.` } : row;
}

function renderTable(rows: readonly ErrorRow[]): string {
  const lines = rows
    .map(({ code, says, fix }) => ({ code, says: cell(hasWords(says) ? says : ""), fix: cell(fix) }))
    .filter(({ says, fix }) => says !== "" || fix !== "")
    .map(({ code, says, fix }) => `| \`${code}\` | ${says} | ${fix} |`);
  return ["| code | says | do |", "| --- | --- | --- |", ...lines].join("\n");
}

/** A text of which only the run knows every word tells nothing here. */
function hasWords(text: string): boolean {
  return /[a-z]/i.test(text);
}

/** One cell: no line end, no bar, and no angle bracket that a browser would take for a tag. */
function cell(text: string): string {
  const parts = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").split("`");
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll("<", "&lt;") : part)).join("`");
}
