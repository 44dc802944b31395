import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SeedbedError } from "../../../src/problem/error.ts";
import { finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

const NOT_UTF8 = Buffer.from([0x2d, 0x2d, 0x20, 0xe4, 0x0a]);
const permitOf = (database: string) => world.show(`environments/${database}/approval.yaml`);

async function expectNothingMore(): Promise<void> {
  expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], cancelled: [], comments: 0 });
}

describe("a database that cannot be read or written does not stop the others", () => {
  test("a request that is not UTF-8 is not permitted, and its pull request says so", async () => {
    const request = await exampleRequest("shop");
    request["environments/shop/scripts/mask.sql"] = NOT_UTF8 as never;
    const shop = await world.merge({ branch: "shop", edits: request });
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [expect.any(String)] });
    expect([await permitOf("hr"), await permitOf("shop")]).toEqual([expect.any(String), null]);
    expect(world.comments(shop)[0]).toMatch(
      /environments\/shop\/scripts\/mask\.sql:\d+:\d+: the file is not UTF-8 text/,
    );
    await expectNothingMore();
  });

  test("a file among the manifests with a name that Seedbed never renders is kept, and reported", async () => {
    await pushPastRuleset(world, "root", { "environments/shop/manifests/old file.yaml": "a: 1\n" });
    const shop = await world.merge({ branch: "shop", edits: await exampleRequest("shop") });
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    await world.reconcile();
    expect([await permitOf("hr"), await permitOf("shop")]).toEqual([expect.any(String), expect.any(String)]);
    expect(await world.show("environments/shop/manifests/old file.yaml")).toBe("a: 1\n");
    expect(world.comments(shop)[0]).toContain("environments/shop/manifests/old file.yaml");
    await expectNothingMore();
  });

  test("an earlier approval.yaml that cannot be read does not count as a permit", async () => {
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    await world.reconcile();
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    const path = "environments/hr/approval.yaml";
    const good = (await world.show(path))!;
    await pushPastRuleset(world, "root", { [path]: NOT_UTF8 as never });
    await pushPastRuleset(world, "root", { [path]: good });
    await world.merge({ branch: "oe", edits: await exampleRequest("oe") });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [expect.any(String)] });
    // The bytes on main differ from the permit's, so a manual run makes the bot read the history of the file.
    await pushPastRuleset(world, "root", { "environments/hr/scripts/mask.sql": "select 1 from dual;\n" });
    await world.people.lin.runWorkflow("provision.yml", { database: "hr", reason: "I read it" });
    await world.reconcile();
    expect(await permitOf("hr")).toMatch(/^generation: 2\ncause: reseed$/m);
  });

  test("a thread that refuses comments does not stop comments in others, nor cancellations", async () => {
    const hr = await world.merge({ branch: "hr", edits: await exampleRequest() });
    await world.reconcile();
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    const oe = await world.merge({ branch: "oe", edits: await exampleRequest("oe") });
    await world.people.eve.runWorkflow("provision.yml", { database: "hr", reason: "mine" });
    // A locked thread, or GitHub's limit of 2,500 comments.
    const full = { method: "POST", path: new RegExp(`issues/${hr}/comments`), times: 9, status: 422 };
    world.github.faults.next(full);
    await expect(world.reconcile()).rejects.toMatchObject({ status: 422 });
    expect(world.github.runs.all.find(({ inputs }) => inputs["reason"] === "mine")?.conclusion).toBe("cancelled");
    expect(world.comments(oe)[0]).toContain("✅ permit signed");
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [expect.any(String)], cancelled: [] });
  });

  test("a run that GitHub does not cancel does not keep the bot from cancelling another", async () => {
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    await world.reconcile();
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    for (const reason of ["one", "two"])
      await world.people.eve.runWorkflow("provision.yml", { database: "hr", reason });
    world.github.faults.next({ method: "POST", path: /cancel$/, times: 1, status: 422 });
    await expect(world.reconcile()).rejects.toMatchObject({ status: 422 });
    expect(world.github.runs.all.map(({ conclusion }) => conclusion)).toEqual(["success", null, "cancelled"]);
    expect(await world.reconcile()).toMatchObject({ cancelled: [expect.any(String)], comments: 0 });
  });

  test("a commit that GitHub refuses stops only its own database, whose comment quotes the refusal", async () => {
    const { git } = world.hub;
    const commitFiles = git.commitFiles.bind(git);
    const refusal = new SeedbedError("github-refused", "GitHub refused a commit on main. HTTP 422: Invalid tree.", {
      fix: "Check environments/shop.",
    });
    git.commitFiles = (change) =>
      change.write.some(({ path }) => path.startsWith("environments/shop/"))
        ? Promise.reject(refusal)
        : commitFiles(change);
    const [shop] = [await world.merge({ branch: "shop", edits: await exampleRequest("shop") })];
    for (const name of ["hr", "oe"]) await world.merge({ branch: name, edits: await exampleRequest(name) });
    await expect(world.reconcile()).rejects.toBe(refusal);
    expect([await permitOf("hr"), await permitOf("oe")]).toEqual([expect.any(String), expect.any(String)]);
    expect(world.github.runs.all).toHaveLength(1);
    expect(world.comments(shop)[0]).toContain("HTTP 422: Invalid tree.");
    const writes = world.github.calls.writes.length;
    await expect(world.reconcile()).rejects.toBe(refusal);
    expect(world.github.calls.writes.length).toBe(writes);
    git.commitFiles = commitFiles;
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], comments: 1 });
    expect(world.comments(shop)[0]).toContain("✅ permit signed");
    await expectNothingMore();
  });

  test("a run that GitHub refuses to start is not said to be started: the comment quotes the refusal, and it is tried again", async () => {
    const hr = await world.merge({ branch: "hr", edits: await exampleRequest() });
    world.github.faults.next({ method: "POST", path: /dispatches$/, times: 1, status: 422 });
    await expect(world.reconcile()).rejects.toThrow("GitHub refused the start of a run. HTTP 422");
    expect(world.github.runs.all).toEqual([]);
    expect(world.comments(hr)[0]).toContain("GitHub refused the start of a run. HTTP 422");
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [expect.any(String)] });
    expect(world.comments(hr)[0]).toContain("⏳ exporting");
    await expectNothingMore();
  });
});
