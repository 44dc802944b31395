import { describe, expect, test } from "vitest";
import type { RunFacts } from "../../../../bot/hub/runs.ts";
import { judgeRun, type ExpectedRun, type RunEvidence } from "../../../../bot/decide/main/results/judge-run.ts";

const SHA = "c".repeat(64);

const run: RunFacts = {
  id: "77",
  attempt: 2,
  event: "workflow_dispatch",
  status: "completed",
  conclusion: "success",
  title: "seed hr: approval by grace (#1)",
  path: ".github/workflows/provision.yml@refs/heads/main",
  workflowId: "5",
  headBranch: "main",
  headSha: "a".repeat(40),
  repositoryId: "812345678",
  headRepositoryId: "812345678",
  triggeringActor: { id: "900", login: "seedbed[bot]" },
  referencedWorkflows: 0,
  createdAt: "2026-11-22T14:00:00Z",
  startedAt: "2026-11-22T15:00:00Z",
};

type Job = RunEvidence["jobs"][number];
const plan: Job = {
  name: "plan",
  status: "completed",
  conclusion: "success",
  runnerGroup: "GitHub Actions",
  startedAt: "2026-11-22T15:00:01Z",
  completedAt: "2026-11-22T15:00:09Z",
};
const seed: Job = {
  name: "seed (hr)",
  status: "completed",
  conclusion: "success",
  runnerGroup: "seedbed",
  startedAt: "2026-11-22T15:00:10Z",
  completedAt: "2026-11-22T15:30:00Z",
};
type Artifact = RunEvidence["artifacts"][number];
const artifact: Artifact = {
  id: "9",
  name: "seed-result-2",
  runId: "77",
  createdAt: "2026-11-22T15:29:59Z",
  bytes: 900,
  digest: `sha256:${SHA}`,
  expired: false,
};
const evidence: RunEvidence = {
  run,
  database: "hr",
  onMain: true,
  blobAtHead: "b1",
  jobs: [plan, seed],
  artifacts: [artifact],
  download: { sha256: SHA, document: { ok: true, text: "{}" } },
};
const expected: ExpectedRun = {
  repositoryId: "812345678",
  defaultBranch: "main",
  workflow: { id: "5", path: ".github/workflows/provision.yml", blob: "b1" },
  runnerGroup: "seedbed",
};

const withRun = (more: Partial<RunFacts>): Partial<RunEvidence> => ({ run: { ...run, ...more } });
const withSeed = (more: Partial<Job>): Partial<RunEvidence> => ({ jobs: [plan, { ...seed, ...more }] });
const withArtifact = (more: Partial<Artifact>): Partial<RunEvidence> => ({ artifacts: [{ ...artifact, ...more }] });

describe("a run and its artifact", () => {
  test("gives its document if everything is in order", () => {
    expect(judgeRun(evidence, expected)).toEqual({ kind: "document", text: "{}" });
  });

  test("also gives the document of a failure", () => {
    const failed = { ...withRun({ conclusion: "failure" }), ...withSeed({ conclusion: "failure" }) };
    expect(judgeRun({ ...evidence, ...failed }, expected).kind).toBe("document");
  });

  const refused: [string, Partial<RunEvidence>, string][] = [
    ["of another repository", withRun({ repositoryId: "1" }), "another repository"],
    ["from a fork's branch of the same name", withRun({ headRepositoryId: "1" }), "another repository"],
    ["whose fork is gone", withRun({ headRepositoryId: null }), "another repository"],
    ["of another workflow", withRun({ workflowId: "6" }), "not of .github/workflows/provision.yml"],
    [
      "of a file with another path",
      withRun({ path: ".github/workflows/x.yml" }),
      "is a run of .github/workflows/x.yml",
    ],
    ["that a push started", withRun({ event: "push" }), "started by push"],
    ["on another branch", withRun({ headBranch: "feature" }), "ran on feature"],
    ["on a tag that GitHub shows as no branch", withRun({ headBranch: null }), "ran on null"],
    ["that calls another workflow", withRun({ referencedWorkflows: 1 }), "called other workflows"],
    ["on a tag named main, whose commit is not on main", { onMain: false }, "not part of main"],
    ["of an edited workflow", { blobAtHead: "b2" }, "differs from the one on main now"],
    [
      "of an edit that was reverted in the same pull request",
      { blobAtHead: "b2", onMain: true },
      "differs from the one on main",
    ],
    ["of a commit without the workflow", { blobAtHead: null }, "differs from the one on main"],
    ["with a third job", { jobs: [plan, seed, { ...plan, name: "extra" }] }, "its jobs are plan, seed (hr), extra"],
    ["without a plan", { jobs: [seed] }, "its jobs are seed (hr)"],
    ["that seeded another database", withSeed({ name: "seed (crm)" }), "its jobs are plan, seed (crm)"],
    ["with two jobs of one name", { jobs: [seed, { ...seed }] }, "its jobs are"],
    ["whose job ended otherwise", withSeed({ conclusion: "failure" }), "have different conclusions"],
    ["of another runner group", withSeed({ runnerGroup: "default" }), "runner group default"],
    ["of no runner group", withSeed({ runnerGroup: null }), "runner group null"],
    ["with two artifacts of that name", { artifacts: [artifact, { ...artifact, id: "10" }] }, "2 artifacts"],
    ["with another run's artifact", withArtifact({ runId: "76" }), "belongs to another run"],
    ["with an expired artifact", withArtifact({ expired: true }), "has expired"],
    ["with an artifact above 1 MiB", withArtifact({ bytes: 1024 * 1024 + 1 }), "more than 1 MiB"],
    ["with an artifact from before its job", withArtifact({ createdAt: "2026-11-22T15:00:09Z" }), "was not running"],
    ["with an artifact from after its job", withArtifact({ createdAt: "2026-11-22T15:30:01Z" }), "was not running"],
    ["with an artifact of no time", withArtifact({ createdAt: "" }), "was not running"],
    ["with a job of no end", withSeed({ completedAt: null }), "was not running"],
    [
      "with other bytes than GitHub recorded",
      withArtifact({ digest: `sha256:${"d".repeat(64)}` }),
      "do not match the digest",
    ],
    ["whose artifact has no digest", withArtifact({ digest: null }), "do not match the digest"],
    [
      "with a zip that is wrong",
      { download: { sha256: SHA, document: { ok: false, why: "the zip contains more than one file" } } },
      "more than one file",
    ],
  ];
  test.each(refused)("is refused for a run %s", (_name, change, why) => {
    const judged = judgeRun({ ...evidence, ...change }, expected);
    expect(judged).toEqual({ kind: "refused", why: expect.stringContaining(why) as string });
  });

  const lost: [string, Partial<RunEvidence>][] = [
    ["left nothing", { artifacts: [] }],
    ["left a result of an earlier attempt only", withArtifact({ name: "seed-result-1" })],
    ["was cancelled", withRun({ conclusion: "cancelled" })],
    ["timed out", withRun({ conclusion: "timed_out" })],
  ];
  test.each(lost)("is lost when the run %s", (_name, change) => {
    expect(judgeRun({ ...evidence, ...change }, expected).kind).toBe("lost");
  });
});
