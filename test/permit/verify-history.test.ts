import { describe, expect, test } from "vitest";
import { approvalDigest, type Permit } from "../../src/permit/permit.ts";
import type { ApprovalFile } from "../../src/permit/read-permit.ts";
import { type LockCommit, verifyHistory } from "../../src/permit/verify-history.ts";
import { emptyLock, lockAfterFailure, lockAfterSeed } from "../../src/lock/advance-lock.ts";
import type { Lock } from "../../src/lock/lock.ts";
import { digestImportInputs, digestSeedInputs } from "../../src/digests/seed.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { parseLock } from "../../src/lock/parse-lock.ts";
import { exampleFailed, exampleSeeded, exampleVolume } from "../lock/example-lock.ts";
import { examplePermit, exampleRequest, makeKey, signed } from "./example-permit.ts";

const key = makeKey("k1");
const request = exampleRequest;
const seedInputs = digestSeedInputs(exampleSeeded.seed);
const importInputs = digestImportInputs(exampleSeeded.seed);
const seeded = { ...exampleSeeded, digests: { ...exampleSeeded.digests, seedInputs, importInputs } };
const at = "2026-11-22T15:10:00Z";
const repository = "registry.example/dev/hr";
const volume = exampleVolume;

function permitBytes(generation: number, more: Partial<Permit> = {}): Buffer {
  return signed({ ...examplePermit, generation, ...more } as Permit, key);
}

function success(
  before: Lock,
  generation: number,
  approval = permitBytes(generation),
): { lock: Lock; entry: LockCommit } {
  const result = { ...seeded, generation, run: String(generation) };
  const lock = lockAfterSeed(before, { result, approval: approvalDigest(approval), at, repository, volume });
  return { lock, entry: commitOf(lock, approval) };
}

function withVolume(lock: Lock, other: Lock["volume"]): Lock {
  const { volume: _, ...rest } = lock;
  return other === undefined ? rest : { ...rest, volume: other };
}

function failure(before: Lock, generation: number): { lock: Lock; entry: LockCommit } {
  const approval = permitBytes(generation);
  const result = { ...exampleFailed, generation, run: String(generation) };
  const lock = lockAfterFailure(before, { result, approval: approvalDigest(approval), at });
  return { lock, entry: commitOf(lock, approval) };
}

function commitOf(lock: Lock, approval: ApprovalFile | Buffer): LockCommit {
  const commit = `${lock.last_attempt?.generation ?? 0}${lock.reset}`.padEnd(40, "c");
  return {
    commit,
    lock: parseLock(renderLock(lock), "environments/hr/seed.lock.yaml", "hr"),
    unreadable: [],
    approval: Buffer.isBuffer(approval) ? approval.toString("utf8") : approval,
    request,
    keys: [key.settings],
    hadKeys: true,
  };
}

function problemsOf(...commits: LockCommit[]): string[] {
  return verifyHistory({ database: "hr", commits, repositoryId: "812345678" }).map((problem) => problem.what);
}

const first = success(emptyLock("hr"), 1);
const failed = failure(first.lock, 2);
const second = success(failed.lock, 3);

describe("a history", () => {
  test("of a success, a failure, a success and a reset has no problem", () => {
    const reset = commitOf({ ...second.lock, reset: 1 }, second.entry.approval);
    const grown = commitOf(
      withVolume({ ...second.lock, reset: 1 }, { ...volume, size: "50Gi" }),
      second.entry.approval,
    );
    expect(problemsOf(first.entry, failed.entry, second.entry, reset, grown)).toEqual([]);
  });

  test("that begins in the middle has no problem either", () => {
    expect(problemsOf(second.entry)).toEqual([]);
  });

  test("without keys in the settings has no approvals, and a lock that names one is a problem", () => {
    const result = { ...seeded, generation: 1 };
    const lock = lockAfterSeed(emptyLock("hr"), { result, approval: null, at, repository, volume });
    expect(problemsOf({ ...commitOf(lock, null), keys: [], hadKeys: false })).toEqual([]);
    expect(problemsOf({ ...first.entry, keys: [] }).join()).toContain(
      "the lock names an approval, but the settings have no key",
    );
    expect(problemsOf(commitOf(lock, null)).join()).toContain(
      "the lock records a run without an approval, but the settings require one",
    );
  });

  test("has no run without an approval once settings had keys, whatever became of them", () => {
    const lock = lockAfterSeed(emptyLock("hr"), {
      result: { ...seeded, generation: 1 },
      approval: null,
      at,
      repository,
      volume,
    });
    expect(problemsOf({ ...commitOf(lock, null), keys: [] }).join()).toContain("after the keys were removed");
  });

  test("names the commit of every problem", () => {
    const broken = { ...failed.entry, approval: null };
    const [problem] = verifyHistory({ database: "hr", commits: [first.entry, broken], repositoryId: null });
    expect(problem?.what).toMatch(/^commit 20cccccccccc: /);
    expect(problem?.path).toBe("environments/hr/seed.lock.yaml");
  });
});

