import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { noreply } from "../../world/github/state.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

describe("attacks on an approval end in a refused merge", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));

  test("an edit after the approval, even one forged as the bot's", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const { git } = scene.world.github.state;
    const bad = scene.files[CONFIG]!.replace("hired > DATE '2020-01-01'", "1 = 1");
    const before = scene.world.github.state.pulls[0]!.headSha;
    const tree = await git.writeTree(await git.resolve(`${before}^{tree}`), [
      { path: CONFIG, mode: "100644", sha: await git.writeBlob(Buffer.from(bad)) },
    ]);
    const forged = {
      ...noreply({ id: 900_000_007, login: "seedbed[bot]", type: "Bot" }),
      date: scene.world.github.state.now(),
    };
    const sha = await git.writeCommit({
      tree,
      parents: [before],
      author: forged,
      committer: forged,
      message: "Render hr",
    });
    const mallory = person(scene.world.github, "bob");
    await mallory.api("POST", "/git/refs", { ref: "refs/heads/forged", sha });
    expect((await mallory.api("PATCH", "/git/refs/heads/attack", { sha, force: false })).status).toBe(200);
    await scene.settle();
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });

  test("the author's, a committer's and a pusher's own approval", async () => {
    const pull = await scene.open(scene.files, { login: "lin" });
    await person(scene.world.github, "grace").push({
      branch: "attack",
      edits: { [CONFIG]: `${scene.files[CONFIG]!}# reviewed\n` },
    });
    await scene.settle();
    expect((await person(scene.world.github, "lin").review(pull, "APPROVE")).status).toBe(422);
    await scene.approve(pull, "grace");
    expect(scene.summary("dba-approval")).toMatch(/@grace \(.*\) (?:wrote commit|pushed)/);
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });

  test("a commit whose author GitHub does not know", async () => {
    const pull = await scene.open(scene.files);
    const { git } = scene.world.github.state;
    const head = scene.world.github.state.pulls[0]!.headSha;
    const nobody = { name: "x", email: "x@example.org", date: scene.world.github.state.now() };
    const sha = await git.writeCommit({
      tree: (await git.resolve(`${head}^{tree}`))!,
      parents: [head],
      author: nobody,
      committer: nobody,
      message: "more",
    });
    await person(scene.world.github, "bob").api("PATCH", "/git/refs/heads/attack", { sha, force: false });
    await scene.settle();
    await scene.approve(pull);
    expect(scene.summary("dba-approval")).toContain("GitHub cannot tell who wrote commit");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });

  test("a withdrawn approval, and one by somebody who has left the team", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    scene.world.clock.step(1000);
    await person(scene.world.github, "grace").review(pull, "REQUEST_CHANGES");
    await scene.settle();
    expect(scene.summary("dba-approval")).toContain("requested changes");
    await scene.refusedMerge(pull);
    await scene.approve(pull);
    expect(scene.summary("dba-approval")).toContain("this approval counts");
    scene.world.github.state.teams.get("dba")!.delete("grace");
    scene.world.sweep();
    await scene.settle();
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });
});
