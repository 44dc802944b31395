import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemory } from "../../../bot/observe/main/main-memory.ts";
import { finishRun, takeRun } from "./fake-runner.ts";
import { pushPastRuleset } from "./past-ruleset.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, makeSigningPair, settingsText, startMainWorld, type MainWorld } from "./main-world.ts";

const SETTINGS = ".github/seedbed.yml";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

const publicKey = async () => /public_key: "([^"]+)"/.exec((await world.show(".github/seedbed.yml"))!)![1]!;

describe("a moving main and failures of GitHub", () => {
  test("a merge between look and commit leads to another look: both databases get a permit", async () => {
    await world.merge({ branch: "hr", edits: await exampleRequest("hr") });
    let late: Promise<number> | null = null;
    world.github.faults.onWrite(async ({ path }) => {
      if (late !== null || !path.endsWith("/git/commits")) return;
      late = exampleRequest("crm").then((edits) => world.merge({ branch: "crm", edits }));
      await late;
    });
    expect(await world.reconcile()).toMatchObject({ settled: true });
    world.github.faults.onWrite(null);
    expect(late).not.toBeNull();
    expect(await world.show("environments/hr/approval.yaml")).toMatch(/^generation: 1$/m);
    expect(await world.show("environments/crm/approval.yaml")).toMatch(/^generation: 1$/m);
    const subjects = (await world.history()).filter((line) => line.startsWith("seedbed[bot]"));
    expect(subjects).toEqual(["seedbed[bot]: Permits for 2 databases"]);
    // The source allows one run at a time.
    expect(world.github.runs.all).toHaveLength(1);
  });

  test("answers lost after a write, and errors before it, lead to one commit and one run", async () => {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    world.github.faults.next({ method: "PATCH", path: /git\/refs/, times: 1, status: 502, afterWrite: true });
    world.github.faults.next({ method: "POST", path: /git\/trees/, times: 1, status: 503 });
    world.github.faults.next({ method: "POST", path: /dispatches$/, times: 1, status: 502, afterWrite: true });
    world.github.faults.next({
      method: "GET",
      path: /actions\/runs$/,
      times: 1,
      status: 429,
      headers: { "retry-after": "3" },
    });
    await world.reconcile();
    expect((await world.history()).filter((line) => line.includes("Permit hr"))).toHaveLength(1);
    expect(world.github.runs.all).toHaveLength(1);
    expect(world.comments(pull)).toEqual([expect.stringContaining("⏳ exporting")]);
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
  });

  test("a key that is not in the settings signs nothing", async () => {
    world.ports.signingKey = { id: "k1", privateKey: makeSigningPair().privateKey };
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
    expect(await world.show("environments/hr/approval.yaml")).toBeNull();
    expect(world.logged.join("\n")).toContain("nothing is signed");
  });

  test("removing a leaked key voids its open permit, and the new key signs one for the same reviews", async () => {
    const source = "    stopped: true";
    const keys = [{ id: "k1", publicKey: await publicKey() }];
    await world.merge({
      branch: "stop",
      edits: { ".github/seedbed.yml": settingsText({ keys, source }) },
      by: world.people.root,
    });
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    await world.reconcile();
    const pair = makeSigningPair();
    const settings = settingsText({ keys: [{ id: "k2", publicKey: pair.publicKey }], source });
    await world.merge({ branch: "leak", edits: { ".github/seedbed.yml": settings }, by: world.people.root });
    world.ports.signingKey = { id: "k2", privateKey: pair.privateKey };
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)] });
    expect(await world.show("environments/hr/approval.yaml")).toMatch(/^cause: review$[^]*^signature: k2 /m);
  });

  test("a base changed by a reviewed settings pull request is rebuilt without an export", async () => {
    await seedOnce();
    const keys = [{ id: "k1", publicKey: await publicKey() }];
    const edits = { ".github/seedbed.yml": settingsText({ keys, base: "7" }) };
    const pull = await world.merge({ branch: "base", edits, by: world.people.root });
    world.ports.memory = createMemory();
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [expect.any(String)] });
    const approval = await world.show("environments/hr/approval.yaml");
    expect(approval).toMatch(/^work: image\ngeneration: 2\ncause: rebuild$/m);
    expect(approval).toContain(`settings_pull: "${pull}"`);
    await finishRun(world, await takeRun(world));
    await world.reconcile();
    expect(await world.show("environments/hr/seed.lock.yaml")).toMatch(/^generation: 2$/m);
  });

  test("a base is rebuilt on the review that moved it, whatever else the settings got since", async () => {
    await seedOnce();
    const keys = [{ id: "k1", publicKey: await publicKey() }];
    const before = settingsText({ keys });
    const { root } = world.people;
    // Both branches begin before either is merged, so main's text is that of neither head.
    await root.push({ branch: "note", edits: { [SETTINGS]: `${before}# a note\n` } });
    const pull = await world.merge({
      branch: "base",
      edits: { [SETTINGS]: settingsText({ keys, base: "7" }) },
      by: root,
    });
    await world.merge({ branch: "note", edits: { "NOTES.md": "a note\n" }, by: root, method: "merge" });
    expect(await world.show(SETTINGS)).toBe(`${settingsText({ keys, base: "7" })}# a note\n`);
    world.ports.memory = createMemory();
    await world.reconcile();
    const approval = await world.show("environments/hr/approval.yaml");
    expect(approval).toMatch(/^cause: rebuild$/m);
    expect(approval).toContain(`settings_pull: "${pull}"`);
  });

  test("a base that was pushed past the rules is not rebuilt on the review of a pull request that did not move it", async () => {
    const hr = await seedOnce();
    const keys = [{ id: "k1", publicKey: await publicKey() }];
    const moved = settingsText({ keys, base: "7" });
    const { root } = world.people;
    // The branch has the base too, but main had it before the merge.
    await root.push({ branch: "note", edits: { [SETTINGS]: moved } });
    await root.push({ branch: "note", edits: { [SETTINGS]: settingsText({ keys }) } });
    await pushPastRuleset(world, "root", { [SETTINGS]: moved });
    await root.push({ branch: "note", edits: { [SETTINGS]: `${moved}# a note\n` } });
    await world.merge({ branch: "note", edits: { "NOTES.md": "a note\n" }, by: root, method: "merge" });
    world.ports.memory = createMemory();
    await world.reconcile();
    expect(await world.show("environments/hr/approval.yaml")).not.toMatch(/^cause: rebuild$/m);
    expect(world.comments(hr).join("\n")).toContain(
      "No merged pull request was found that brought the present `bases.free-26ai`",
    );
  });

  test("a base that a merge past the rules brings back is not rebuilt on its old review", async () => {
    const hr = await seedOnce();
    const keys = [{ id: "k1", publicKey: await publicKey() }];
    const { root } = world.people;
    let left = "";
    for (const base of ["7", "6"]) {
      await world.merge({ branch: `base-${base}`, edits: { [SETTINGS]: settingsText({ keys, base }) }, by: root });
      left ||= (await world.hub.git.head("main"))!;
      world.ports.memory = createMemory();
      await seedFromMain();
    }
    const approval = await world.show("environments/hr/approval.yaml");
    expect(approval).toMatch(/^generation: 3\ncause: rebuild$/m);
    await pushPastRuleset(world, "root", { [SETTINGS]: settingsText({ keys, base: "7" }) }, [left]);
    world.ports.memory = createMemory();
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
    expect(await world.show("environments/hr/approval.yaml")).toBe(approval);
    expect(world.comments(hr).join("\n")).toMatch(/Main had other files since #\d+ was merged/);
  });

  async function seedOnce(): Promise<number> {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    await seedFromMain();
    return pull;
  }

  async function seedFromMain(): Promise<void> {
    await world.reconcile();
    await finishRun(world, await takeRun(world));
    await world.reconcile();
  }
});
