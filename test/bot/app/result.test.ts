import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BYPASS_ISSUE } from "../../../bot/reconcile/audit-pushes.ts";
import { reconcileMainWith } from "../../../bot/reconcile/main.ts";
import { person, type Edits } from "../../world/github/person.ts";
import { CONFIG, startScene, type Scene } from "./scene.ts";
import { exampleRequest, settle } from "./start-world.ts";

const WORKFLOW = ".github/workflows/evil.yml";
const EVIL = "on: push\njobs: { steal: { environment: source-hr-prod } }\n";
const DRAFT = "drafts/ci.yml";
const LINES = Array.from({ length: 30 }, (_, index) => `# line ${index}\n`).join("");

/** Repositories where the shipped ruleset is not (yet) there: heads may be behind main, and merge commits are allowed. */
type Rules = "shipped" | "older" | "queue";

let scene: Scene;
afterEach(async () => {
  expect(scene.world.github.calls.violations).toEqual([]);
  await scene.world.close();
});

const state = () => scene.world.github.state;
const as = (login: string) => person(scene.world.github, login);
const resolve = async (ref: string) => (await state().git.resolve(ref))!;
const mainHas = async (path: string) => (await scene.show(path)) !== null;

async function start(rules: Rules, more: Edits = {}): Promise<void> {
  const files = Object.fromEntries(Object.entries(more).map(([path, text]) => [path, text ?? ""]));
  scene = await startScene({ main: true, github: { files: { "docs/a.md": "a\n", ...files } } });
  if (rules !== "shipped") loosen();
  if (rules === "queue")
    state().ruleset.rules.push({ type: "merge_queue", parameters: { merge_method: "MERGE", min_entries_to_merge: 1 } });
}

/** What the ruleset allowed before a merge's result was judged. */
function loosen(): void {
  for (const { type, parameters = {} } of state().ruleset.rules) {
    if (type === "pull_request") parameters["allowed_merge_methods"] = ["merge", "squash"];
    if (type === "required_status_checks") parameters["strict_required_status_checks_policy"] = false;
  }
}

async function open(branch: string, login = "ada"): Promise<number> {
  const pull = await as(login).openPull(branch, branch);
  await scene.settle();
  return pull;
}

/** Merges a pull request that changes nothing of Seedbed's, as it is allowed. */
async function mergeDocs(pull: number, rules: Rules): Promise<void> {
  await scene.approve(pull, "bob");
  if (rules === "queue") expect(await as("ada").enqueue(pull)).toBeNull();
  else expect(await as("ada").merge(pull, "merge")).toMatchObject({ status: 200 });
  await scene.settle();
  expect(state().pulls.find(({ number }) => number === pull)!.mergedAt).not.toBeNull();
}

/** The first two pull requests show documents alone; the third one's merge brings what neither of its bases is said to lack. */
async function crissCross(evil: Edits, rules: Rules): Promise<number> {
  const ada = as("ada");
  const removed = Object.fromEntries(Object.keys(evil).map((path) => [path, null]));
  const added = await ada.push({ branch: "one", edits: evil });
  await ada.push({ branch: "one", edits: { ...removed, "docs/a.md": "one\n" } });
  const one = await open("one");
  await ada.push({ branch: "two", edits: { "docs/b.md": "b\n" }, from: added.sha, date: "2030-01-01T00:00:00Z" });
  await mergeDocs(one, rules);
  const second = await resolve("refs/heads/two");
  const two = await open("two");
  await ada.push({ branch: "three", edits: { "docs/c.md": "c\n" }, from: second, parents: [await resolve("main")] });
  await mergeDocs(two, rules);
  expect((await state().git.git(["merge-base", "--all", "main", "three"])).trim().split("\n")).toHaveLength(2);
  return open("three");
}

const paths = async (pull: number) => {
  const { json } = await as("ada").api("GET", `/pulls/${pull}/files`);
  return (json as unknown as { filename: string }[]).map(({ filename }) => filename);
};
const alarms = () => {
  const issue = state().issues.find(({ title }) => title === BYPASS_ISSUE)?.number;
  return state()
    .comments.filter(({ issue: number }) => number === issue)
    .map(({ body }) => body);
};

