import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openDiskTree } from "../../src/adapters/disk-tree.ts";
import { renderApplyConfig } from "../../src/container/apply-config.ts";
import { renderDefaultConfig } from "../../src/container/default-config.ts";
import { importKey } from "../../src/container/import-key.ts";
import { runtimeFiles, type RuntimeFile } from "../../src/container/runtime-files.ts";
import { renderSeedConfig } from "../../src/container/seed-config.ts";
import { canonicalJson, digestOfBytes, digestOfJson, type Digest } from "../../src/digests/digest.ts";
import type { Seed } from "../../src/lock/lock.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { writeDump, type DumpContents, type DumpTable } from "../world/dump/format.ts";
import { buildBaseRootfs, containerPath } from "../world/image/rootfs.ts";
import type { BASE_IMAGES } from "../world/image/profiles.ts";

export const RUNTIME = join(import.meta.dirname, "../../src/container/runtime");

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

export interface RootOptions {
  profile?: keyof typeof BASE_IMAGES;
  seed?: Seed;
  dumpSet?: ReturnType<typeof sampleDumpSet>;
  reset?: number;
}

/** Unpacks a seed image into a folder: base, runtime, dump, facts, defaults. Returns the PATH of its container. */
export async function buildSeededRoot(root: string, options: RootOptions = {}): Promise<string> {
  const profile = options.profile ?? "gvenzl-free";
  const image = await buildBaseRootfs(root, { profile });
  const command = [...(image.config.Entrypoint ?? []), ...(image.config.Cmd ?? [])];
  await putSeed(root, options);
  await put(join(root, "opt/seedbed/default/base-command"), command.map((part) => `${part}\n`).join(""));
  await put(
    join(root, "opt/seedbed/timing"),
    "WATCH_SECONDS=1\nHOOK_GRACE_SECONDS=3\nPROBE_BASE_SECONDS=1\nINSTANCE_PROBE_SECONDS=2\nSTOP_SECONDS=20\nSTOP_JOB_SECONDS=5\n",
  );
  return containerPath(root, image);
}

/** The layers of ours: another call is another image over the same volume. */
export async function putSeed(root: string, options: RootOptions = {}): Promise<void> {
  const seed = options.seed ?? sampleSeed();
  const set = options.dumpSet ?? sampleDumpSet();
  const top = join(root, "opt/seedbed");
  for (const folder of ["lib", "sql", "profiles", "dump", "facts"])
    await rm(join(top, folder), { recursive: true, force: true });
  for (const { path, text, mode } of await readRuntime()) await put(join(top, path), text, mode);
  for (const [name, bytes] of Object.entries(set.dump)) await put(join(top, "dump", name), bytes);
  for (const { path, text } of set.facts) await put(join(top, "facts", path), text);
  const key = importKey({ dumpSet: set.digest, importInputs: digestOfJson(seed.import), reset: options.reset ?? 0 });
  const input = { database: "hr", importKey: key, dumpSet: set.digest, seed };
  for (const { path, text } of renderDefaultConfig(input)) await put(join(top, "default", path), text);
  await putConfigMap(root, "seed", renderSeedConfig(input));
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

let versions = 0;

/** As the kubelet does: a new folder, then one link swapped. */
export async function putConfigMap(root: string, name: "seed" | "apply", files: RenderedFile[]): Promise<void> {
  const mount = join(root, "etc/seedbed", name);
  const version = `..v${(versions += 1)}`;
  for (const { path, text } of files) await put(join(mount, version, path), text);
  await rm(join(mount, "..data_tmp"), { force: true });
  await symlink(version, join(mount, "..data_tmp"));
  await rename(join(mount, "..data_tmp"), join(mount, "..data"));
  for (const top of new Set(files.map(({ path }) => path.split("/")[0]!)))
    await symlink(`..data/${top}`, join(mount, top)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
}

export async function putSecret(root: string, path: string, value: string): Promise<void> {
  await put(join(root, "run/secrets/seedbed", path), value);
}

export async function readRuntime(): Promise<RuntimeFile[]> {
  const tree = openDiskTree(RUNTIME);
  const paths = await tree.list("");
  const texts = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(RUNTIME, path), "utf8")] as const),
  );
  return runtimeFiles(Object.fromEntries(texts));
}

async function put(file: string, bytes: string | Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes, { mode });
}
