import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { noreply } from "../../world/github/state.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

describe("attacks through files, settings and rules end in a refused merge", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));

  test("checks of another App or of a workflow with the names of the bot's checks", async () => {
    const pull = await scene.open({ ...scene.files, [CONFIG]: "owner: ada\n" });
    const head_sha = scene.world.github.state.pulls[0]!.headSha;
    const token = scene.world.github.tokens.forJob(1, { checks: "write" });
    for (const name of ["validate", "render", "dba-approval"])
      await fetch(`${scene.world.github.url}/repos/acme/databases/check-runs`, {
        method: "POST",
        headers: { authorization: `token ${token}` },
        body: JSON.stringify({
          name: `seedbed/${name}`,
          head_sha,
          conclusion: "success",
          output: { title: "t", summary: "s" },
        }),
      });
    await scene.approve(pull);
    expect(await scene.refusedMerge(pull)).toContain("seedbed/validate");
  });

  test("settings that make the author an approver, or a workflow that reads the credentials, need the platform team", async () => {
    const settings = await scene.world.github.state.git.git(["show", "main:.github/seedbed.yml"]);
    const mine = settings.replace("dba: { teams: [acme/dba], required: 1 }", "dba: { users: [bob], required: 1 }");
    expect(mine).not.toBe(settings);
    const pull = await scene.open({
      ...scene.files,
      ".github/seedbed.yml": mine,
      ".github/workflows/steal.yml": "on: push\njobs: {}\n",
    });
    await scene.approve(pull, "bob");
    expect(scene.summary("dba-approval")).toContain("settings of the source `hr-prod`");
    await scene.refusedMerge(pull);
    await scene.approve(pull, "grace");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    await scene.approve(pull, "root");
    expect((await person(scene.world.github, "ada").merge(pull)).status).toBe(200);
  });

  test("links, submodules and executable files are refused, and the bot does not overwrite them", async () => {
    const { git } = scene.world.github.state;
    const pull = await scene.open(scene.files);
    const head = scene.world.github.state.pulls[0]!.headSha;
    const link = await git.writeBlob(Buffer.from("../../../.github/seedbed.yml"));
    const tree = await git.writeTree(await git.resolve(`${head}^{tree}`), [
      { path: "environments/hr/scripts/mask.sql", mode: "120000", sha: link },
      { path: "environments/hr/scripts/more.sql", mode: "160000", sha: head },
    ]);
    const me = { ...noreply({ id: 1, login: "ada", type: "User" }), date: scene.world.github.state.now() };
    const sha = await git.writeCommit({ tree, parents: [head], author: me, committer: me, message: "links" });
    await person(scene.world.github, "ada").api("PATCH", "/git/refs/heads/attack", { sha, force: false });
    await scene.settle();
    expect(scene.summary("validate")).toContain("is a symbolic link");
    expect(scene.summary("validate")).toContain("is a submodule");
    await scene.approve(pull);
    expect(await scene.refusedMerge(pull)).toContain("seedbed/validate");
    expect(scene.world.github.state.pulls[0]!.headSha).toBe(sha);
  });

  test("an edited lock and a forged approval are reset to what main has", async () => {
    const pull = await scene.open({
      ...scene.files,
      "environments/hr/seed.lock.yaml": "version: 1\ndatabase: hr\ngeneration: 9\napproval: null\nreset: 0\n",
      "environments/hr/approval.yaml": "version: 1\n",
    });
    const tree = await scene.world.github.state.git.git(["ls-tree", "-r", "--name-only", "attack", "environments/hr"]);
    expect(tree).not.toContain("seed.lock.yaml");
    expect(tree).not.toContain("approval.yaml");
    expect(scene.world.github.state.checkRuns.findLast(({ name }) => name === "seedbed/render")!.conclusion).toBe(
      "success",
    );
    await scene.refusedMerge(pull);
  });

  test("missing branch rules are reported, and nothing is approved", async () => {
    const pull = await scene.open(scene.files);
    const rule = scene.world.github.state.ruleset.rules.find(({ type }) => type === "pull_request")!;
    Object.assign(rule.parameters!, { allowed_merge_methods: ["merge", "squash"] });
    await scene.approve(pull);
    expect(scene.summary("dba-approval")).toContain("Other merges than squash are allowed");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });
});
