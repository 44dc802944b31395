import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyRepository } from "../../../src/use-cases/verify.ts";
import { verifyMerges } from "../../../src/use-cases/verify-merges.ts";
import { readFixedTree } from "./git-history.ts";
import { failedOf, finishRun, takeRun } from "./fake-runner.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(async () => {
  expect(world.github.calls.violations).toEqual([]);
  expect(await verifyRepository(readFixedTree(world.github.state.git), "812345678")).toMatchObject({ problems: [] });
  const { problems } = await verifyMerges(readFixedTree(world.github.state.git));
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const writers = new Set((await world.history()).map((line) => line.split(":")[0]));
  expect([...writers].filter((name) => !["ada", "acme", "seedbed[bot]", "root"].includes(name ?? ""))).toEqual([]);
  await world.close();
});

async function mergeAndSeed(): Promise<number> {
  const pull = await world.merge({ branch: "add-hr", edits: await exampleRequest() });
  await world.reconcile();
  await finishRun(world, await takeRun(world));
  await world.reconcile();
  return pull;
}

describe("the life of a request after its merge", () => {
  test("it gets a permit, one run, a lock and a comment, and then nothing more is written", async () => {
    const pull = await world.merge({ branch: "add-hr", edits: await exampleRequest() });
    const first = await world.reconcile();
    expect(first).toMatchObject({ commits: [expect.any(String)], dispatched: [expect.any(String)], settled: true });
    expect(await world.show("environments/hr/approval.yaml")).toMatch(/^work: export\ngeneration: 1\ncause: review$/m);
    expect(world.comments(pull)).toEqual([expect.stringContaining("⏳ exporting")]);
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });

    const run = await takeRun(world);
    await finishRun(world, run);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], comments: 1 });
    const lock = await world.show("environments/hr/seed.lock.yaml");
    expect(lock).toContain("outcome: seeded");
    expect(lock).toContain("repository: registry.example/dev/hr");
    expect(await world.show("environments/hr/manifests/fleet.yaml")).not.toContain("seed pending");
    expect(world.comments(pull)).toEqual([expect.stringContaining("//oracle.seedbed-hr.svc:1521/FREEPDB1")]);
    const before = world.github.calls.writes.length;
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0, settled: true });
    expect(world.github.calls.writes.length).toBe(before);
    expect(await world.history()).toEqual([
      expect.stringMatching(/^seedbed\[bot\]: Seed hr: generation 1, run \d+$/),
      "seedbed[bot]: Permit hr: export, generation 1, approval by grace (#1)",
      "ada: Change add-hr (#1)",
      "acme: Start",
    ]);
  });

  test("a change of parameters is applied without a run", async () => {
    await mergeAndSeed();
    const config = (await world.show("environments/hr/database_config.yaml"))!;
    const edits = { "environments/hr/database_config.yaml": config.replace("open_cursors: 500", "open_cursors: 700") };
    const pull = await world.merge({ branch: "cursors", edits, method: "merge" });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], comments: 1 });
    const approval = (await world.show("environments/hr/approval.yaml"))!;
    expect(approval).toMatch(/^work: apply\ngeneration: 1$/m);
    expect(approval).not.toContain("expires_at");
    expect(world.comments(pull)[0]).toContain("nothing is exported");
    expect(world.github.runs.all).toHaveLength(1);
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
  });

  test("a volume that grows is in the lock at once, which outlives the request", async () => {
    await mergeAndSeed();
    const path = "environments/hr/database_config.yaml";
    const lock = () => world.show("environments/hr/seed.lock.yaml");
    expect(await lock()).toContain("volume: { size: 20Gi, access_mode: ReadWriteOnce }");
    const config = (await world.show(path))!;
    await world.merge({ branch: "grow", edits: { [path]: config.replace("size: 20Gi", "size: 30Gi") } });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    expect(await lock()).toContain("volume: { size: 30Gi, access_mode: ReadWriteOnce }");
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
  });

  test("a failure uses up the permit and is reported with a fix; a DBA's run repeats it", async () => {
    const pull = await world.merge({ branch: "add-hr", edits: await exampleRequest() });
    await world.reconcile();
    await finishRun(world, await takeRun(world), { conclusion: "failure", result: failedOf });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], comments: 1 });
    expect(await world.show("environments/hr/seed.lock.yaml")).toContain("outcome: failed");
    expect(world.comments(pull)[0]).toContain("ORA-39070: Unable to open the log file.");
    expect(world.comments(pull)[0]).toContain("grant read, write on directory SEEDBED_DIR");
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });

    await world.people.lin.runWorkflow("provision.yml", { database: "hr", reason: "granted" });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], cancelled: [] });
    expect(await world.show("environments/hr/approval.yaml")).toMatch(/^work: export\ngeneration: 2\ncause: retry$/m);
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    expect(await world.show("environments/hr/seed.lock.yaml")).toMatch(/^generation: 2$/m);
    expect(world.comments(pull)).toEqual([expect.stringContaining("✅ manifests committed")]);
  });

  test("a DBA can reseed with Run workflow; a writer without permission is refused with a reason, once", async () => {
    const pull = await mergeAndSeed();
    await world.people.eve.runWorkflow("provision.yml", { database: "hr", reason: "please" });
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [expect.any(String)], comments: 1 });
    expect(world.github.runs.all.at(-1)).toMatchObject({ conclusion: "cancelled" });
    expect(world.comments(pull).at(-1)).toContain(
      "started by eve for hr: @eve is not among the people who may reseed from hr-prod",
    );
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [], comments: 0 });

    await world.people.grace.runWorkflow("provision.yml", { database: "hr", reason: "new rows `x`" });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], cancelled: [] });
    const approval = (await world.show("environments/hr/approval.yaml"))!;
    expect(approval).toMatch(/^work: export\ngeneration: 2\ncause: reseed$/m);
    expect(approval).toContain("reason: new rows `x`");
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    expect(await world.show("environments/hr/seed.lock.yaml")).toMatch(/^generation: 2$/m);
  });

  test.each([
    ["hr: x", "y"],
    ["hr", "JIRA-7: new rows"],
    ["hr: ", ""],
  ])(
    "a run with database %j and reason %j could be for another name: it is cancelled with a comment",
    async (database, reason) => {
      const pull = await mergeAndSeed();
      await world.people.grace.runWorkflow("provision.yml", { database, reason });
      expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], cancelled: [expect.any(String)] });
      expect(world.comments(pull).at(-1)).toContain("its title could also be that of another database");
    },
  );

  test("a run for a name that does not exist is left to the Action", async () => {
    await mergeAndSeed();
    await world.people.grace.runWorkflow("provision.yml", { database: "hrr", reason: "typo" });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], cancelled: [], comments: 0 });
  });

  test("a removed request gets no permit, and its lock stays", async () => {
    await mergeAndSeed();
    const gone = { "environments/hr/database_config.yaml": null, "environments/hr/scripts/mask.sql": null };
    await world.merge({ branch: "retire", edits: gone });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
    expect(await world.show("environments/hr/seed.lock.yaml")).toContain("generation: 1");
  });
});