describe("a broken history", () => {
  const other = makeKey("k1");
  test.each<[string, LockCommit[], string]>([
    ["a generation that falls", [second.entry, first.entry], "decreases from 3 to 1"],
    ["an attempt that falls", [failed.entry, first.entry], "last attempt decreases from 2 to 1"],
    [
      "a request with other bytes",
      [{ ...first.entry, request: { ...request, "scripts/mask.sql": "-- none\n" } }],
      "These files differ from what the permit covers: scripts/mask.sql",
    ],
    [
      "a file that the permit does not cover",
      [{ ...first.entry, request: { ...request, "scripts/more.sql": "" } }],
      "These files differ from what the permit covers: scripts/more.sql",
    ],
    [
      "a file that is gone",
      [{ ...first.entry, request: { "database_config.yaml": "owner: ada\n" } }],
      "These files differ from what the permit covers: scripts/mask.sql",
    ],
    ["a permit of another key", [{ ...first.entry, keys: [other.settings] }], "has an invalid signature for key k1"],
    [
      "a permit that was changed",
      [{ ...first.entry, approval: `#\n${first.entry.approval as string}` }],
      "approval.yaml is not the one that the lock names",
    ],
    ["no permit", [{ ...first.entry, approval: null }], "There is no environments/hr/approval.yaml"],
    [
      "the permit of the run before",
      [first.entry, { ...second.entry, approval: first.entry.approval }],
      "approval.yaml is not the one that the lock names",
    ],
    [
      "a permit of another database",
      [success(emptyLock("hr"), 1, permitBytes(1, { database: "crm" })).entry],
      "The permit is for crm, not for hr",
    ],
    [
      "a permit of another repository",
      [success(emptyLock("hr"), 1, permitBytes(1, { repository: { id: "1", name: "acme/databases" } })).entry],
      "The permit is for the repository 1, not for 812345678",
    ],
    [
      "a permit of another source",
      [success(emptyLock("hr"), 1, permitBytes(1, { source: "crm-prod" })).entry],
      "The permit is for the source crm-prod, but the request names hr-prod",
    ],
    [
      "a permit of another generation",
      [success(emptyLock("hr"), 1, permitBytes(2)).entry],
      "for generation 2, but the lock has 1",
    ],
    [
      "a permit that only applies",
      [success(emptyLock("hr"), 1, applying(1)).entry],
      "The permit only allows applying this request, not an export",
    ],
    [
      "another image without a run",
      [
        first.entry,
        commitOf({ ...first.lock, image: { ...first.lock.image!, platform: "linux/arm64" } }, first.entry.approval),
      ],
      "changed without a new attempt",
    ],
    [
      "a failure that changes the image",
      [
        first.entry,
        commitOf({ ...failed.lock, image: { ...first.lock.image!, platform: "linux/arm64" } }, failed.entry.approval),
      ],
      "a failure changed more",
    ],
    [
      "a reset that falls",
      [commitOf({ ...first.lock, reset: 2 }, first.entry.approval), first.entry],
      "reset decreases from 2 to 0",
    ],
    ...(
      [
        ["shrinks", { ...volume, size: "20Gi" }, "the volume shrinks from 40Gi to 20Gi"],
        ["has another class", { ...volume, class: "fast" }, "the class or the access mode of the volume changes"],
        ["is gone", undefined, "no longer says what the volume is"],
      ] as const
    ).map(
      ([name, other, said]) =>
        [
          `a volume that ${name}`,
          [first.entry, commitOf(withVolume(first.lock, other), first.entry.approval)],
          said,
        ] as [string, LockCommit[], string],
    ),
    [
      "the lock of another database",
      [commitOf({ ...first.lock, database: "crm" }, first.entry.approval)],
      'the lock is for "crm", not for "hr"',
    ],
    [
      "a seed that is not what was decided on",
      [commitOf({ ...first.lock, seed: { ...first.lock.seed!, source: "crm-prod" } }, first.entry.approval)],
      "seed_inputs is not the digest of the lock's seed",
    ],
    [
      "a script that is not what was decided on",
      [
        commitOf(
          { ...first.lock, seed: { ...first.lock.seed!, target: { profile: "free-26ai", charset: "WE8DEC" } } },
          first.entry.approval,
        ),
      ],
      "import_inputs is not the digest of the lock's seed",
    ],
    [
      "a lock that is no lock",
      [{ ...first.entry, lock: parseLock("version: 1\n", "x", "hr") }],
      "must have required property",
    ],
    [
      "a success whose attempt is another",
      [commitOf({ ...second.lock, generation: 2 }, second.entry.approval)],
      "the lock has generation 2",
    ],
  ])("with %s is told", (_, commits, said) => {
    expect(problemsOf(...commits).join("\n")).toContain(said);
  });
});

function applying(generation: number): Buffer {
  const { expires_at: _, ...lasting } = examplePermit;
  return signed({ ...lasting, work: "apply", generation } as Permit, key);
}
