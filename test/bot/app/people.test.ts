import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deleteAccount, renameTeam } from "../../world/github/accounts.ts";
import { person } from "../../world/github/person.ts";
import { deployKey, otherApp, workflowJob } from "../../world/github/robots.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

const MASK = "environments/hr/scripts/mask.sql";

let scene: Scene;
beforeEach(async () => {
  scene = await startScene({ main: true });
});
afterEach(() => endScene(scene));

const github = () => scene.world.github;
const approval = () => github().state.checkRuns.findLast(({ name }) => name === "seedbed/dba-approval")!;
const more = () => ({ [MASK]: `${scene.files[MASK]}-- more\n` });

async function expectNotApproved(pull: number, why: string): Promise<void> {
  await scene.approve(pull, "grace");
  await scene.approve(pull, "lin");
  expect(approval().conclusion).not.toBe("success");
  expect(approval().summary).toContain(why);
  expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  expect(await scene.show(CONFIG)).toBeNull();
}

describe("a push by an account that stands for several people leaves no review that counts", () => {
  test("a workflow's token", async () => {
    const pull = await scene.open(scene.files);
    expect((await workflowJob(github()).push({ branch: "attack", edits: more() })).pushed).toBe(true);
    await scene.settle();
    await expectNotApproved(pull, "`github-actions[bot]` is no person's account");
  });

  test("another App", async () => {
    const pull = await scene.open(scene.files);
    const app = await otherApp(github(), { id: 99, slug: "renovate", permissions: { contents: "write" } });
    expect((await app.push({ branch: "attack", edits: more() })).pushed).toBe(true);
    await scene.settle();
    await expectNotApproved(pull, "`renovate[bot]` is no person's account");
  });

  test("a deploy key that GitHub names nobody for", async () => {
    const pull = await scene.open(scene.files);
    github().state.deployKeyPushes = "nobody";
    const key = await deployKey(github(), { title: "ci", creator: "bob" });
    expect((await key.push({ branch: "attack", edits: more() })).pushed).toBe(true);
    await scene.settle();
    await expectNotApproved(pull, "GitHub cannot tell who pushed this branch.");
  });

  test("a deploy key that GitHub names its creator for counts as the creator's push", async () => {
    const pull = await scene.open(scene.files);
    const key = await deployKey(github(), { title: "ci", creator: "grace" });
    expect((await key.push({ branch: "attack", edits: more() })).pushed).toBe(true);
    await scene.settle();
    await scene.approve(pull, "grace");
    expect(approval().conclusion).not.toBe("success");
    await scene.approve(pull, "lin");
    await scene.merge(pull);
  });

  test("a person who pushes what such an account has written", async () => {
    const pull = await scene.open(scene.files);
    const author = { name: "bot", email: "41898282+github-actions[bot]@users.noreply.github.com" };
    await person(github(), "ada").push({ branch: "attack", edits: more(), author });
    await scene.settle();
    await expectNotApproved(pull, "is no person's account");
  });
});

describe("accounts and teams that change between approval and merge", () => {
  test("a deleted account of the reviewer: the approval does not count any more", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull, "grace");
    expect(approval().conclusion).toBe("success");
    await deleteAccount(github().state, "grace");
    scene.world.sweep();
    await scene.settle();
    expect(approval().conclusion).not.toBe("success");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });

  test("a deleted account of the author: nobody can tell who wrote it", async () => {
    await person(github(), "bob").push({ branch: "attack", edits: scene.files });
    const pull = await person(github(), "bob").openPull("attack", "Add hr");
    await scene.settle();
    await deleteAccount(github().state, "bob");
    await expectNotApproved(pull, "GitHub cannot tell who");
  });

  test("a team that is renamed: the check names it, and nothing is approved until the settings do", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull, "grace");
    expect(approval().conclusion).toBe("success");
    renameTeam(github().state, "dba", "database-people");
    scene.world.sweep();
    await scene.settle();
    expect(approval().summary).toContain("GitHub does not know the team acme/dba");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  });

  test("a team that is renamed after the merge: nothing is signed, and the comment names it", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull, "grace");
    await scene.bot.close();
    expect(await person(github(), "ada").merge(pull)).toMatchObject({ status: 200 });
    renameTeam(github().state, "dba", "database-people");
    scene.bot = await scene.world.start({ main: true });
    await scene.settle();
    expect(await scene.show("environments/hr/approval.yaml")).toBeNull();
    expect(github().runs.all).toEqual([]);
    expect(JSON.stringify(github().state.comments)).toContain("GitHub does not know the team acme/dba");
  });
});

describe("what the bot needs after a branch is gone", () => {
  test("it reads from its own check: who pushed, though GitHub knows nothing of the branch any more", async () => {
    const pull = await scene.open(scene.files);
    await scene.approve(pull, "grace");
    await scene.bot.close();
    expect(await person(github(), "ada").merge(pull)).toMatchObject({ status: 200 });
    const { state } = github();
    await state.git.git(["update-ref", "-d", "refs/heads/attack"]);
    state.activity.splice(0, state.activity.length, ...state.activity.filter(({ ref }) => !ref.endsWith("/attack")));
    scene.bot = await scene.world.start({ main: true });
    await scene.settle();
    expect(await scene.show("environments/hr/approval.yaml")).toMatch(/^cause: review$/m);
  });
});
