import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isoSeconds } from "../../world/clock.ts";
import { failedOf, finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld, startMerged } from "./main-scene.ts";
import type { MainWorld } from "./main-world.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMerged();
});
afterEach(() => endMainWorld(world));

/** Runs that ended, of any workflow, by a writer who may push to a branch. */
function addRuns(count: number, path = ".github/workflows/ci.yml"): void {
  const { runs, state } = world.github;
  const eve = state.users.get("eve")!;
  for (let index = 0; index < count; index += 1)
    runs.record(
      {
        event: "push",
        path,
        title: "ci",
        headBranch: "x",
        headSha: "a".repeat(40),
        headRepositoryId: state.repositoryId,
        inputs: {},
        actor: eve,
        triggeringActor: eve,
      },
      [],
    );
  // Nothing that this process has just done hides what GitHub lists.
  world.ports.memory.started.clear();
}

const own = () => world.github.runs.all.filter(({ inputs }) => inputs["database"] === "hr");
const lock = () => world.show("environments/hr/seed.lock.yaml");

describe("a run that hundreds of younger ones stand before", () => {
  const paths = [".github/workflows/ci.yml", ".github/workflows/provision.yml"];
  test.each(paths)("of %s is still in flight: no other is started, and its result is written", async (path) => {
    const run = await takeRun(world);
    for (let look = 0; look < 3; look += 1) {
      addRuns(100, path);
      expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
    }
    await finishRun(world, run);
    addRuns(100, path);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    expect(await lock()).toContain("outcome: seeded");
    expect(own()).toHaveLength(1);
  });

  test("spends its permit when it fails: production is not exported again", async () => {
    await finishRun(world, await takeRun(world), { conclusion: "failure", result: failedOf });
    addRuns(150);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    expect(await lock()).toContain("outcome: failed");
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
  });

  test("counts when it is lost: three and no more", async () => {
    for (let count = 1; count <= 3; count += 1) {
      await finishRun(world, await takeRun(world), { conclusion: "failure", zip: null });
      addRuns(120, paths[count % 2]);
      expect((await world.reconcile()).dispatched).toHaveLength(count < 3 ? 1 : 0);
    }
    expect(own()).toHaveLength(3);
  });

  test("is a DBA's wish also when it repeats an old one, and has the permit that was signed for it", async () => {
    const run = await takeRun(world);
    await finishRun(world, run);
    await world.reconcile();
    run.createdAt = isoSeconds(world.github.clock, -20 * 86_400_000);
    addRuns(130, paths[1]);
    world.github.runs.rerun(run, world.github.state.users.get("grace")!);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], cancelled: [] });
    addRuns(130, paths[1]);
    await finishRun(world, await takeRun(world));
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    expect(await lock()).toMatch(/^generation: 2$/m);
  });

  test("is stopped when it repeats an older one beside an open permit: its result would not be looked for", async () => {
    for (let count = 1; count <= 3; count += 1) {
      await finishRun(world, await takeRun(world), { conclusion: "failure", zip: null });
      await world.reconcile();
    }
    const old = world.github.runs.all[0]!;
    old.createdAt = isoSeconds(world.github.clock, -20 * 86_400_000);
    world.github.runs.rerun(old, world.github.state.users.get("grace")!);
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [String(old.id)] });
    expect(world.comments(1).at(-1)).toContain("it repeats a run that is older than the permit");
  });
});