describe.each(["older", "queue"] as const)(
  "a merge that brings what its page does not show, with the %s rules",
  (rules) => {
    test("criss-cross: a workflow", async () => {
      await start(rules);
      const pull = await crissCross({ [WORKFLOW]: EVIL }, rules);
      expect(await paths(pull)).toEqual(["docs/c.md"]);
      expect(scene.summary("dba-approval")).toContain(`- \`${WORKFLOW}\` would change, but this page compares`);
      expect(scene.summary("dba-approval")).toContain(`\`gh pr update-branch ${pull}\``);
      expect(state().comments.at(-1)!.body).toContain(`\`gh pr update-branch ${pull}\``);
      await scene.approve(pull, "root");
      await scene.approve(pull, "bob");
      if (rules === "queue") expect(await as("ada").enqueue(pull)).toContain("seedbed/dba-approval");
      else expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
      expect(await mainHas(WORKFLOW)).toBe(false);
      // The one command that mends it: now the page shows the workflow, and the platform team is asked for it.
      expect((await as("ada").updateBranch(pull)).status).toBe(202);
      await scene.settle();
      expect(await paths(pull)).toContain(WORKFLOW);
      expect(scene.summary("dba-approval")).not.toContain("gh pr update-branch");
      expect(await mainHas(WORKFLOW)).toBe(false);
    });

    test("criss-cross: a whole request, approved by a DBA who was shown documents", async () => {
      await start(rules);
      const pull = await crissCross(exampleRequest(), rules);
      expect(await paths(pull)).toContain("docs/c.md");
      for (const path of Object.keys(exampleRequest())) expect(await paths(pull)).not.toContain(path);
      await scene.approve(pull);
      expect(scene.summary("dba-approval")).toContain(`- \`${CONFIG}\` would change, but this page compares`);
      if (rules === "queue") expect(await as("ada").enqueue(pull)).toContain("seedbed/dba-approval");
      else expect(await scene.refusedMerge(pull)).toContain("seedbed/");
      expect(await mainHas(CONFIG)).toBe(false);
      expect(scene.world.github.runs.all).toEqual([]);
    });

    test("a rename on main, and an older edit of the file under its old name", async () => {
      await start(rules, { [DRAFT]: LINES });
      const older = await resolve("main");
      await as("bob").push({ branch: "move", edits: { [DRAFT]: null, [WORKFLOW]: LINES } });
      await as("ada").push({ branch: "edit", edits: { [DRAFT]: `${LINES}${EVIL}` }, from: older });
      const edit = await open("edit");
      expect(scene.summary("dba-approval")).toContain("needs no approval");
      const move = await open("move", "bob");
      await scene.approve(move, "root");
      if (rules === "queue") {
        expect(await as("ada").enqueue(move)).toBeNull();
        await scene.settle();
      } else await pastRules(move);
      expect(await mainHas(WORKFLOW)).toBe(true);
      await scene.approve(edit, "root");
      expect(scene.summary("dba-approval")).toContain(`- \`${WORKFLOW}\` would change on main, though this branch`);
      if (rules === "queue") expect(await as("ada").enqueue(edit)).toContain("seedbed/dba-approval");
      else expect(await scene.refusedMerge(edit)).toContain("seedbed/dba-approval");
      expect(await scene.show(WORKFLOW)).toBe(LINES);
    });
  },
);

test("with the shipped rules no history leads there: the page of the third one shows the workflow", async () => {
  await start("shipped");
  const ada = as("ada");
  const added = await ada.push({ branch: "one", edits: { [WORKFLOW]: EVIL } });
  await ada.push({ branch: "one", edits: { [WORKFLOW]: null, "docs/a.md": "one\n" } });
  const one = await open("one");
  await scene.approve(one, "bob");
  expect(await ada.merge(one, "merge")).toMatchObject({ status: 405 });
  expect(await ada.merge(one)).toMatchObject({ status: 200 });
  await scene.settle();
  const second = await ada.push({ branch: "two", edits: { "docs/b.md": "b\n" }, from: added.sha });
  await ada.push({
    branch: "three",
    edits: { "docs/c.md": "c\n" },
    from: second.sha,
    parents: [await resolve("main")],
  });
  const three = await open("three");
  expect(await paths(three)).toContain(WORKFLOW);
  expect(scene.summary("dba-approval")).toContain("1 file in `.github/`");
  await scene.approve(three, "bob");
  expect(await scene.refusedMerge(three)).toContain("seedbed/dba-approval");
  expect(await mainHas(WORKFLOW)).toBe(false);
});

