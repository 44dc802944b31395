import fc from "fast-check";
import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import { digestApplyInputs } from "../../src/digests/apply-inputs.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { compareDigests, type DigestsNow } from "../../src/digests/compare-digests.ts";
import { KEY_TABLE, type DigestName } from "../../src/digests/key-table.ts";
import { digestRequestFiles, listRequestDigests } from "../../src/digests/request-files.ts";
import { digestRuntime } from "../../src/digests/runtime.ts";
import { digestImportInputs, digestSeedInputs, seedOf } from "../../src/digests/seed.ts";
import { REQUEST_BOOK } from "../../src/request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../../src/request/request.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { exampleSettings, readExample, soundRequest } from "../request/read-example.ts";
import { CHANGES, FULL, FULL_FILES, INLINE, offerEverything } from "./every-key.ts";

const SETTINGS = exampleSettings((settings) => {
  settings.policy.inline_sources = true;
  offerEverything(settings);
  // Both sources allow the same, so that a request can move from one to the other.
  for (const source of Object.values(settings.sources)) source.schemas = ["HR", "OE", "PAY"];
});

function parse(
  request: unknown,
  files: Record<string, string> = FULL_FILES,
): { request: DatabaseRequest; files: RequestFiles } {
  const all = { database: "hr", files: { ...files, "database_config.yaml": stringify(request) } };
  return { request: soundRequest(all, SETTINGS), files: all };
}

/** The four digests, the runtime's as the bot knows it: base image and platform. */
function digestsOf(
  { request, files }: { request: DatabaseRequest; files: RequestFiles },
  settings: Settings = SETTINGS,
) {
  const seed = seedOf(request, settings, files);
  const base = settings.bases[request.database.base]!;
  return {
    seed_inputs: digestSeedInputs(seed),
    import_inputs: digestImportInputs(seed),
    runtime: digestRuntime({ base: `sha256:${base.image.split("@sha256:")[1]}`, platform: base.platform, files: {} }),
    apply_inputs: digestApplyInputs(request, files),
  };
}

function changedDigests(before: unknown, after: unknown): DigestName[] {
  const [a, b] = [digestsOf(parse(before)), digestsOf(parse(after))];
  return (Object.keys(a) as DigestName[]).filter((name) => a[name] !== b[name]);
}

