import { createHash } from "node:crypto";
import type { DumpSet, TableRows } from "../../src/export/dump-set.ts";
import { readBase } from "../../src/image/base-image.ts";
import { streamSources, type CountedSource } from "./dump-sources.ts";
import { renderFacts } from "../../src/image/facts.ts";
import type { ImageTarget } from "../../src/image/image-target.ts";
import type { ImageFile } from "../../src/image/layer-files.ts";
import { buildSeedImage } from "../../src/image/seed-image.ts";
import type { SeedImage } from "../../src/image/seed-image.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Registry } from "../../src/ports/registry.ts";

const { signal } = new AbortController();

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
const DEFAULTS = [{ path: "seed/seed.env", text: "DATABASE=hr\n" }];
export const ROWS: TableRows[] = [
  { schema: "OE", table: "ORDERS", rows: 7 },
  { schema: "HR", table: "EMPLOYEES", rows: 107 },
];

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
    schemas: ["HR"],
    jobs: [{ name: "SEEDBED_11111111_abc", mode: "SCHEMA", allowedErrors: [] }],
    files: sources.map(({ name, content }) => ({ name, bytes: content.length, sha256: sha256(content) })),
    tables: ROWS.length,
    rows: 114,
    invalidObjects: [],
  };
}

export async function targetOf(seeds: Registry, baseDigest: string, repository = "dev/hr"): Promise<ImageTarget> {
  const base = await readBase(
    seeds,
    { repository: "base/free", reference: baseDigest, platform: "linux/amd64" },
    signal,
  );
  return { seeds, bases: seeds, base, repository, log: quietLog, signal: new AbortController().signal };
}

export async function buildFrom(sources: CountedSource[], target: ImageTarget): Promise<SeedImage> {
  const stored = await streamSources(sources, target);
  const dumpSet = { ...dumpSetOf(sources), files: stored.map((one) => one.file) };
  const contents = {
    runtime: RUNTIME,
    dumpLayers: stored.map((one) => one.layer),
    facts: renderFacts(dumpSet, ROWS),
    defaults: DEFAULTS,
  };
  return buildSeedImage(contents, target);
}
