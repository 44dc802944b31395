import fc from "fast-check";
import type { Digest } from "../../src/crypto/digest.ts";
import type { Lock, LockedVolume, Seed } from "../../src/lock/lock.ts";
import type { Failed, Seeded } from "../../src/lock/seed-result.ts";

/** A digest that can be told from others: 64 times one hex digit. */
export function digestOf(digit: string): Digest {
  return `sha256:${digit.repeat(64)}`;
}

export const exampleSeed: Seed = {
  source: "hr-prod",
  scope: [{ name: "HR", tables: [{ name: "EMPLOYEES", where: "hired > DATE '2020-01-01'" }] }, { name: "OE" }],
  export: { parallel: 1, compression: "none", piece_size: "1Gi" },
  target: { profile: "free-26ai", charset: "AL32UTF8" },
  import: {
    remap_schema: {},
    remap_tablespace: { USERS: "DATA" },
    exclude: ["STATISTICS"],
    allow_codes: ["ORA-39082"],
    safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
    tablespaces: [{ name: "DATA", size: "1Gi", max_size: "8Gi" }],
    jobs_kept: [],
    scripts: {
      pre_import: [],
      masking: [{ path: "scripts/mask.sql", text: "update HR.EMPLOYEES set EMAIL = 'x';\ncommit;\n" }],
    },
  },
};

export const exampleVolume: LockedVolume = { size: "40Gi", access_mode: "ReadWriteOnce" };

export const exampleLock: Lock = {
  version: 1,
  database: "hr",
  generation: 4,
  last_attempt: { generation: 4, approval: digestOf("a"), outcome: "seeded", at: "2026-11-22T15:10:00Z", run: "77" },
  approval: digestOf("a"),
  digests: { seed_inputs: digestOf("1"), import_inputs: digestOf("2"), runtime: digestOf("3") },
  seed: exampleSeed,
  dump_set: {
    digest: digestOf("4"),
    files: 4,
    bytes: 12582912,
    rows: 100000,
    scn: "88231442",
    exported_at: "2026-11-22T15:00:00Z",
  },
  image: {
    repository: "registry.example/dev/hr",
    digest: digestOf("5"),
    base: digestOf("6"),
    platform: "linux/amd64",
  },
  volume: exampleVolume,
  reset: 0,
};

export const exampleSeeded: Seeded = {
  version: 1,
  repositoryId: "812345678",
  run: "78",
  attempt: 1,
  database: "hr",
  approval: digestOf("b"),
  generation: 5,
  outcome: "seeded",
  digests: { seedInputs: digestOf("1"), importInputs: digestOf("2"), runtime: digestOf("7") },
  seed: exampleSeed,
  dumpSet: {
    digest: digestOf("8"),
    files: 2,
    bytes: 8192,
    rows: 10,
    scn: "88231999",
    exported_at: "2026-11-23T15:00:00Z",
  },
  image: { digest: digestOf("9"), base: digestOf("6"), platform: "linux/amd64" },
  summary: { stages: [{ name: "export", seconds: 12.5, text: "2 tables" }], warnings: [], leftOnSource: [] },
};

export const exampleFailed: Failed = {
  version: 1,
  repositoryId: "812345678",
  run: "79",
  attempt: 1,
  database: "hr",
  approval: digestOf("b"),
  generation: 5,
  outcome: "failed",
  stage: "export",
  code: "data-pump-failed",
  text: "ORA-39126: Worker unexpected fatal error",
  fix: "Ask the source's DBA.",
  leftOnSource: [],
};

const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex): Digest => `sha256:${hex}`);
const word = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: "binary" })).filter(isUtf8);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }).filter(isUtf8),
  fc
    .array(fc.constantFrom(" ", "\n", "\t", "select", ";", "#", ":", "-", "\r\n", "'", '"', "\u2028", "\u0085"), {
      maxLength: 20,
    })
    .map((parts) => parts.join("")),
);
const time = fc
  .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const digits = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String);
const count = fc.nat();
const names = fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_$#]{0,8}$/), word, { maxKeys: 3 });
const scripts = fc.array(fc.record({ path: word, text: anyText }), { maxLength: 2 });

/** Seeds with every kind of text that a script or a WHERE may hold. */
export const seeds: fc.Arbitrary<Seed> = fc.record({
  source: word,
  scope: fc.array(
    fc.record(
      {
        name: word,
        tables: fc.array(fc.record({ name: word, where: word }, { requiredKeys: ["name"] }), { maxLength: 2 }),
      },
      { requiredKeys: ["name"] },
    ),
    { maxLength: 2 },
  ),
  export: fc.record({
    parallel: fc.integer({ min: 1, max: 16 }),
    compression: fc.constantFrom("none" as const, "all" as const),
    piece_size: word,
  }),
  target: fc.record({ profile: fc.constantFrom("free-26ai" as const, "ee-19c" as const), charset: word }),
  import: fc.record({
    remap_schema: names,
    remap_tablespace: names,
    exclude: fc.array(word, { maxLength: 2 }),
    allow_codes: fc.array(word, { maxLength: 2 }),
    safety: fc.record({
      remove_db_links: fc.boolean(),
      disable_jobs: fc.boolean(),
      clear_network_access: fc.boolean(),
      lock_accounts: fc.boolean(),
    }),
    tablespaces: fc.array(fc.record({ name: word, size: word, max_size: word }, { requiredKeys: ["name", "size"] })),
    jobs_kept: fc.array(word, { maxLength: 2 }),
    scripts: fc.record({ pre_import: scripts, masking: scripts }),
  }),
});

/** Locks after a success, with any last attempt. */
export const locks: fc.Arbitrary<Lock> = fc
  .record({
    generation: fc.integer({ min: 1, max: 1000 }),
    approval: fc.option(digest),
    at: time,
    run: word,
    failure: fc.option(fc.record({ stage: word, code: word, error: word })),
    digests: fc.record({ seed_inputs: digest, import_inputs: digest, runtime: digest }),
    seed: seeds,
    dump_set: fc.record({
      digest,
      files: fc.integer({ min: 1, max: 99 }),
      bytes: count,
      rows: count,
      scn: digits,
      exported_at: time,
    }),
    image: fc.record({ repository: word, digest, base: digest, platform: word }),
    reset: count,
  })
  .map(({ at, run, failure, ...lock }): Lock => {
    const common = { generation: lock.generation, approval: lock.approval, at, run };
    const last =
      failure === null
        ? { ...common, outcome: "seeded" as const }
        : { ...common, outcome: "failed" as const, ...failure };
    return { version: 1, database: "hr", ...lock, last_attempt: last };
  });

function isUtf8(text: string): boolean {
  return text.isWellFormed();
}
