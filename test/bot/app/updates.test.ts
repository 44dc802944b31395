import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Edits } from "../../world/github/person.ts";
import { person } from "../../world/github/person.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

const MASK = "environments/hr/scripts/mask.sql";
const WORKFLOW = ".github/workflows/evil.yml";
const CI = ".github/workflows/ci.yml";

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => endScene(scene));

const pullOf = (number: number) => scene.world.github.state.pulls.find((pull) => pull.number === number)!;
const as = (login: string) => person(scene.world.github, login);
const main = async () => (await scene.world.github.state.git.resolve("refs/heads/main"))!;

/** Something else is merged, so that main is ahead of the branch. */
async function moveMain(edits?: Edits, reviewer = "bob"): Promise<void> {
  const branch = `other-${scene.world.github.state.pulls.length}`;
  await as("lin").push({ branch, edits: edits ?? { "README.md": `${branch}\n` }, from: await main() });
  const other = await as("lin").openPull(branch, "Other");
  await scene.settle();
  await scene.approve(other, reviewer);
  await scene.merge(other, "lin");
}

async function openApproved(): Promise<number> {
  const pull = await scene.open(scene.files);
  await scene.approve(pull);
  expect(check()).toBe("success");
  return pull;
}

function check(): string | null {
  return scene.world.github.state.checkRuns.findLast(({ name }) => name === "seedbed/dba-approval")!.conclusion;
}

async function expectMerged(pull: number, reviewer = "grace"): Promise<void> {
  expect(check()).toBe("success");
  await scene.merge(pull);
  expect(await scene.show(CONFIG)).toBe(scene.files[CONFIG]);
  const approval = scene.world.github.state.reviews.find(({ pull: own }) => own === pull)!;
  expect(approval.user.login).toBe(reviewer);
}

describe("an approval survives an update of the branch that brings nothing but main", () => {
  test.each(["ada", "grace", "bob"])("pressed by %s", async (login) => {
    const pull = await openApproved();
    await moveMain();
    expect(await scene.refusedMerge(pull)).toContain("required status checks are expected");
    const before = pullOf(pull).headSha;
    expect((await as(login).updateBranch(pull)).status).toBe(202);
    await scene.settle();
    expect(pullOf(pull).headSha).not.toBe(before);
    await expectMerged(pull);
  });

  test("merged by hand, and again and again, by several people", async () => {
    const pull = await openApproved();
    for (const login of ["ada", "grace", "lin"]) {
      await moveMain();
      expect((await as(login).push({ branch: "attack", edits: {}, merge: ["main"] })).pushed).toBe(true);
      await scene.settle();
    }
    await expectMerged(pull);
  });

  test("by the bot itself, where auto-merge is on: nobody has to come back", async () => {
    const pull = await scene.open(scene.files);
    expect(await as("ada").autoMerge(pull)).toBeNull();
    await moveMain();
    await scene.approve(pull);
    expect(pullOf(pull)).toMatchObject({ state: "closed", mergedAt: expect.any(String) as string });
    const pushed = scene.world.github.state.activity.filter(({ ref }) => ref === "refs/heads/attack");
    expect(pushed.at(-1)).toMatchObject({ actor: { login: "seedbed[bot]" } });
    expect(await scene.show(CONFIG)).toBe(scene.files[CONFIG]);
  });

  test("where GitHub does not let the bot bring workflows: the comment says what is left to do, and the approval survives that", async () => {
    const pull = await scene.open(scene.files);
    expect(await as("ada").autoMerge(pull)).toBeNull();
    await moveMain({ [CI]: "on: push\n" }, "root");
    await scene.approve(pull);
    expect(pullOf(pull).state).toBe("open");
    const comment = scene.world.github.state.comments.find(({ issue }) => issue === pull)!.body;
    expect(comment).toContain(
      `**Next:** update the branch, with the button or \`gh pr update-branch ${pull}\`, then merge.`,
    );
    await as("ada").updateBranch(pull);
    await scene.settle();
    expect(pullOf(pull)).toMatchObject({ state: "closed", mergedAt: expect.any(String) as string });
  });

  test("while main changes another database, and while the bot commits there", async () => {
    const pull = await openApproved();
    const crm = Object.fromEntries(
      Object.entries(scene.files).map(([path, text]) => [path.replace("/hr/", "/crm/"), text]),
    );
    await as("lin").push({ branch: "crm", edits: crm, from: await main() });
    const other = await as("lin").openPull("crm", "Add crm");
    await scene.settle();
    await scene.approve(other);
    await scene.merge(other, "lin");
    await as("ada").updateBranch(pull);
    await scene.settle();
    await expectMerged(pull);
  });

  test("pressed by the DBA before the approval: it makes the DBA no author, also after another push", async () => {
    const pull = await scene.open(scene.files);
    await moveMain();
    await as("grace").updateBranch(pull);
    await scene.settle();
    await as("ada").push({ branch: "attack", edits: { [MASK]: `${scene.files[MASK]}-- more\n` } });
    await scene.settle();
    await scene.approve(pull, "grace");
    expect(check()).toBe("success");
    await scene.merge(pull);
  });
});

