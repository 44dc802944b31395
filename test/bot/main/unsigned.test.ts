import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECKS } from "../../../bot/decide/gate/check-names.ts";
import { finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, startMainWorld, writeCheck, type MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

const CONFIG = "environments/hr/database_config.yaml";
const approval = () => world.show("environments/hr/approval.yaml");
const issueComments = () => world.github.state.issues.flatMap(({ number }) => world.comments(number));

async function seed(): Promise<void> {
  await world.reconcile();
  await finishRun(world, await takeRun(world));
  await world.reconcile();
}

async function expectUnsigned(): Promise<void> {
  expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
  expect(await approval()).toBeNull();
  expect(world.github.runs.all.filter(({ status }) => status !== "completed")).toEqual([]);
  // The comment is not repeated.
  expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
}

describe("nothing is signed for", () => {
  test("a request that was pushed to main past the ruleset, until a DBA who did not write it starts a run", async () => {
    await pushPastRuleset(world, "lin", await exampleRequest());
    await expectUnsigned();
    expect(world.github.state.issues.map(({ title }) => title)).toEqual(["Seedbed: hr"]);
    expect(issueComments()).toEqual([expect.stringContaining("without a merged pull request")]);
    const refused = {
      eve: "not among the people",
      ada: "only a DBA of the source",
      lin: "@\u200blin wrote or pushed them",
    };
    for (const [login, why] of Object.entries(refused)) {
      await world.people[login as "eve"].runWorkflow("provision.yml", { database: "hr", reason: "now" });
      expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [expect.any(String)] });
      expect(issueComments().at(-1)).toContain(why);
    }
    await world.people.grace.runWorkflow("provision.yml", { database: "hr", reason: "I read it" });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], cancelled: [] });
    expect(await approval()).toMatch(/^work: export\ngeneration: 1\ncause: reseed$/m);
    // The issue does not go on saying that nothing is permitted.
    expect(issueComments()[0]).toContain("✅ permit signed");
  });

  test("a pull request that was merged while the bot's check was red", async () => {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest(), approved: false });
    await expectUnsigned();
    expect(world.comments(pull)[0]).toContain("merged without a green check seedbed/dba-approval");
  });

  test("a check that turned green after the merge", async () => {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest(), approved: false });
    const { head } = await world.hub.pulls.get(pull);
    world.github.clock.step(5000);
    await writeCheck(world, { head: head.sha, name: CHECKS.approval, green: true });
    await expectUnsigned();
    expect(world.comments(pull)[0]).toContain("merged before seedbed/dba-approval was green");
  });

  test("a review that was withdrawn, or whose author left the team, between merge and signature", async () => {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    world.github.state.teams.get("dba")!.delete("grace");
    await expectUnsigned();
    expect(world.comments(pull)[0]).toContain("@grace is not among the people who may approve");
    world.github.state.teams.get("dba")!.add("grace");
    world.github.state.reviews[0]!.state = "DISMISSED";
    await expectUnsigned();
    expect(world.comments(pull)[0]).toContain("@grace gave an approval that was dismissed");
  });

  test("two pull requests that together result in bytes that nobody reviewed", async () => {
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    const config = (await world.show(CONFIG))!;
    const base = (await world.github.state.git.resolve("refs/heads/main"))!;
    const { ada, grace } = world.people;
    const changes = { one: config.replace("size: 20Gi", "size: 30Gi"), two: config.replace("keep: 3", "keep: 4") };
    const heads: [number, string][] = [];
    for (const [branch, text] of Object.entries(changes)) {
      await ada.push({ branch, edits: { [CONFIG]: text }, from: base });
      const number = await ada.openPull(branch, branch);
      heads.push([number, (await world.hub.pulls.get(number)).head.sha]);
    }
    for (const [number, head] of heads) {
      await writeCheck(world, { head, name: "seedbed/render", green: true });
      world.github.clock.step(1000);
      await grace.review(number, "APPROVE");
      await writeCheck(world, { head, name: CHECKS.approval, green: true });
      expect((await ada.merge(number)).status).toBe(200);
    }
    await expectUnsigned();
    expect(world.comments(heads[1]![0])[0]).toContain("not those that were approved in #3");
  });

  test.each(["squash", "merge"] as const)(
    "an old approval that a merge past the ruleset brings back: %s",
    async (method) => {
      const request = await exampleRequest();
      const old = await world.merge({ branch: "hr", edits: request, method });
      const left = (await world.hub.git.head("main"))!;
      await seed();
      const wide = request[CONFIG]!.replace(/ {6}tables:\n(?: {8}.*\n)+/, "");
      await world.merge({ branch: "wide", edits: { [CONFIG]: wide } });
      await seed();
      const signed = await approval();
      expect(signed).toMatch(/^generation: 2$/m);
      await pushPastRuleset(world, "lin", request, [left]);
      expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
      expect(await approval()).toBe(signed);
      expect(world.comments(old).join()).toContain(`Main had other files since #${old} was merged`);
    },
  );

  test("a request that contains a link", async () => {
    await world.merge({ branch: "hr", edits: await exampleRequest() });
    const { git } = world.github.state;
    const sha = await git.writeBlob(Buffer.from("../../../etc/passwd"));
    const main = (await git.resolve("refs/heads/main"))!;
    const tree = await git.writeTree(`${main}^{tree}`, [
      { path: "environments/hr/scripts/link.sql", mode: "120000", sha },
    ]);
    const who = { name: "x", email: "x@example.org", date: world.github.state.now() };
    const commit = await git.writeCommit({ tree, parents: [main], author: who, committer: who, message: "link" });
    await git.updateRef("refs/heads/main", commit, main);
    await expectUnsigned();
    expect(issueComments()[0]).toContain("link.sql:1:1: this is a symbolic link");
  });
});