/** Merged while nobody required checks: an administrator may always do that. */
async function pastRules(pull: number): Promise<void> {
  const { rules } = state().ruleset;
  const kept = rules.splice(0).filter(({ type }) => type !== "none");
  expect(await as("root").merge(pull, "merge")).toMatchObject({ status: 200 });
  rules.push(...kept);
  await scene.settle();
}

describe("facts of a commit that the requester chose", () => {
  test("its settings and approvers, as an earlier pull request had them for a while, decide nothing", async () => {
    await start("queue");
    const settings = (await scene.show(".github/seedbed.yml"))!;
    const mine = settings.replaceAll(/dba: \{ teams: \[acme\/dba\][^}]*\}/g, "dba: { users: [bob] }");
    expect(mine).not.toBe(settings);
    const { sha } = await as("ada").push({ branch: "one", edits: { ".github/seedbed.yml": mine } });
    await as("ada").push({ branch: "one", edits: { ".github/seedbed.yml": settings, "docs/a.md": "one\n" } });
    await mergeDocs(await open("one"), "queue");
    await as("ada").push({ branch: "hr", edits: exampleRequest(), from: sha });
    const pull = await open("hr");
    await scene.approve(pull, "bob");
    expect(await as("ada").enqueue(pull)).toContain("seedbed/dba-approval");
    expect(scene.summary("dba-approval")).toContain("@bob");
    expect(scene.summary("dba-approval")).toContain("is not among the people who may approve");
    expect(await scene.show(".github/seedbed.yml")).toBe(settings);
  });
});

describe("what is merged all the same", () => {
  beforeEach(() => start("older"));

  const lateBot = async () => {
    const signingKey = { id: "k1", privateKey: createPrivateKey(scene.world.variables["SIGNING_KEY"]!) };
    const log = { info: () => undefined, warn: () => undefined };
    const bot = await scene.world.start({ reconcileMain: reconcileMainWith({ signingKey, log }) });
    await settle(scene.world, bot);
  };

  test("a criss-cross that an administrator merges is an alarm: who, what, where", async () => {
    const pull = await crissCross({ [WORKFLOW]: EVIL }, "older");
    await pastRules(pull);
    expect(await mainHas(WORKFLOW)).toBe(true);
    expect(alarms()).toHaveLength(1);
    expect(alarms()[0]).toContain(`@root merged #${pull} into \`main\``);
    expect(alarms()[0]).toContain(`No approval covers what is on main now at:\n\n- \`${WORKFLOW}\`\n`);
    expect(alarms()[0]).toContain("can read the credentials of every source");
    await lateBot();
    scene.world.sweep();
    await scene.settle();
    expect(alarms()).toHaveLength(1);
  });

  test("a request behind a green check that needed no approval is never signed", async () => {
    const pull = await crissCross(exampleRequest(), "older");
    const { headSha } = state().pulls.find(({ number }) => number === pull)!;
    // As if an earlier bot had judged the page alone.
    for (const name of ["seedbed/validate", "seedbed/render", "seedbed/dba-approval"])
      state().checkRuns.push({
        ...state().checkRuns.at(-1)!,
        id: state().nextId(),
        name,
        headSha,
        conclusion: "success",
      });
    await scene.bot.close();
    scene.world.clock.step(60_000);
    await as("grace").review(pull, "APPROVE");
    expect(await as("ada").merge(pull, "merge")).toMatchObject({ status: 200 });
    expect(await mainHas(CONFIG)).toBe(true);
    await lateBot();
    expect(await mainHas("environments/hr/approval.yaml")).toBe(false);
    expect(scene.world.github.runs.all).toEqual([]);
    expect(alarms()[0]).toContain("- `environments/hr`");
  });

  test("an approved request is no alarm, and is signed", async () => {
    const pull = await scene.open(exampleRequest());
    await scene.approve(pull);
    // The rules are those of an earlier time: approvals say so, and nothing is merged without them.
    expect(scene.summary("dba-approval")).toContain("Neither a merge queue nor up-to-date branches");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    expect(alarms()).toEqual([]);
  });
});
