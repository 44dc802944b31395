import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemory } from "../../../bot/observe/main/main-memory.ts";
import { finishRun, honestResult, takeRun, zipResult } from "./fake-runner.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, PROVISION, startMainWorld, type MainWorld } from "./main-world.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

const approval = () => world.show("environments/hr/approval.yaml");

describe("a result is not used", () => {
  async function merged(): Promise<number> {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    await world.reconcile();
    return pull;
  }

  test("when another workflow uploads it under the same name", async () => {
    await merged();
    const run = await takeRun(world);
    const account = world.github.state.users.get("eve")!;
    const forged = world.github.runs.start({
      event: "push",
      path: ".github/workflows/evil.yml",
      title: run.title,
      headBranch: "main",
      headSha: run.headSha,
      headRepositoryId: run.headRepositoryId,
      inputs: {},
      actor: account,
      triggeringActor: account,
    });
    await takeRun(world);
    await finishRun(world, forged, { result: (honest) => honest });
    expect(await world.reconcile()).toMatchObject({ commits: [], comments: 1 });
    expect(world.comments(1).at(-1)).toContain("is a run of .github/workflows/evil.yml");
    expect(await world.reconcile()).toMatchObject({ commits: [], comments: 0 });
    await finishRun(world, run);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)] });
  });

  test("when another workflow leaves thirty of them: one comment counts them and shows the latest", async () => {
    await merged();
    const eve = world.github.state.users.get("eve")!;
    const forge = (): string => {
      const where = { event: "push" as const, path: ".github/workflows/ci.yml", title: "ci", headBranch: "x" };
      const whose = { headRepositoryId: world.github.state.repositoryId, actor: eve, triggeringActor: eve, inputs: {} };
      const artifact = { name: "seed-result-1", zip: Buffer.from("x") };
      return String(world.github.runs.record({ ...where, ...whose, headSha: "a".repeat(40) }, [artifact]).id);
    };
    const issue = () => world.comments(world.github.state.issues.at(-1)!.number);
    const first = Array.from({ length: 30 }, forge)[0]!;
    expect(await world.reconcile()).toMatchObject({ commits: [], comments: 1 });
    expect(issue()).toEqual([expect.stringContaining("The results of 30 runs were refused")]);
    expect(
      issue()[0]!
        .split("\n")
        .filter((line) => line.startsWith("- [run")),
    ).toHaveLength(10);
    expect(issue()[0]).not.toContain(`[run ${first}]`);
    expect(await world.reconcile()).toMatchObject({ comments: 0 });
    const last = forge();
    expect(await world.reconcile()).toMatchObject({ comments: 1 });
    expect(issue()).toEqual([expect.stringContaining("The results of 31 runs were refused")]);
    expect(issue()[0]).toContain(`[run ${last}]`);
    world.ports.memory = createMemory();
    expect(await world.reconcile()).toMatchObject({ comments: 0 });
  });

  test("when the workflow ran from a branch in which it was edited", async () => {
    await merged();
    await takeRun(world);
    const edits = { ".github/workflows/provision.yml": `${PROVISION}# upload anything\n` };
    await world.people.eve.push({ branch: "evil", edits });
    await world.people.eve.runWorkflow("provision.yml", { database: "hr", reason: "x" }, "evil");
    const forged = await takeRun(world);
    await finishRun(world, forged);
    expect(await world.reconcile()).toMatchObject({ commits: [], comments: 1 });
    expect(world.comments(1).at(-1)).toContain("it ran on evil, not on main");
    expect(await world.show("environments/hr/seed.lock.yaml")).toBeNull();
  });

  test("when its zip, its seed or its runner is wrong", async () => {
    await merged();
    await finishRun(world, await takeRun(world), {
      result: (honest) => ({ ...honest, seed: { ...honest.seed, scope: [] } }),
    });
    // Refused with a comment; the permit stays open, so the bot starts another run.
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [expect.any(String)] });
    expect(world.comments(1).at(-1)).toContain("its seed is not the one that the request on main describes");
    await finishRun(world, await takeRun(world), { group: "default" });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [expect.any(String)] });
    expect(world.comments(1).at(-1)).toContain("the runner group default, but the settings say seedbed");
    await finishRun(world, await takeRun(world), { zip: () => Promise.resolve(Buffer.from("PK")) });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
    expect(world.comments(1)[0]).toContain("3 runs ended without a usable result");
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
    expect(world.github.runs.all).toHaveLength(3);
  });

  test("of a re-run of an old run: it is cancelled, and its result belongs to a used permit", async () => {
    await merged();
    const run = await takeRun(world);
    await finishRun(world, run);
    await world.reconcile();
    const lock = await world.show("environments/hr/seed.lock.yaml");
    const old = await zipResult(JSON.stringify(await honestResult(world, "hr", run)));
    world.github.runs.rerun(run, world.github.state.users.get("eve")!);
    const taken = await takeRun(world);
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [String(run.id)] });
    await finishRun(world, taken, { zip: () => Promise.resolve(old) });
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [], dispatched: [], comments: 0 });
    expect(await world.show("environments/hr/seed.lock.yaml")).toBe(lock);
  });

  test("when the request changed while it ran: the new permit gets a run of its own", async () => {
    await merged();
    const run = await takeRun(world);
    const path = "environments/hr/database_config.yaml";
    const text = (await world.show(path))!.replace("- name: OE", "- name: OE\n      tables: [{ name: ORDERS }]");
    const honest = await honestResult(world, "hr", run);
    await world.merge({ branch: "orders", edits: { [path]: text } });
    await finishRun(world, run, { result: () => honest });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [expect.any(String)] });
    expect(await approval()).toMatch(/^generation: 2$/m);
    expect(await world.show("environments/hr/seed.lock.yaml")).toBeNull();
    expect(world.comments(1)[0]).toContain("the permit for generation 1 was replaced before any run used it");
    expect(world.comments(1)[0]).toContain("see #2");
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    expect(await world.show("environments/hr/seed.lock.yaml")).toMatch(/^generation: 2$/m);
    expect(world.comments(1)[0]).toContain("see #2");
    expect(world.comments(2)[0]).toContain("✅ manifests committed");
  });
});
