import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isoSeconds } from "../../world/clock.ts";
import { failedOf, finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld, startMerged } from "./main-scene.ts";
import { PROVISION, type MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

const PATH = ".github/workflows/provision.yml";

let world: MainWorld;
beforeEach(async () => {
  world = await startMerged();
});
afterEach(() => endMainWorld(world));

const ids = () => world.github.runs.all.map(({ id }) => String(id));
const lock = () => world.show("environments/hr/seed.lock.yaml");
const upgrade = (version: number) =>
  world.merge({ branch: `upgrade-${version}`, edits: { [PATH]: `${PROVISION}# version ${version}\n` } });

async function seed(): Promise<string> {
  const run = await takeRun(world);
  await finishRun(world, run);
  await world.reconcile();
  return String(run.id);
}

async function reseed(): Promise<string> {
  await world.people.grace.runWorkflow("provision.yml", { database: "hr", reason: "again" });
  await world.reconcile();
  return seed();
}

/** Finished runs of main's present commit, as many seeds would leave them. */
async function addRuns(count: number): Promise<void> {
  const { runs, state } = world.github;
  const headSha = (await state.git.resolve("refs/heads/main"))!;
  const [run] = runs.all;
  for (let index = 0; index < count; index += 1) runs.record({ ...run!, headSha, title: "seed gone: by hand" }, []);
}

describe("an upgrade of provision.yml", () => {
  test("deletes the runs of the earlier one, so that nobody can repeat them; a new run works and stays", async () => {
    const first = await seed();
    expect(ids()).toEqual([first]);
    await upgrade(2);
    expect(await world.reconcile()).toMatchObject({ removed: [first], commits: [] });
    expect(ids()).toEqual([]);
    expect((await world.people.grace.api("POST", `/actions/runs/${first}/rerun`)).status).toBe(404);
    expect(await lock()).toContain(`run: "${first}"`);
    const second = await reseed();
    expect(await lock()).toMatch(/^generation: 2$/m);
    await world.restart();
    expect(await world.reconcile()).toMatchObject({ removed: [] });
    expect(ids()).toEqual([second]);
    expect(world.logged).toContain(`deleted run ${first}: it is of an earlier ${PATH}`);
  });

  test("deletes none that is working, nor one of a permit that can still be used, before they are done", async () => {
    const lost = await takeRun(world);
    await finishRun(world, lost, { conclusion: "failure", zip: null });
    await world.reconcile();
    const working = await takeRun(world);
    await upgrade(2);
    expect(await world.reconcile()).toMatchObject({ removed: [], dispatched: [] });
    expect(await world.hub.actions.remove(String(working.id))).toBe(false);
    expect(ids()).toEqual([lost, working].map(({ id }) => String(id)));
    // Its result is refused, which is said, and the permit gets its third and last run.
    await finishRun(world, working);
    expect(await world.reconcile()).toMatchObject({ removed: [], dispatched: [expect.any(String)] });
    expect(world.comments(1).join()).toContain(`${PATH} at its commit differs from the one on main now`);
    const last = await takeRun(world);
    await finishRun(world, last);
    expect(await world.reconcile()).toMatchObject({ removed: [String(lost.id), String(working.id)] });
    expect(ids()).toEqual([String(last.id)]);
  });

  test("keeps a failure for a day, because its comment has the fix from it", async () => {
    const run = await takeRun(world);
    await finishRun(world, run, { conclusion: "failure", result: failedOf });
    await world.reconcile();
    await upgrade(2);
    await world.restart();
    expect(await world.reconcile()).toMatchObject({ removed: [] });
    expect(world.comments(1)[0]).toContain("grant read, write on directory SEEDBED_DIR");
  });

  test("that brings an earlier version back keeps its runs, and deletes those in between", async () => {
    const first = await seed();
    await pushPastRuleset(world, "root", { [PATH]: `${PROVISION}# evil\n` });
    await addRuns(1);
    const [, evil] = ids();
    await pushPastRuleset(world, "root", { [PATH]: PROVISION });
    expect(await world.reconcile()).toMatchObject({ removed: [evil] });
    expect(ids()).toEqual([first]);
  });

  test("leaves runs of other branches and workflows alone, and those that are too old to be repeated", async () => {
    await seed();
    const { runs, state } = world.github;
    const [run] = runs.all;
    runs.record({ ...run!, headBranch: "x" }, []);
    runs.record({ ...run!, path: ".github/workflows/ci.yml" }, []);
    runs.record({ ...run!, title: "seed gone: long ago" }, []).createdAt = isoSeconds(state.clock, -40 * 86_400_000);
    await upgrade(2);
    const [first, ...others] = ids();
    expect(await world.reconcile()).toMatchObject({ removed: [first] });
    expect(ids()).toEqual(others);
    const eldest = await world.people.grace.api("POST", `/actions/runs/${others.at(-1)}/rerun`);
    expect([eldest.status, state.pulls.length]).toEqual([403, 2]);
  });

  test("deletes so many in one look, and the rest in the next ones, whatever goes wrong and whoever else does it", async () => {
    await seed();
    await addRuns(60);
    await upgrade(2);
    world.github.faults.next({ method: "DELETE", path: /actions\/runs/, times: 1, status: 502, afterWrite: true });
    await expect(world.reconcile()).rejects.toMatchObject({ status: 502 });
    const counts: number[] = [];
    for (let look = 0; look < 4; look += 1) {
      await world.restart();
      counts.push((await world.reconcile()).removed.length);
    }
    expect(counts).toEqual([25, 25, 10, 0]);
    expect(ids()).toEqual([]);
    expect(await world.hub.actions.remove("1")).toBe(true);
  });
});

test("without an upgrade no run is deleted, and none is read for it", async () => {
  const run = await seed();
  await world.restart();
  const reads = () => world.github.calls.counts["GET /repos/acme/databases/actions/workflows/provision.yml/runs"] ?? 0;
  const before = reads();
  expect(await world.reconcile()).toMatchObject({ removed: [] });
  expect([ids(), reads() - before]).toEqual([[run], 1]);
});
