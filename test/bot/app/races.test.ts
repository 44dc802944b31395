import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noreply } from "../../world/github/state.ts";
import { person } from "../../world/github/person.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

describe("approvals only count for what was reviewed", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));

  test("a rebase with the same patch: GitHub moves the approval to the new head, and a new one is needed", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const { git, pulls, reviews } = scene.world.github.state;
    const before = pulls[0]!.headSha;
    const me = { ...noreply({ id: 1, login: "ada", type: "User" }), date: scene.world.github.state.now() };
    const sha = await git.writeCommit({
      tree: (await git.resolve(`${before}^{tree}`))!,
      parents: [(await git.resolve("refs/heads/main"))!],
      author: me,
      committer: me,
      message: "The same again",
    });
    expect(
      (await person(scene.world.github, "ada").api("PATCH", "/git/refs/heads/attack", { sha, force: true })).status,
    ).toBe(200);
    await scene.settle();
    expect(reviews[0]).toMatchObject({ state: "APPROVED", commit: sha });
    expect(scene.summary("dba-approval")).toMatch(
      /@grace \(.*\) approved when the head was [0-9a-f]{12}, not the current one/,
    );
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    await scene.approve(pull);
    expect((await person(scene.world.github, "ada").merge(pull)).status).toBe(200);
  });

  test("two approved pull requests for one database: the second cannot be merged into bytes that nobody reviewed", async () => {
    const first = await scene.open(scene.files);
    await scene.approve(first);
    expect((await person(scene.world.github, "ada").merge(first)).status).toBe(200);
    const text = scene.files[CONFIG]!;
    const more = text.replace("open_cursors: 500", "open_cursors: 600");
    const other = text.replace("owner: ada", "owner: lin");
    const one = await scene.open({ [CONFIG]: more }, { branch: "one" });
    const two = await scene.open({ [CONFIG]: other }, { branch: "two", login: "bob" });
    await scene.approve(one);
    await scene.approve(two);
    expect((await person(scene.world.github, "ada").merge(one)).status).toBe(200);
    await scene.settle();
    expect(await scene.refusedMerge(two, "bob")).toContain("required status checks are expected");
    expect((await person(scene.world.github, "bob").updateBranch(two)).json["message"]).toContain("merge conflict");
    expect(scene.summary("dba-approval")).toContain("it conflicts with main");
  });

  test("a new database in an approved pull request", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const second = Object.fromEntries(
      Object.entries(scene.files).map(([path, text]) => [path.replace("/hr/", "/hr-two/"), text]),
    );
    await person(scene.world.github, "ada").push({ branch: "attack", edits: second });
    await scene.settle();
    expect(scene.summary("dba-approval")).toContain("`hr`, `hr-two` from `hr-prod`");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });
});
