import { createHash } from "node:crypto";
import type { DumpFile, DumpSet, TableRows } from "../../../src/export/dump-set.ts";
import type { Digest } from "../../../src/crypto/digest.ts";
import { renderFacts, type Facts } from "../../../src/image/facts.ts";
import { writeDump, type DumpObject, type DumpTable } from "../../world/dump/format.ts";

/** Text that only unmasked rows have; the journal looks for it. */
export const RAW = "@prod.example";

export interface MadeDump {
  facts: Facts;
  files: { name: string; bytes: Buffer }[];
  rows: Record<string, number>;
}

/** A dump set of production's HR and OE with what makes a copy dangerous: mail addresses, a job, a database link. */
export function makeDump(people: number): MadeDump {
  const job = "SEEDBED_0A1B2C3D_K1";
  const tables: DumpTable[] = [
    {
      owner: "HR",
      name: "EMPLOYEES",
      columns: ["ID", "NAME", "EMAIL"],
      rows: rows(people, (id) => [id, `Person ${id}`, `p${id}${RAW}`]),
    },
    { owner: "HR", name: "DEPARTMENTS", columns: ["ID", "NAME"], rows: rows(4, (id) => [id, `Department ${id}`]) },
    { owner: "OE", name: "ORDERS", columns: ["ID", "CONTACT"], rows: rows(people * 2, (id) => [id, `c${id}${RAW}`]) },
  ];
  const object = (type: string, name: string, detail: Record<string, string> = {}): DumpObject => ({
    owner: "HR",
    type,
    name,
    status: "VALID",
    detail,
  });
  const objects = [
    object("VIEW", "STAFF"),
    object("JOB", "SEND_MAIL", { enabled: "TRUE" }),
    object("DB_LINK", "PAYROLL", { host: "prod-payroll" }),
  ];
  const header = {
    version: 1 as const,
    guid: `guid-${people}`,
    job,
    owner: "SEEDBED",
    mode: "SCHEMA" as const,
    scn: "88231442",
    dbVersion: "19.22.0.0.0",
    charset: "AL32UTF8",
    timeZoneFile: 42,
    files: 2,
  };
  const files = [
    {
      name: `${job}_01.dmp`,
      bytes: writeDump({ header: { ...header, file: 1 }, tables: tables.slice(0, 2), objects }, 4096),
    },
    {
      name: `${job}_02.dmp`,
      bytes: writeDump({ header: { ...header, file: 2 }, tables: tables.slice(2), objects: [] }, 4096),
    },
  ];
  const counts: TableRows[] = tables.map((table) => ({
    schema: table.owner,
    table: table.name,
    rows: table.rows.length,
  }));
  return {
    facts: renderFacts(dumpSet(job, files, counts), counts),
    files,
    rows: Object.fromEntries(tables.map((table) => [`${table.owner}.${table.name}`, table.rows.length])),
  };
}

function rows(count: number, make: (id: number) => (string | number)[]): (string | number)[][] {
  return Array.from({ length: count }, (_, at) => make(at + 1));
}

function dumpSet(job: string, files: MadeDump["files"], counts: TableRows[]): DumpSet {
  const described = files.map(({ name, bytes }): DumpFile => ({
    name,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
  return {
    version: 1,
    database: "hr",
    source: {
      name: "hr-prod",
      service: "HRPDB",
      dbid: "1234567890",
      version: "19.22.0.0.0",
      charset: "AL32UTF8",
      nationalCharset: "AL16UTF16",
      timeZoneFile: 42,
    },
    seedInputs: `sha256:${"1".repeat(64)}` as Digest,
    scn: "88231442",
    exportedAt: "2026-11-22T14:00:00Z",
    schemas: ["HR", "OE"],
    jobs: [{ name: job, mode: "SCHEMA", allowedErrors: [] }],
    files: described,
    tables: counts.length,
    rows: counts.reduce((sum, { rows: count }) => sum + count, 0),
    invalidObjects: [],
  };
}
