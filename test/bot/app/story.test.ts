import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bot } from "../../../bot/app.ts";
import { person } from "../../world/github/person.ts";
import { exampleRequest, settle, startWorld, type BotWorld } from "./start-world.ts";

const CONFIG = "environments/hr/database_config.yaml";

describe("a pull request from its first mistake to its merge", () => {
  let world: BotWorld;
  let bot: Bot;
  let pull = 0;
  const files = exampleRequest();

  beforeAll(async () => {
    world = await startWorld();
    bot = await world.start();
  });
  afterAll(() => world.close());

  const head = () => world.github.state.pulls.find(({ number }) => number === pull)!.headSha;
  const check = (name: string, sha = head()) =>
    world.github.state.checkRuns.findLast((run) => run.name === `seedbed/${name}` && run.headSha === sha);
  const sticky = () => world.github.state.comments.filter(({ issue }) => issue === pull);

  test("two mistakes are reported on their lines, and nothing is rendered", async () => {
    const ada = person(world.github, "ada");
    const text = files[CONFIG]!.replace("schemas:", "shcemas:").replace("size: 20Gi", "size: 20 gigabytes");
    await ada.push({ branch: "add-hr", edits: { ...files, [CONFIG]: text } });
    pull = await ada.openPull("add-hr", "Add hr");
    await settle(world, bot);
    const lines = text.split("\n");
    const found = check("validate")!;
    expect(found.conclusion).toBe("failure");
    expect(found.annotations.map(({ path, start_line }) => [path, start_line])).toEqual(
      expect.arrayContaining([
        [CONFIG, lines.findIndex((line) => line.includes("shcemas")) + 1],
        [CONFIG, lines.findIndex((line) => line.includes("gigabytes")) + 1],
      ]),
    );
    expect([check("render")!.conclusion, check("dba-approval")!.conclusion]).toEqual(["failure", "action_required"]);
    expect(sticky()).toHaveLength(1);
    expect(sticky()[0]!.body).toContain("has errors");
    expect((await ada.merge(pull)).status).toBe(405);
  });

  test("once they are fixed, the check passes, one commit adds the manifests, and one comment shows the plan", async () => {
    await person(world.github, "ada").push({ branch: "add-hr", edits: files });
    await settle(world, bot);
    expect([check("validate")!.conclusion, check("render")!.conclusion]).toEqual(["success", "success"]);
    const log = await world.github.state.git.git(["log", "--format=%an", "main..add-hr"]);
    expect(log.trim().split("\n")).toEqual(["seedbed[bot]", "ada", "ada"]);
    const tree = await world.github.state.git.git([
      "ls-tree",
      "-r",
      "--name-only",
      "add-hr",
      "environments/hr/manifests",
    ]);
    expect(tree).toContain("environments/hr/manifests/fleet.yaml");
    expect(sticky()).toHaveLength(1);
    expect(sticky()[0]!.body).toContain("`hr` will be created from `hr-prod`");
    expect(sticky()[0]!.body).toContain("acme/dba");
    expect(world.github.state.pulls[0]!.requestedTeams).toEqual(["dba"]);
  });

  test("reviews by someone who is not a DBA, and by a DBA of an older head, do not count, with the reasons", async () => {
    world.clock.step(1000);
    await person(world.github, "bob").review(pull, "APPROVE");
    await settle(world, bot);
    expect(check("dba-approval")).toMatchObject({ conclusion: "action_required" });
    expect(check("dba-approval")!.summary).toContain("@bob");
    expect(check("dba-approval")!.summary).toContain("not among the people who may approve");
    const older = (await world.github.state.git.git(["rev-parse", "add-hr~1"])).trim();
    await person(world.github, "grace").review(pull, "APPROVE", older);
    await settle(world, bot);
    expect(check("dba-approval")!.summary).toContain(`approved ${older.slice(0, 12)}, not the current head`);
    expect((await person(world.github, "ada").merge(pull)).json["message"]).toContain("seedbed/dba-approval");
    expect((await person(world.github, "ada").push({ branch: "main", edits: files })).pushed).toBe(false);
  });

  test("a DBA's review of this head makes it green, a second look writes nothing, and it merges", async () => {
    await person(world.github, "grace").review(pull, "APPROVE");
    await settle(world, bot);
    expect(check("dba-approval")).toMatchObject({ conclusion: "success", title: "Approved by grace" });
    expect(sticky()[0]!.body).toContain("ready to merge");
    const writes = world.github.calls.writes.length;
    world.sweep();
    await settle(world, bot);
    expect(world.github.calls.writes.slice(writes)).toEqual([]);
    expect((await person(world.github, "ada").merge(pull)).status).toBe(200);
    await settle(world, bot);
    expect(sticky()).toHaveLength(1);
  });

  test("all requests match GitHub's API description, and no secret is logged", () => {
    expect(world.github.calls.violations).toEqual([]);
    const log = world.lines.join("");
    for (const secret of [world.github.app.webhookSecret, "PRIVATE KEY", "ghs_"]) expect(log).not.toContain(secret);
    expect(log).not.toContain('"level":"error"');
    expect(log).not.toContain("reconciliation failed");
  });
});
