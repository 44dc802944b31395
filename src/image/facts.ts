import { canonicalJson, digestOfBytes } from "../crypto/digest.ts";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { DumpSet, TableRows } from "../export/dump-set.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { compareBytes } from "../text/order.ts";

/** The three facts files, named without a folder, and the dump set's digest: SHA-256 of SHA256SUMS. */
export interface Facts {
  files: RenderedFile[];
  digest: Digest;
}

/** Renders the facts of a dump set. Equal dump sets give equal bytes. */
export function renderFacts(dumpSet: DumpSet, rows: TableRows[]): Facts {
  const facts = [
    { path: "rows.tsv", text: renderRows(rows) },
    { path: "dumpset.json", text: canonicalJson(dumpSet) },
  ];
  const sums = [
    ...dumpSet.files.map(({ name, sha256 }) => `${sha256}  ${name}`),
    ...facts.map(({ path, text }) => `${digestOfBytes(text).slice("sha256:".length)}  ${path}`),
  ];
  const text = sortedLines(sums);
  return { files: [...facts, { path: "SHA256SUMS", text }], digest: digestOfBytes(text) };
}

function renderRows(rows: TableRows[]): string {
  return sortedLines(
    rows.map(({ schema, table, rows: count }) => {
      if (/[\t\n]/.test(schema + table))
        throw new SeedbedError(
          "table-name-unsupported",
          `${JSON.stringify(`${schema}.${table}`)} has a tab or a line break in its name.`,
          {
            fix: "Remove this table from the request's scope.",
          },
        );
      return `${schema}\t${table}\t${count}`;
    }),
  );
}

/** Lines in the order of `LC_ALL=C sort`, each with its line feed. */
function sortedLines(lines: string[]): string {
  const sorted = lines.toSorted(compareBytes);
  return sorted.map((line) => `${line}\n`).join("");
}
