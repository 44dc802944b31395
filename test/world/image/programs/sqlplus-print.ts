import type { Reply } from "../database/wire.ts";

type Rows = Extract<Reply, { kind: "done" }>;

function textOf(value: Rows["rows"][number][number]): string {
  return value === null ? "" : typeof value === "number" ? String(value).replace(/^(-?)0\./, "$1.") : String(value);
}

/** Rows as SQL*Plus prints them: numbers right-aligned to their width, texts padded, trailing blanks cut. */
export function printRows(reply: Rows, settings: Map<string, string>): string[] {
  const numeric = reply.columns.map(
    (_, at) => reply.rows.length > 0 && reply.rows.every((row) => row[at] === null || typeof row[at] === "number"),
  );
  const heading = settings.get("HEADING") === "ON" && settings.get("PAGESIZE") !== "0";
  const widths = reply.columns.map((column, at) =>
    Math.max(
      numeric[at] ? Number(settings.get("NUMWIDTH")) : 1,
      heading ? column.length : 0,
      ...reply.rows.map((row) => textOf(row[at]!).length),
    ),
  );
  const format = (cells: string[]): string =>
    cells
      .map((cell, at) => (numeric[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join(" ")
      .trimEnd();
  const width = Number(settings.get("LINESIZE"));
  const lines = reply.rows.flatMap((row) => wrap(format(row.map(textOf)), width));
  const head =
    heading && reply.rows.length > 0
      ? ["", format(reply.columns), format(widths.map((count) => "-".repeat(count)))]
      : [];
  const feedback = settings.get("FEEDBACK") === "ON";
  const count = reply.rows.length;
  const tail = !feedback
    ? []
    : count === 0
      ? ["", "no rows selected", ""]
      : count >= 6 || !feedback
        ? ["", `${count} rows selected.`, ""]
        : [""];
  return [...head, ...lines, ...tail];
}

function wrap(line: string, width: number): string[] {
  const parts: string[] = [];
  for (let rest = line; ; rest = rest.slice(width)) {
    parts.push(rest.slice(0, width));
    if (rest.length <= width) return parts;
  }
}

/** An error with its source line and caret, as clients print it. */
export function printError(reply: Extract<Reply, { kind: "error" }>, sql: string, help: boolean): string[] {
  const at = Number(/at line (\d+)|line (\d+), column/.exec(reply.text)?.slice(1).find(Boolean) ?? 1);
  const source = sql.split("\n")[at - 1] ?? sql.split("\n")[0]!;
  const link = help ? [`Help: https://docs.oracle.com/error-help/db/ora-${String(reply.code).padStart(5, "0")}/`] : [];
  return [source, "*", `ERROR at line ${at}:`, ...reply.text.split("\n"), ...link, ""];
}
