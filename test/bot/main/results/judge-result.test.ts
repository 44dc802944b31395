import { describe, expect, test } from "vitest";
import { judgeResult, type ExpectedResult } from "../../../../bot/decide/main/results/judge-result.ts";
import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import { digestImportInputs, digestSeedInputs } from "../../../../src/digests/seed.ts";
import type { Seeded } from "../../../../src/lock/seed-result.ts";
import { examplePermit } from "../../../permit/example-permit.ts";
import { digestOf, exampleFailed, exampleLock, exampleSeed, exampleSeeded } from "../../../lock/example-lock.ts";

const verdict: JudgedPermit = {
  kind: "open",
  permit: { ...examplePermit, generation: 5 },
  digest: digestOf("b"),
  key: "k1",
  covers: true,
  reasons: [],
};
const expected: ExpectedResult = {
  repositoryId: "812345678",
  run: { id: "78", attempt: 1, conclusion: "success" },
  database: "hr",
  lock: exampleLock,
  verdict,
  seed: exampleSeed,
  base: { image: `registry.example/base/free@${digestOf("6")}`, platform: "linux/amd64", profile: "free-26ai" },
};
const good: Seeded = {
  ...exampleSeeded,
  digests: {
    seedInputs: digestSeedInputs(exampleSeed),
    importInputs: digestImportInputs(exampleSeed),
    runtime: digestOf("7"),
  },
};
const judge = (result: object, more: Partial<ExpectedResult> = {}) =>
  judgeResult(JSON.stringify(result), { ...expected, ...more });

describe("a result", () => {
  test("is accepted if it matches main", () => {
    expect(judge(good)).toEqual({ kind: "seeded", result: good });
  });

  test("is accepted if it is an honest failure", () => {
    const failed = { ...exampleFailed, run: "78" };
    expect(judge(failed, { run: { ...expected.run, conclusion: "failure" } })).toEqual({
      kind: "failed",
      result: failed,
    });
  });

  test("is not written if its permit was replaced", () => {
    const superseded = { ...exampleFailed, run: "78", outcome: "superseded", approval: digestOf("a") };
    expect(judge(superseded, { run: { ...expected.run, conclusion: "failure" } })).toEqual({ kind: "superseded" });
  });

  const refused: [string, object, Partial<ExpectedResult>, string][] = [
    ["no JSON", [], {}, "the seed result"],
    ["an unknown key", { ...good, more: 1 }, {}, "the seed result"],
    ["another version", { ...good, version: 2 }, {}, "the seed result"],
    ["another repository", { ...good, repositoryId: "1" }, {}, "repository 1"],
    ["another run", { ...good, run: "77" }, {}, "run 77"],
    ["another attempt", { ...good, attempt: 2 }, {}, "attempt 2"],
    ["another database", { ...good, database: "crm" }, {}, "is for crm"],
    ["another generation than its permit", { ...good, generation: 6 }, {}, "generation 6"],
    ["success of a run that failed", good, { run: { ...expected.run, conclusion: "failure" } }, "ended as failure"],
    ["failure of a run that succeeded", { ...exampleFailed, run: "78" }, {}, "ended as success"],
    [
      "other data than the request",
      { ...good, seed: { ...exampleSeed, scope: [] } },
      {},
      "not the one that the request",
    ],
    ["another seed_inputs", { ...good, digests: { ...good.digests, seedInputs: digestOf("f") } }, {}, "seed_inputs"],
    [
      "another import_inputs",
      { ...good, digests: { ...good.digests, importInputs: digestOf("f") } },
      {},
      "import_inputs",
    ],
    ["another base", { ...good, image: { ...good.image, base: digestOf("f") } }, {}, "base is"],
    ["another platform", { ...good, image: { ...good.image, platform: "linux/arm64" } }, {}, "platform is"],
    [
      "a seed on a permit to apply",
      good,
      { verdict: { ...verdict, permit: { ...verdict.permit, work: "apply" } } },
      "only allows applying",
    ],
    [
      "a new dump set on a permit for an image",
      good,
      { verdict: { ...verdict, permit: { ...verdict.permit, work: "image" } } },
      "another dump set",
    ],
  ];
  test.each(refused)("is refused for %s", (_name, result, more, why) => {
    expect(judge(result, more)).toEqual({ kind: "refused", why: expect.stringContaining(why) as string });
  });

  const outdated: [string, object, Partial<ExpectedResult>][] = [
    ["the permit was replaced", { ...good, approval: digestOf("a") }, {}],
    [
      "its generation is written already",
      good,
      { lock: { ...exampleLock, last_attempt: { ...exampleLock.last_attempt!, generation: 5 } } },
    ],
    ["the request changed after its permit", good, { verdict: { ...verdict, covers: false } }],
  ];
  test.each(outdated)("is left alone when %s", (_name, result, more) => {
    expect(judge(result, more).kind).toBe("outdated");
  });

  test("may have a new image from the same dump set", () => {
    const image = { ...verdict, permit: { ...verdict.permit, work: "image" as const } };
    expect(judge({ ...good, dumpSet: exampleLock.dump_set }, { verdict: image }).kind).toBe("seeded");
  });
});
