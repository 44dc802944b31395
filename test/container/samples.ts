import { renderApplyConfig } from "../../src/container/apply-config.ts";
import { canonicalJson, digestOfBytes, digestOfJson, type Digest } from "../../src/digests/digest.ts";
import type { Seed } from "../../src/lock/lock.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { writeDump, type DumpContents, type DumpTable } from "../world/dump/format.ts";

/** A seed with one masked schema, as a lock would have it. */
export function sampleSeed(change: Partial<Seed["import"]> = {}): Seed {
  return {
    source: "hr-prod",
    scope: [{ name: "HR" }],
    export: { parallel: 1, compression: "none", piece_size: "1Gi" },
    target: { profile: "gvenzl-free", charset: "AL32UTF8" },
    import: {
      remap_schema: {},
      remap_tablespace: {},
      exclude: [],
      allow_codes: [],
      safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
      tablespaces: [],
      jobs_kept: [],
      scripts: {
        pre_import: [],
        masking: [
          {
            path: "scripts/mask.sql",
            text: "UPDATE HR.EMPLOYEES SET EMAIL = 'user' || ID || '@dev.example';\n",
          },
        ],
      },
      ...change,
    },
  };
}

export const EMPLOYEES: DumpTable = {
  owner: "HR",
  name: "EMPLOYEES",
  columns: ["ID", "NAME", "EMAIL"],
  rows: Array.from({ length: 40 }, (_, index) => [index + 1, `Name ${index + 1}`, `person${index + 1}@prod.example`]),
};

/** A dump set of one job and one file, with its facts. */
export function sampleDumpSet(contents: Partial<DumpContents> = {}): {
  dump: Record<string, Buffer>;
  facts: RenderedFile[];
  digest: Digest;
} {
  const job = "SEEDBED_0A1B2C3D_T1";
  const tables = contents.tables ?? [EMPLOYEES];
  const header = {
    version: 1 as const,
    guid: "G1",
    job,
    owner: "SEEDBED",
    mode: "SCHEMA" as const,
    scn: "4711",
    dbVersion: "19.0.0.0.0",
    charset: "AL32UTF8",
    timeZoneFile: 32,
    file: 1,
    files: 1,
  };
  const dump = { [`${job}_01.dmp`]: writeDump({ header, tables, objects: contents.objects ?? [] }, 5000) };
  const rows = tables
    .map(({ owner, name, rows: list }) => `${owner}\t${name}\t${list.length}\n`)
    .toSorted()
    .join("");
  const dumpset = canonicalJson({
    invalidObjects: [],
    jobs: [{ allowedErrors: [], mode: "SCHEMA", name: job }],
    version: 1,
  });
  const named: [string, string | Buffer][] = [...Object.entries(dump), ["rows.tsv", rows], ["dumpset.json", dumpset]];
  const sums = named
    .map(([name, bytes]) => `${digestOfBytes(bytes).slice(7)}  ${name}\n`)
    .toSorted()
    .join("");
  return {
    dump,
    facts: [
      { path: "rows.tsv", text: rows },
      { path: "dumpset.json", text: dumpset },
      { path: "SHA256SUMS", text: sums },
    ],
    digest: digestOfBytes(sums),
  };
}

/** What the request of the tests applies; a change of it is applied while the database runs. */
export function sampleApply(change: Partial<Parameters<typeof renderApplyConfig>[0]["target"]> = {}): RenderedFile[] {
  const target = {
    storage: { size: "1Gi", keep_dump: true },
    parameters: { open_cursors: 500 },
    users: [{ name: "APP", password_secret: { name: "hr-app", key: "password" }, roles: ["CONNECT"], grants: [] }],
    backups: { schedule: "0 2 * * *", keep: 2, restore_test: true },
    on_failure: "exit" as const,
    ...change,
  };
  return renderApplyConfig({ applyInputs: digestOfJson(target), target, postImport: [] });
}
