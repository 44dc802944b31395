import { createHash } from "node:crypto";

/**
 * The dump files of the simulated world: one line per fact, so that a program without a library can read them.
 * The scripted Data Pump on the source and the stand-in expdp write them, the stand-in impdp reads them.
 *
 *     SEEDBED-WORLD-DUMP {header}
 *     TABLE {"owner":"HR","name":"EMPLOYEES","columns":["ID","NAME"]}
 *     ROW [1,"Ada"]
 *     OBJECT {"owner":"HR","type":"VIEW","name":"V","status":"VALID"}
 *     PAD …                                   fills a file to its size, means nothing
 *     END <sha256 of every byte before this line>
 */
export interface DumpHeader {
  version: 1;
  /** One export's files share it. */
  guid: string;
  job: string;
  owner: string;
  mode: "SCHEMA" | "TABLE";
  scn: string;
  dbVersion: string;
  charset: string;
  timeZoneFile: number;
  file: number;
  files: number;
}

export type DumpCell = string | number | null;

export interface DumpTable {
  owner: string;
  name: string;
  columns: string[];
  /** Its DDL has ENCRYPT behind a column. */
  encrypted?: boolean;
  rows: DumpCell[][];
}

/** A named object other than a table: a view, a job, a database link, a user. */
export interface DumpObject {
  owner: string;
  type: string;
  name: string;
  status: "VALID" | "INVALID";
  /** For example the enabled flag of a job. */
  detail?: Record<string, string>;
}

export interface DumpContents {
  header: DumpHeader;
  tables: DumpTable[];
  objects: DumpObject[];
}

const MAGIC = "SEEDBED-WORLD-DUMP ";

/** One file's bytes, padded with `PAD` lines to at least `minimumBytes`. */
export function writeDump(contents: DumpContents, minimumBytes: number): Buffer {
  const lines = [MAGIC + JSON.stringify(contents.header)];
  for (const { rows, ...table } of contents.tables) {
    lines.push(`TABLE ${JSON.stringify(table)}`);
    for (const row of rows) lines.push(`ROW ${JSON.stringify(row)}`);
  }
  for (const object of contents.objects) lines.push(`OBJECT ${JSON.stringify(object)}`);
  const facts = `${lines.join("\n")}\n`;
  const body = facts + padding(minimumBytes - Buffer.byteLength(facts), contents.header);
  return Buffer.from(`${body}END ${sha256(body)}\n`);
}

/** Throws when the bytes are not one whole, unaltered dump file. */
export function readDump(bytes: Buffer): DumpContents {
  const text = bytes.toString("utf8");
  const end = text.lastIndexOf("END ");
  if (!text.startsWith(MAGIC) || end < 0) throw new Error("not a dump file");
  const body = text.slice(0, end);
  if (text.slice(end) !== `END ${sha256(body)}\n`) throw new Error("the dump file is damaged");
  const lines = body.split("\n");
  const header = JSON.parse(lines[0]!.slice(MAGIC.length)) as DumpHeader;
  const tables: DumpTable[] = [];
  const objects: DumpObject[] = [];
  for (const line of lines.slice(1)) {
    if (line.startsWith("TABLE ")) tables.push({ ...JSON.parse(line.slice(6)), rows: [] });
    else if (line.startsWith("ROW ")) tables.at(-1)!.rows.push(JSON.parse(line.slice(4)));
    else if (line.startsWith("OBJECT ")) objects.push(JSON.parse(line.slice(7)));
  }
  return { header, tables, objects };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The same header pads the same way: an export of the same rows gives the same bytes. */
function padding(bytes: number, header: DumpHeader): string {
  const seed = createHash("sha256").update(`${header.guid}/${header.file}`).digest("base64");
  const line = `PAD ${seed.repeat(22)}\n`;
  return bytes > 0 ? line.repeat(Math.ceil(bytes / line.length)) : "";
}
