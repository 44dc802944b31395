import { renderApplyConfig } from "../../src/container/apply-config.ts";
import { canonicalJson, digestOfBytes, digestOfJson, type Digest } from "../../src/crypto/digest.ts";
import type { Seed } from "../../src/lock/lock.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { writeDump, type DumpContents, type DumpHeader, type DumpTable } from "../world/dump/format.ts";

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

/** What a container finds of one export. */
interface SampleDumpSet {
  dump: Record<string, Buffer>;
  facts: RenderedFile[];
  digest: Digest;
}

/** A dump set of one job and one file, with its facts. */
export function sampleDumpSet(contents: Partial<DumpContents> = {}): SampleDumpSet {
  return dumpSetOf([{ mode: "SCHEMA", tables: contents.tables ?? [EMPLOYEES], objects: contents.objects ?? [] }]);
}

/** A dump set with one file for each job, with its facts. */
export function dumpSetOf(
  jobs: (Pick<DumpContents, "tables" | "objects"> & Pick<DumpHeader, "mode">)[],
): SampleDumpSet {
  const named = jobs.map((job, at) => ({ ...job, name: `SEEDBED_0A1B2C3D_T${at + 1}` }));
  const dump = Object.fromEntries(named.map((job) => [`${job.name}_01.dmp`, dumpOf(job)]));
  const rows = jobs
    .flatMap(({ tables }) => tables.map(({ owner, name, rows: list }) => `${owner}\t${name}\t${list.length}\n`))
    .toSorted()
    .join("");
  const described = named.map(({ mode, name }) => ({ allowedErrors: [], mode, name }));
  const dumpset = canonicalJson({ invalidObjects: [], jobs: described, version: 1 });
  const files: [string, string | Buffer][] = [...Object.entries(dump), ["rows.tsv", rows], ["dumpset.json", dumpset]];
  const sums = files
    .map(([name, bytes]) => `${digestOfBytes(bytes).slice(7)}  ${name}\n`)
    .toSorted()
    .join("");
  const facts = { "rows.tsv": rows, "dumpset.json": dumpset, SHA256SUMS: sums };
  return {
    dump,
    facts: Object.entries(facts).map(([path, text]) => ({ path, text })),
    digest: digestOfBytes(sums),
  };
}

function dumpOf(job: Pick<DumpContents, "tables" | "objects"> & Pick<DumpHeader, "mode"> & { name: string }): Buffer {
  const header = {
    version: 1 as const,
    guid: `G ${job.name}`,
    job: job.name,
    owner: "SEEDBED",
    mode: job.mode,
    scn: "4711",
    dbVersion: "19.0.0.0.0",
    charset: "AL32UTF8",
    timeZoneFile: 32,
    file: 1,
    files: 1,
  };
  return writeDump({ header, tables: job.tables, objects: job.objects }, 5000);
}

/** What the request of the tests applies; a change of it is applied while the database runs. */
export function sampleApply(
  change: Partial<Parameters<typeof renderApplyConfig>[0]["target"]> = {},
  tlsSecret: string | null = null,
): RenderedFile[] {
  const target = {
    storage: { size: "1Gi", keep_dump: true },
    parameters: { open_cursors: 500 },
    users: [{ name: "APP", password_secret: { name: "hr-app", key: "password" }, roles: ["CONNECT"], grants: [] }],
    backups: { schedule: "0 2 * * *", keep: 2, restore_test: true },
    on_failure: "exit" as const,
    ...change,
  };
  return renderApplyConfig({ applyInputs: digestOfJson({ ...target, tlsSecret }), target, postImport: [], tlsSecret });
}