describe("an approval does not survive", () => {
  const expectAskedAgain = async (pull: number) => {
    expect(check()).not.toBe("success");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
  };

  test.each([
    ["a byte of the masking script", { [MASK]: "-- nothing\n" }],
    ["a workflow", { [WORKFLOW]: "on: push\n" }],
    ["a script of its own", { "environments/hr/scripts/more.sql": "SELECT 1 FROM dual;\n" }],
    ["a request for another database", { "environments/crm/database_config.yaml": "kind: none\n" }],
    ["the removal of a file", { [MASK]: null }],
  ])("a merge of main by hand that smuggles %s", async (_name, edits: Edits) => {
    const pull = await openApproved();
    await moveMain();
    expect((await as("ada").push({ branch: "attack", edits, merge: ["main"] })).pushed).toBe(true);
    await scene.settle();
    await expectAskedAgain(pull);
    expect(scene.summary("dba-approval")).toContain("Not approved yet");
  });

  test("a merge of main that keeps an older file of main's", async () => {
    await moveMain({ [CI]: "on: push\n" }, "root");
    const pull = await openApproved();
    await moveMain({ [CI]: "on: workflow_dispatch\n" }, "root");
    await as("ada").push({ branch: "attack", edits: { [CI]: "on: push\n" }, merge: ["main"] });
    await scene.settle();
    await expectAskedAgain(pull);
    expect(scene.summary("dba-approval")).toContain("1 file in `.github/`");
  });

  test("a merge with five parents, whatever they bring", async () => {
    const pull = await openApproved();
    await moveMain();
    const parents: string[] = [await main()];
    for (const name of ["a", "b", "c"]) {
      const { sha } = await as("bob").push({ branch: `side-${name}`, edits: { [`${name}.txt`]: "x\n" } });
      parents.push(sha);
    }
    await as("bob").push({ branch: "attack", edits: {}, parents });
    await scene.settle();
    await expectAskedAgain(pull);
  });

  test("a merge of a branch that is not main, though it brings nothing below environments/", async () => {
    const pull = await openApproved();
    const { sha } = await as("bob").push({ branch: "side", edits: { "b.txt": "x\n" } });
    await as("bob").push({ branch: "attack", edits: {}, merge: [sha] });
    await scene.settle();
    await expectAskedAgain(pull);
  });

  test("a change of the same request on main that the update brings along: nobody has seen both together", async () => {
    await scene.merge(await openApproved());
    const more = `${scene.files[MASK]}-- more\n`;
    await as("ada").push({ branch: "more", edits: { [MASK]: more }, from: await main() });
    const pull = await as("ada").openPull("more", "More");
    await scene.settle();
    await scene.approve(pull);
    await moveMain({ "environments/hr/scripts/other.sql": "SELECT 1 FROM dual;\n" }, "grace");
    expect(scene.summary("dba-approval")).toMatch(/conflicts with main|nobody has seen both together/);
  });
});
