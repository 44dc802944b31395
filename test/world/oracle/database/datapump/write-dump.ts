import { createHash } from "node:crypto";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DumpContents,
  type DumpHeader,
  type DumpObject,
  type DumpTable,
  writeDump,
} from "../../../dump/format.ts";
import { nameOf } from "./add-file.ts";
import type { Job } from "./job.ts";

export interface DumpMaterial {
  tables: DumpTable[];
  objects: DumpObject[];
  header: Omit<DumpHeader, "guid" | "file" | "files">;
  /** Bytes of all files together, at least. */
  minimumBytes: number;
}

/** Header, end line and the length of one padding line stay below this. */
const OVERHEAD = 8 * 1024;

/** Writes the files of a job, each at most as large as its FILESIZE, mode 0640. Returns their paths; null when no file is free. */
export function writeDumpFiles(job: Job, material: DumpMaterial): string[] | null {
  const spec = job.dumpFiles[0]!;
  const room = spec.bytes - OVERHEAD;
  const pieces = splitTables(material.tables, room);
  const padded = Math.max(pieces.length, Math.ceil(material.minimumBytes / spec.bytes));
  while (pieces.length < padded) pieces.push([]);
  if (pieces.length > 1 && !/%[UuLl]/.test(spec.template)) return null;
  if (pieces.length > 99 && !/%[Ll]/.test(spec.template)) return null;
  const guid = createHash("sha256").update(`${job.name}/${material.header.scn}`).digest("hex").slice(0, 32);
  return pieces.map((tables, index) => {
    const header = { ...material.header, guid, file: index + 1, files: pieces.length };
    const contents = { header, tables, objects: index === 0 ? material.objects : [] };
    const bytes = Math.min(room, Math.ceil(material.minimumBytes / pieces.length));
    return writeOne(join(spec.directory, nameOf(spec.template, index + 1)), contents, { bytes, job });
  });
}

function writeOne(path: string, contents: DumpContents, how: { bytes: number; job: Job }): string {
  if (existsSync(path) && !how.job.dumpFiles[0]!.reuse) throw new Error(`${path} exists`);
  writeFileSync(path, writeDump(contents, how.bytes));
  chmodSync(path, 0o640);
  how.job.writtenFiles.push(path);
  return path;
}

/** Deals tables to files in order: each whole where one file has room for it, else on into the next file. */
function splitTables(tables: readonly DumpTable[], room: number): DumpTable[][] {
  const pieces: DumpTable[][] = [[]];
  let used = 0;
  const deal = (table: Omit<DumpTable, "rows">, row: DumpTable["rows"][number]) => {
    const full = used + rowBytes(row) > room;
    if (full) pieces.push([{ ...table, rows: [] }]);
    used = full ? rowBytes(row) : used + rowBytes(row);
    pieces.at(-1)!.at(-1)!.rows.push(row);
  };
  for (const { rows, ...table } of tables) {
    const bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0);
    const moves = used + bytes > room && bytes <= room;
    if (moves) pieces.push([]);
    if (moves) used = 0;
    pieces.at(-1)!.push({ ...table, rows: [] });
    for (const row of rows) deal(table, row);
  }
  return pieces;
}

function rowBytes(row: DumpTable["rows"][number]): number {
  return Buffer.byteLength(JSON.stringify(row)) + 5;
}
