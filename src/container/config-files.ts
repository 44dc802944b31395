import { digestOfBytes } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { ScriptText } from "../lock/lock.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import { compareBytes } from "../text/order.ts";

/** Sorts files bytewise by path and adds SHA256SUMS over them, in the format of `sha256sum -c`. */
export function withSums(files: RenderedFile[]): RenderedFile[] {
  const sorted = files.toSorted((a, b) => compareBytes(a.path, b.path));
  const lines = sorted.map(({ path, text }) => `${digestOfBytes(text).slice("sha256:".length)}  ${path}\n`);
  return [...sorted, { path: "SHA256SUMS", text: lines.join("") }];
}

/** `KEY=value` lines. The container reads them as text and never sources them. */
export function renderEnv(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${oneLine(value)}\n`)
    .join("");
}

/** Tab-separated lines; empty if there are no rows. */
export function renderRows(path: string, rows: string[][]): RenderedFile[] {
  if (rows.length === 0) return [];
  return [{ path, text: rows.map((row) => `${row.map(oneLine).join("\t")}\n`).join("") }];
}

/** The request's scripts, numbered in order from `first` on; a comment in each names the original file. */
export function renderScripts(kind: string, scripts: readonly ScriptText[], first: number): RenderedFile[] {
  const width = Math.max(2, String(first + scripts.length - 1).length);
  return scripts.map(({ path, text }, index) => ({
    path: `sql/${String(first + index).padStart(width, "0")}-${kind}.sql`,
    // JSON keeps a name on one line, so that no part of it is read as a statement.
    text: `-- from ${JSON.stringify(path)}\n${text.replaceAll("\r\n", "\n").replace(/\n*$/, "\n")}`,
  }));
}

function oneLine(value: string): string {
  if (!/\p{Cc}/u.test(value)) return value;
  throw new SeedbedError("config-value-refused", `${JSON.stringify(value)} contains a tab or a line break.`, {
    fix: "Remove it from the request.",
  });
}
