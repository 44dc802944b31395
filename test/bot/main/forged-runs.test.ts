import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finishRun, honestResult, takeRun, zipResult } from "./fake-runner.ts";
import { endMainWorld, startMerged } from "./main-scene.ts";
import { PROVISION, type MainWorld } from "./main-world.ts";

const LOCK = "environments/hr/seed.lock.yaml";
const EVIL = `${PROVISION}# upload anything\n`;
const WORKFLOW = ".github/workflows/provision.yml";

let world: MainWorld;
beforeEach(async () => {
  world = await startMerged();
});
afterEach(() => endMainWorld(world));

/** The run left a perfect result, and main does not take it. */
async function expectRefused(why: string): Promise<void> {
  expect(await world.reconcile()).toMatchObject({ commits: [] });
  expect(await world.show(LOCK)).toBeNull();
  expect(world.comments(1).join("\n")).toContain(why);
}

describe("a run that only looks like provision.yml on main is stopped, and its result is not used", () => {
  /** Eve has a tag at a commit and starts the workflow there: GitHub shows both runs as runs of `main`. */
  async function runTag(sha: string): Promise<void> {
    const { eve } = world.people;
    expect((await eve.api("POST", "/git/refs", { ref: "refs/tags/main", sha })).status).toBe(201);
    const started = await eve.runWorkflow("provision.yml", { database: "hr", reason: "x" }, "refs/tags/main");
    expect(started.status).toBe(200);
    expect(world.github.runs.all.at(-1)).toMatchObject({ headBranch: "main", headSha: sha });
  }

  test("a tag with the name of main at a commit with an edited workflow", async () => {
    const honest = await takeRun(world);
    const { sha } = await world.people.eve.push({ branch: "evil", edits: { [WORKFLOW]: EVIL } });
    await runTag(sha);
    const forged = await takeRun(world);
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [String(forged.id)] });
    expect(world.comments(1).at(-1)).toContain("its commit is not part of main");
    await finishRun(world, forged);
    await expectRefused("its commit is not part of main");
    await finishRun(world, honest);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)] });
    expect(await world.show(LOCK)).toContain(`run: "${honest.id}"`);
  });

  test("a tag at a commit that main contains, between an edit of the workflow and its exact revert", async () => {
    await takeRun(world);
    const { eve } = world.people;
    const { sha } = await eve.push({ branch: "harmless", edits: { [WORKFLOW]: EVIL } });
    await world.merge({
      branch: "harmless",
      edits: { [WORKFLOW]: PROVISION, "README.md": "typo\n" },
      method: "merge",
      by: eve,
    });
    expect(await world.github.state.git.isAncestor(sha, "main")).toBe(true);
    expect(await world.show(WORKFLOW)).toBe(PROVISION);
    await runTag(sha);
    const forged = await takeRun(world);
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [String(forged.id)] });
    await finishRun(world, forged);
    await expectRefused("provision.yml at its commit differs from the one on main now");
  });

  test("main of a fork", async () => {
    await takeRun(world);
    const eve = world.github.state.users.get("eve")!;
    const { headSha, title } = world.github.runs.all[0]!;
    const fork = world.github.runs.start({
      event: "workflow_dispatch",
      path: WORKFLOW,
      title,
      headBranch: "main",
      headSha,
      headRepositoryId: world.github.state.repositoryId + 1,
      inputs: { database: "hr", reason: "x" },
      actor: eve,
      triggeringActor: eve,
    });
    await takeRun(world);
    await finishRun(world, fork);
    await expectRefused("it ran for another repository");
  });

  test("the next attempt, whose result the attempt before has left under its name", async () => {
    const run = await takeRun(world);
    const later = { ...(await honestResult(world, "hr", run)), attempt: 2 };
    await finishRun(world, run, {
      conclusion: "failure",
      name: "seed-result-2",
      zip: () => zipResult(JSON.stringify(later)),
    });
    world.github.clock.step(60_000);
    world.github.runs.rerun(run, world.github.state.users.get("grace")!);
    const again = await takeRun(world);
    await finishRun(world, again, { zip: null });
    await expectRefused("when the job was not running");
  });
});
