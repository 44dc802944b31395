import { createHash, randomBytes } from "node:crypto";
import { pack } from "tar-stream";
import { connectRegistry } from "../../src/adapters/oci-registry.ts";
import type { RegistryOptions } from "../../src/adapters/oci-registry.ts";
import type { DumpSet, TableRows } from "../../src/export/dump-set.ts";
import { readBase } from "../../src/image/base-image.ts";
import type { DumpSource } from "../../src/image/dump-layer.ts";
import { renderFacts } from "../../src/image/facts.ts";
import type { ImageTarget } from "../../src/image/image-target.ts";
import type { ImageFile } from "../../src/image/layer-files.ts";
import { buildSeedImage } from "../../src/image/seed-image.ts";
import type { SeedImage } from "../../src/image/seed-image.ts";
import { streamDumpFiles } from "../../src/image/stream-dump.ts";
import type { Log, Registry } from "../../src/ports.ts";
import { putBase } from "../world/registry/put-base.ts";
import { startRegistry } from "../world/registry/registry.ts";
import type { RegistrySetup, WorldRegistry } from "../world/registry/registry.ts";

export const CANARY = "canary-p4ssw0rd/with+signs=";
export const LOGIN = { username: "robot", password: CANARY };

export const quietLog: Log = {
  group: (_title, work) => work(),
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

export const RUNTIME: ImageFile[] = [
  { path: "entrypoint.sh", text: "#!/bin/bash\n", mode: 0o755 },
  { path: "lib/phase.sh", text: "phase() { :; }\n", mode: 0o644 },
  { path: "sql/secure.sql", text: "SELECT 1 FROM dual;\n", mode: 0o644 },
];
export const DEFAULTS = [{ path: "seed/seed.env", text: "DATABASE=hr\n" }];
export const ROWS: TableRows[] = [
  { schema: "OE", table: "ORDERS", rows: 7 },
  { schema: "HR", table: "EMPLOYEES", rows: 107 },
];

/** A registry with one user who may do everything below `dev/` and read `base/`. */
export function startSeedRegistry(setup: Partial<RegistrySetup> = {}): Promise<WorldRegistry> {
  return startRegistry({
    auth: "bearer",
    users: [
      { ...LOGIN, repositories: ["dev/*"], access: "push" },
      { ...LOGIN, repositories: ["base/*"], access: "pull" },
    ],
    ...setup,
  });
}

export function connect(world: WorldRegistry, options: Partial<RegistryOptions> = {}): Registry {
  return connectRegistry({
    host: world.host,
    credentials: LOGIN,
    inputs: "registry",
    insecureHttp: true,
    retry: { attempts: 4, firstDelayMilliseconds: 5 },
    ...options,
  });
}

/** A tar with one directory and one file, as a base's layer. */
export async function baseLayer(name = "etc/base-release", text = "base\n"): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "opt/", type: "directory", mode: 0o711, mtime: new Date(0) });
  tar.entry({ name, mode: 0o640, mtime: new Date(0) }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export const BASE_RUN_CONFIG = {
  User: "oracle",
  Env: ["ORACLE_BASE=/opt/oracle"],
  Cmd: ["/bin/bash", "-c", "exec $ORACLE_BASE/$RUN_FILE"],
  Volumes: { "/opt/oracle/oradata": {} },
  WorkingDir: "/home/oracle",
};

export async function putFreeBase(world: WorldRegistry, format: "oci" | "docker" = "oci"): Promise<string> {
  const layers = [await baseLayer(), await baseLayer("opt/oracle/runOracle.sh", "#!/bin/bash\n")];
  return putBase(world.store, { repository: "base/free", layers, config: BASE_RUN_CONFIG, format });
}

export interface CountedSource extends DumpSource {
  content: Buffer;
  opened: number;
}

/** A dump file in memory that counts how often it was opened. */
export function dumpSource(name: string, content: Buffer = randomBytes(300_000)): CountedSource {
  const source: CountedSource = {
    name,
    bytes: content.length,
    content,
    opened: 0,
    open() {
      source.opened += 1;
      return chunksOf(content);
    },
  };
  return source;
}

async function* chunksOf(content: Buffer, size = 65_521): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

export function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function dumpSetOf(sources: CountedSource[]): DumpSet {
  return {
    version: 1,
    database: "hr",
    source: {
      name: "hr-prod",
      service: "HRPDB",
      dbid: "1",
      version: "19.24",
      charset: "AL32UTF8",
      nationalCharset: "AL16UTF16",
      timeZoneFile: 44,
    },
    seedInputs: `sha256:${"1".repeat(64)}`,
    scn: "88231442",
    exportedAt: "2026-11-22T14:03:20Z",
    jobs: [{ name: "SEEDBED_11111111_abc", mode: "SCHEMA", allowedErrors: [] }],
    files: sources.map(({ name, content }) => ({ name, bytes: content.length, sha256: sha256(content) })),
    tables: ROWS.length,
    rows: 114,
    invalidObjects: [],
  };
}

export async function targetOf(seeds: Registry, baseDigest: string, repository = "dev/hr"): Promise<ImageTarget> {
  const base = await readBase(seeds, { repository: "base/free", reference: baseDigest }, "linux/amd64");
  return { seeds, bases: seeds, base, repository, log: quietLog, signal: new AbortController().signal };
}

export async function buildFrom(sources: CountedSource[], target: ImageTarget): Promise<SeedImage> {
  const stored = await streamDumpFiles(sources, target);
  const dumpSet = { ...dumpSetOf(sources), files: stored.map((one) => one.file) };
  const contents = {
    runtime: RUNTIME,
    dumpLayers: stored.map((one) => one.layer),
    facts: renderFacts(dumpSet, ROWS),
    defaults: DEFAULTS,
  };
  return buildSeedImage(contents, target);
}
