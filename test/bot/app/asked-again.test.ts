import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { noreply } from "../../world/github/state.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

describe("an approved head that moves is asked for again, and the check says why", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));

  const pullOf = (number: number) => scene.world.github.state.pulls.find((pull) => pull.number === number)!;

  async function expectAskedAgain(pull: number, why: RegExp): Promise<void> {
    expect(scene.summary("dba-approval")).toMatch(why);
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    await scene.approve(pull);
    await scene.merge(pull);
  }

  test("by an edit and its exact revert: the tree is the approved one, the head is not", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const ada = person(scene.world.github, "ada");
    const { git } = scene.world.github.state;
    const approved = pullOf(pull).headSha;
    const edited = scene.files[CONFIG]!.replace("hired > DATE '2020-01-01'", "1 = 1");
    await ada.push({ branch: "attack", edits: { [CONFIG]: edited } });
    await scene.settle();
    await ada.push({ branch: "attack", edits: { [CONFIG]: scene.files[CONFIG]! } });
    await scene.settle();
    expect(await git.resolve("attack^{tree}")).toBe(await git.resolve(`${approved}^{tree}`));
    await expectAskedAgain(pull, /@grace \(.*\) approved when the head was [0-9a-f]{12}, not the current one/);
  });

  test("by an edit and its exact revert in one push: GitHub sees the same diff and keeps the approval", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const { git, now } = scene.world.github.state;
    const approved = pullOf(pull).headSha;
    const me = { ...noreply({ id: 1, login: "ada", type: "User" }), date: now() };
    const bad = await git.writeBlob(
      Buffer.from(scene.files[CONFIG]!.replace("DATE '2020-01-01'", "DATE '1900-01-01'")),
    );
    const commit = (tree: string, parent: string) =>
      git.writeCommit({ tree, parents: [parent], author: me, committer: me, message: "x" });
    const edit = await git.writeTree(`${approved}^{tree}`, [{ path: CONFIG, mode: "100644", sha: bad }]);
    const sha = await commit((await git.resolve(`${approved}^{tree}`))!, await commit(edit, approved));
    await person(scene.world.github, "ada").api("PATCH", "/git/refs/heads/attack", { sha, force: false });
    await scene.settle();
    expect(scene.world.github.state.reviews[0]).toMatchObject({ state: "APPROVED", commit: sha });
    await expectAskedAgain(pull, /@grace \(.*\) approved when the head was [0-9a-f]{12}, not the current one/);
  });

  test("by a manifest that somebody edits: the bot restores the approved tree, on a head that nobody has reviewed", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const { git } = scene.world.github.state;
    const approved = pullOf(pull).headSha;
    const edits = { "environments/hr/manifests/network-policy.yaml": "kind: Secret\n" };
    await person(scene.world.github, "bob").push({ branch: "attack", edits });
    await scene.settle();
    expect(await git.resolve("attack^{tree}")).toBe(await git.resolve(`${approved}^{tree}`));
    await expectAskedAgain(pull, /@grace \(.*\) approved when the head was [0-9a-f]{12}, not the current one/);
  });

  test("by another base: nothing is approved there; and back: the approval of what main would get counts again", async () => {
    const { github } = scene.world;
    const ada = person(github, "ada");
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    // The other base has the request already: there, the pull request only adds manifests.
    const sha = (await github.state.git.git(["rev-parse", "attack~1"])).trim();
    await ada.api("POST", "/git/refs", { ref: "refs/heads/other", sha });
    expect((await ada.api("PATCH", `/pulls/${pull}`, { base: "other" })).status).toBe(200);
    await scene.settle();
    expect(scene.summary("dba-approval")).toContain("It targets a branch other than main");
    const head = github.state.checkRuns.filter(({ headSha }) => headSha === pullOf(pull).headSha);
    expect(head.findLast(({ name }) => name === "seedbed/dba-approval")!.conclusion).toBe("action_required");
    await ada.api("PATCH", `/pulls/${pull}`, { base: "main" });
    await scene.settle();
    expect(scene.summary("dba-approval")).toContain("@grace approved");
    await scene.merge(pull);
  });
});
