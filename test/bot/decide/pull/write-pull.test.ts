import { expect, test } from "vitest";
import { SeedbedError } from "../../../../src/problem/error.ts";
import type { Hub } from "../../../../bot/hub/hub.ts";
import type { CheckOutput } from "../../../../bot/hub/checks.ts";
import { CHECKS } from "../../../../bot/decide/gate/check-names.ts";
import { writePull } from "../../../../bot/write/write-pull.ts";
import { buildState, exampleFiles } from "./build-state.ts";

test("a pull request whose adoption GitHub refuses has its checks all the same, and the comment does not call it adopted", async () => {
  const refusal = new SeedbedError("github-refused", "GitHub refused the branch seedbed/adopt-1.", {
    fix: "Allow it.",
  });
  const written: string[] = [];
  const hub = {
    git: { createBranch: () => Promise.reject(refusal) },
    checks: { write: (_commit: string, { name }: CheckOutput) => Promise.resolve(written.push(name)) },
    pulls: { writeComment: () => Promise.resolve(written.push("comment")) },
  } as unknown as Hub;
  const check = { name: CHECKS.validate, conclusion: "success" as const, externalId: "", title: "", summary: "" };
  const change = { branch: "seedbed/adopt-1", message: "Adopt", write: [], remove: ["a"] };
  const outputs = {
    checks: [{ ...check, annotations: [] }],
    commit: null,
    comment: "adopted",
    requestTeams: [],
    update: false,
    adopt: { comment: "5", change },
  };
  await expect(writePull(hub, await buildState({ head: exampleFiles() }), outputs)).rejects.toBe(refusal);
  expect(written).toEqual([CHECKS.validate]);
});