describe("the table of keys", () => {
  const leaves = REQUEST_BOOK.keys
    .filter(
      ({ path }) =>
        !REQUEST_BOOK.keys.some(
          (other) => other.path !== path && other.path.startsWith(path) && /^[.[]/.test(other.path.slice(path.length)),
        ),
    )
    .map(({ path }) => path);

  it("has a row for every key of the schema that holds a value, and no other", () => {
    expect(Object.keys(KEY_TABLE).toSorted()).toEqual(leaves.toSorted());
  });

  it("is tested with a change of every key", () => {
    expect(Object.keys(CHANGES).toSorted()).toEqual(leaves.toSorted());
  });

  it.each(leaves)("is right about %s: a change of it changes exactly its digests", (key) => {
    for (const [before, after] of CHANGES[key]!(structuredClone(key in INLINE ? INLINE[key]! : FULL)))
      expect(changedDigests(before, after)).toEqual(KEY_TABLE[key]!.digests);
  });
});

describe("a request with every key", () => {
  it("is read as it stands: nothing lost, nothing added", () => {
    expect(parse(FULL).request).toEqual(FULL);
  });
});

describe("the digests", () => {
  it("do not see the order of keys, nor how the YAML is written", () => {
    const plain = digestsOf(parse(FULL));
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom("block", "flow"), (seed, form) => {
        const shuffled = shuffleKeys(FULL, seed);
        const text = form === "flow" ? JSON.stringify(shuffled) : `# a comment\n${stringify(shuffled, { indent: 4 })}`;
        const files = { database: "hr", files: { ...FULL_FILES, "database_config.yaml": text } };
        expect(digestsOf({ request: soundRequest(files, SETTINGS), files })).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });

  it("do not see the order of schemas, tables, users, tablespaces, roles, codes and namespaces", () => {
    const turned = structuredClone(FULL);
    for (const list of [
      turned.source_database.schemas,
      turned.source_database.schemas[0]!.tables!,
      turned.database.users,
      turned.database.users[0]!.roles,
      turned.database.tablespaces,
      turned.database.import.exclude,
      turned.database.import.allow_codes,
      turned.database.jobs.allow,
      turned.database.access.namespaces,
    ])
      list.reverse();
    expect(changedDigests(FULL, turned)).toEqual([]);
  });

  it("see the order of scripts", () => {
    const files = { ...FULL_FILES, "scripts/b.sql": "COMMIT;\n" };
    const both = (masking: string[]) => ({
      ...FULL,
      database: { ...FULL.database, scripts: { ...FULL.database.scripts, masking } },
    });
    const [a, b] = [
      ["scripts/mask.sql", "scripts/b.sql"],
      ["scripts/b.sql", "scripts/mask.sql"],
    ].map((list) => digestsOf(parse(both(list), files)));
    expect(a!.import_inputs).not.toBe(b!.import_inputs);
    expect(a!.seed_inputs).toBe(b!.seed_inputs);
  });

  it.each([
    ["scripts/mask.sql", "import_inputs"],
    ["scripts/prepare.sql", "import_inputs"],
    ["scripts/after.sql", "apply_inputs"],
  ])("see one changed byte of %s in %s alone", (path, digest) => {
    const before = digestsOf(parse(FULL));
    const after = digestsOf(parse(FULL, { ...FULL_FILES, [path]: `${FULL_FILES[path]} ` }));
    expect(Object.keys(before).filter((name) => before[name as DigestName] !== after[name as DigestName])).toEqual([
      digest,
    ]);
  });

  it("do not see values of a named source that are repeated", () => {
    const repeated = structuredClone(FULL) as typeof FULL & { source_database: { service_name?: string } };
    repeated.source_database.service_name = "HRPDB";
    expect(changedDigests(FULL, repeated)).toEqual([]);
  });

  it("do not see a host that DBAs change in the settings", () => {
    const moved = structuredClone(SETTINGS);
    moved.sources["hr-prod"]!.ssh.host = "db9.example";
    expect(digestsOf(parse(FULL), moved)).toEqual(digestsOf(parse(FULL)));
  });

  it("see a new image of the base in the runtime alone", () => {
    const rebuilt = structuredClone(SETTINGS);
    rebuilt.bases["free-26ai"]!.image = `registry.example/base/free@sha256:${"1".repeat(64)}`;
    const [before, after] = [digestsOf(parse(FULL)), digestsOf(parse(FULL), rebuilt)];
    expect(Object.keys(before).filter((name) => before[name as DigestName] !== after[name as DigestName])).toEqual([
      "runtime",
    ]);
  });

  it("take the bytes of every file of a request, as sha256sum prints them", () => {
    const files = readExample("hr");
    const listed = listRequestDigests(files);
    expect(Object.keys(listed)).toEqual(["database_config.yaml", "scripts/mask.sql"]);
    expect(listed["scripts/mask.sql"]).toBe(digestOfBytes(files.files["scripts/mask.sql"]!));
    expect(listRequestDigests({ database: "x", files: { a: "abc" } })).toEqual({
      a: "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    });
    const renamed = {
      database: "hr",
      files: { ...files.files, "scripts/mask2.sql": files.files["scripts/mask.sql"]! },
    };
    expect(digestRequestFiles(renamed)).not.toBe(digestRequestFiles(files));
  });

  it("see another character set of the target in the import alone", () => {
    const { request, files } = parse(FULL);
    const seed = seedOf(request, SETTINGS, files);
    const other = { ...seed, target: { ...seed.target, charset: "WE8ISO8859P15" } };
    expect(digestSeedInputs(other)).toBe(digestSeedInputs(seed));
    expect(digestImportInputs(other)).not.toBe(digestImportInputs(seed));
  });

  it("refuse to leave out a script that is not there", () => {
    const { request } = parse(FULL);
    expect(() => seedOf(request, SETTINGS, { database: "hr", files: {} })).toThrow(/has no file scripts\//);
  });
});

describe("compareDigests", () => {
  const now: DigestsNow = {
    seed_inputs: "sha256:s",
    import_inputs: "sha256:i",
    runtime: "sha256:r",
    apply_inputs: "sha256:a",
    applied: "sha256:a",
  };
  const image = { repository: "r", digest: "sha256:x", base: "sha256:b", platform: "linux/amd64" } as const;
  const lock = { digests: { seed_inputs: "sha256:s", import_inputs: "sha256:i", runtime: "sha256:r" }, image } as const;

  it.each<[string, Partial<DigestsNow>, string]>([
    ["nothing when nothing changed", {}, "none"],
    ["applying when only that changed", { apply_inputs: "sha256:z" }, "apply"],
    ["applying when nothing was applied yet", { applied: null }, "apply"],
    ["an image when the import changed", { import_inputs: "sha256:z", apply_inputs: "sha256:z" }, "image"],
    ["an image when the runtime changed", { runtime: "sha256:z" }, "image"],
    ["an image when the base changed", { runtime: { base: "sha256:z", platform: "linux/amd64" } }, "image"],
    ["an image when the platform changed", { runtime: { base: "sha256:b", platform: "linux/arm64" } }, "image"],
    [
      "nothing when base and platform are the image's",
      { runtime: { base: "sha256:b", platform: "linux/amd64" } },
      "none",
    ],
    [
      "an export when the data changed, whatever else did",
      { seed_inputs: "sha256:z", import_inputs: "sha256:z" },
      "export",
    ],
  ])("asks for %s", (_name, change, work) => {
    expect(compareDigests(lock, { ...now, ...change })).toBe(work);
  });

  it("asks for an export where there is no lock, or one without a success", () => {
    expect(compareDigests(null, now)).toBe("export");
    expect(compareDigests({}, now)).toBe("export");
  });
});

function shuffleKeys(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((entry) => shuffleKeys(entry, seed));
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).toSorted((a, b) =>
    digestOfBytes(`${seed}${a}`).localeCompare(digestOfBytes(`${seed}${b}`)),
  );
  return Object.fromEntries(keys.map((key) => [key, shuffleKeys((value as Record<string, unknown>)[key], seed)]));
}
