import { afterEach, describe, expect, test } from "vitest";
import { isoSeconds } from "../../world/clock.ts";
import { person } from "../../world/github/person.ts";
import type { CheckRun, Pull } from "../../world/github/state.ts";
import type { Delivery } from "../../world/github/webhooks.ts";
import { finishRun } from "../main/fake-runner.ts";
import type { MainWorld } from "../main/main-world.ts";
import { CONFIG, endScene, startScene, type Scene, type SceneOptions } from "./scene.ts";
import { exampleRequest } from "./start-world.ts";

const NAMES = ["seedbed/validate", "seedbed/render", "seedbed/dba-approval"];
const SCRIPT = "environments/hr/scripts/mask.sql";

let scene: Scene;
afterEach(() => endScene(scene));

/** A scene whose ruleset has a merge queue. */
async function startQueue(parameters: Record<string, unknown> = {}, options: SceneOptions = {}): Promise<void> {
  scene = await startScene({ main: true, ...options });
  const usual = {
    grouping_strategy: "ALLGREEN",
    merge_method: "MERGE",
    min_entries_to_merge: 1,
    max_entries_to_merge: 5,
  };
  scene.world.github.state.ruleset.rules.push({ type: "merge_queue", parameters: { ...usual, ...parameters } });
}

const state = () => scene.world.github.state;
const pullOf = (number: number): Pull => state().pulls.find((pull) => pull.number === number)!;
const main = () => state().git.resolve("refs/heads/main");
const show = (path: string) =>
  state()
    .git.git(["show", `main:${path}`])
    .catch(() => null);
const queued = async () => [...(await state().git.refs())].filter(([ref]) => ref.includes("gh-readonly-queue"));

/** The latest conclusion of each of the three checks of a commit. */
function conclusions(sha: string): (string | null)[] {
  const last = (name: string) => state().checkRuns.findLast((run) => run.headSha === sha && run.name === name);
  return NAMES.map((name) => last(name)?.conclusion ?? null);
}

async function enqueue(...pulls: number[]): Promise<void> {
  for (const pull of pulls) expect(await person(scene.world.github, "ada").enqueue(pull)).toBeNull();
  await scene.settle();
}

/** Heads of all groups that there have been, oldest first. */
function groups(): string[] {
  const asked = scene.world.github.webhooks.deliveries.filter(({ action }) => action === "checks_requested");
  return asked.map(({ body }) => (JSON.parse(body) as { merge_group: { head_sha: string } }).merge_group.head_sha);
}

function renamed(name: string): Record<string, string> {
  const files = Object.entries(exampleRequest());
  return Object.fromEntries(files.map(([path, text]) => [path.replace("/hr/", `/${name}/`), text]));
}

const isAboutGroups = ({ event }: Delivery) => event === "merge_group";

describe("a merge queue", () => {
  test("merges an approved pull request; the permit names it, and one run starts", async () => {
    await startQueue();
    const pull = await scene.open(scene.files);
    expect(await person(scene.world.github, "ada").enqueue(pull)).toContain("dba-approval");
    await scene.approve(pull);
    expect(await scene.refusedMerge(pull)).toContain("merge queue");
    await enqueue(pull);
    const [head] = groups();
    expect(pullOf(pull)).toMatchObject({ state: "closed", mergeCommit: head, mergedAt: expect.any(String) });
    expect(conclusions(head!)).toEqual(["success", "success", "success"]);
    expect(await state().git.isAncestor(head!, "main")).toBe(true);
    expect(await queued()).toEqual([]);
    const found = await person(scene.world.github, "ada").api("GET", `/commits/${head}/pulls`);
    expect(found.json).toEqual([expect.objectContaining({ number: pull, merged_at: pullOf(pull).mergedAt })]);
    const permit = await show("environments/hr/approval.yaml");
    expect(permit).toMatch(/^work: export\ngeneration: 1\ncause: review$/m);
    expect(permit).toContain(`merge: ${head}`);
    expect(scene.world.github.runs.all.map(({ inputs }) => inputs["database"])).toEqual(["hr"]);
  });

  test("a squashing queue", async () => {
    await startQueue({ merge_method: "SQUASH" });
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    await enqueue(pull);
    expect(await show("environments/hr/approval.yaml")).toContain(`merge: ${pullOf(pull).mergeCommit}`);
  });

  test("merges a group of two at once: both databases get their permits", async () => {
    await startQueue({ min_entries_to_merge: 2 });
    const one = await scene.open(scene.files, { branch: "one" });
    const two = await scene.open(renamed("hr-two"), { branch: "two", login: "bob" });
    await scene.approve(one);
    await scene.approve(two);
    await enqueue(one);
    expect(pullOf(one).state).toBe("open");
    await enqueue(two);
    expect([pullOf(one).mergeCommit, pullOf(two).mergeCommit]).toEqual(groups());
    expect(state().activity.filter(({ type }) => type === "merge_queue_merge")).toHaveLength(1);
    for (const database of ["hr", "hr-two"])
      expect(await show(`environments/${database}/approval.yaml`)).toContain("cause: review");
    expect(scene.world.github.runs.all).toHaveLength(1);
  });

  test("one after the other: the bot's commit on main makes GitHub build the second group anew", async () => {
    await startQueue();
    const one = await scene.open(scene.files, { branch: "one" });
    const two = await scene.open(renamed("hr-two"), { branch: "two", login: "bob" });
    await scene.approve(one);
    await scene.approve(two);
    const release = scene.world.github.webhooks.hold();
    await person(scene.world.github, "ada").enqueue(one);
    await person(scene.world.github, "bob").enqueue(two);
    await release();
    await scene.settle();
    expect([pullOf(one).state, pullOf(two).state]).toEqual(["closed", "closed"]);
    expect(await show("environments/hr-two/approval.yaml")).toContain(`merge: ${pullOf(two).mergeCommit}`);
  });

  test("a group that waits loses its green check when the approval is withdrawn, before the next sweep", async () => {
    await startQueue({ min_entries_to_merge: 2 });
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    await enqueue(pull);
    const [head] = groups();
    expect([pullOf(pull).state, conclusions(head!)]).toEqual(["open", ["success", "success", "success"]]);
    await person(scene.world.github, "grace").review(pull, "REQUEST_CHANGES");
    await scene.settle();
    expect(conclusions(head!)).toEqual(["failure", "failure", "failure"]);
  });

  test("a lost webhook: the sweep finds the group", async () => {
    await startQueue();
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const release = scene.world.github.webhooks.hold((all) => all.filter((one) => !isAboutGroups(one)));
    await person(scene.world.github, "ada").enqueue(pull);
    await release();
    await scene.settle();
    expect(conclusions(groups()[0]!)).toEqual([null, null, null]);
    scene.world.sweep();
    await scene.settle();
    expect(conclusions(groups()[0]!)).toEqual(["success", "success", "success"]);
    expect(pullOf(pull).state).toBe("closed");
  });

  test("a pull request from before the latest lock: git merges its manifests, and the group renders to them", async () => {
    await startQueue();
    const first = await scene.open(scene.files, { branch: "first" });
    await scene.approve(first);
    await enqueue(first);
    await finishNextRun();
    const cursors = { [CONFIG]: scene.files[CONFIG]!.replace("open_cursors: 500", "open_cursors: 600") };
    const second = await scene.open(cursors, { branch: "second" });
    await scene.approve(second);
    await person(scene.world.github, "ada").runWorkflow("provision.yml", { database: "hr", reason: "again" });
    await scene.settle();
    await finishNextRun();
    expect(await show("environments/hr/seed.lock.yaml")).toMatch(/^generation: 2$/m);
    await enqueue(second);
    expect(state().mergesRefused).toEqual([]);
    const { mergeCommit, headSha } = pullOf(second);
    const manifests = await state().git.git([
      "diff",
      "--name-only",
      headSha,
      mergeCommit!,
      "--",
      "environments/hr/manifests",
    ]);
    expect(manifests).not.toBe("");
    expect(await show("environments/hr/approval.yaml")).toMatch(/^work: apply$/m);
  });
});

async function finishNextRun(): Promise<void> {
  const { github } = scene.world;
  await finishRun({ github, show } as unknown as MainWorld, await github.runs.take(AbortSignal.timeout(1000)));
  await scene.settle();
}

describe("what nobody approved does not leave the merge queue", () => {
  test("two approved pull requests for one database that git merges into other bytes", async () => {
    await startQueue({}, { github: { files: exampleRequest() } });
    const mask = `${exampleRequest()[SCRIPT]!}-- reviewed\n`;
    const cursors = exampleRequest()[CONFIG]!.replace("open_cursors: 500", "open_cursors: 600");
    const one = await openGreen("one", { [CONFIG]: cursors });
    const two = await openGreen("two", { [SCRIPT]: mask });
    await enqueue(one, two);
    expect(pullOf(one).state).toBe("closed");
    expect(conclusions(groups().at(-1)!)).toEqual(["failure", "failure", "failure"]);
    const last = state().checkRuns.findLast(({ headSha }) => headSha === groups().at(-1));
    expect(last).toMatchObject({ title: "Not in an approved pull request: environments/hr" });
    expect(groups()).toHaveLength(2);
    // When the first is main's, its own check says that nobody has seen both together.
    expect(await person(scene.world.github, "ada").enqueue(two)).toContain("seedbed/dba-approval");
    expect(scene.summary("dba-approval")).toContain(`\`${CONFIG}\` belongs to the same request`);
    // And where somebody queues it past that, the group's.
    await state().queue.add(pullOf(two), state().users.get("root")!);
    await scene.settle();
    expect(groups()).toHaveLength(3);
    expect(conclusions(groups().at(-1)!)).toEqual(["failure", "failure", "failure"]);
    expect(pullOf(two)).toMatchObject({ state: "open", mergedAt: null });
    expect(await show(SCRIPT)).not.toBe(mask);
    expect(state().mergesRefused.at(-1)).toMatchObject({ pull: two, why: expect.stringContaining("CI_FAILURE") });
    expect(await queued()).toEqual([]);
  });

  test("a pull request that somebody queued past its checks", async () => {
    await startQueue();
    const before = await main();
    const pull = await scene.open(scene.files);
    await state().queue.add(pullOf(pull), state().users.get("root")!);
    await scene.settle();
    expect(conclusions(groups()[0]!)).toEqual(["failure", "failure", "failure"]);
    expect(pullOf(pull)).toMatchObject({ state: "open", mergedAt: null });
    expect(await main()).toBe(before);
    expect(await show("environments/hr/approval.yaml")).toBeNull();
    expect(scene.world.github.runs.all).toEqual([]);
  });

  test("such a one in front of an approved one, where GitHub asks for the last group's checks alone", async () => {
    await startQueue({ grouping_strategy: "HEADGREEN", min_entries_to_merge: 2 });
    const before = await main();
    const bad = await scene.open(scene.files, { branch: "bad" });
    const good = await scene.open(renamed("hr-two"), { branch: "good", login: "bob" });
    await scene.approve(good);
    const release = scene.world.github.webhooks.hold();
    await state().queue.add(pullOf(bad), state().users.get("root")!);
    expect(await person(scene.world.github, "bob").enqueue(good)).toBeNull();
    await release();
    await scene.settle();
    expect(conclusions(groups()[1]!)).toEqual(["failure", "failure", "failure"]);
    expect(await main()).toBe(before);
    expect([pullOf(bad).state, pullOf(good).state]).toEqual(["open", "open"]);
  });

  test("a withdrawn approval while the group waits", async () => {
    await startQueue();
    const pull = await scene.open(scene.files);
    await scene.approve(pull);
    const release = scene.world.github.webhooks.hold((all) => all.filter((one) => !isAboutGroups(one)));
    expect(await person(scene.world.github, "ada").enqueue(pull)).toBeNull();
    scene.world.clock.step(1000);
    await person(scene.world.github, "grace").review(pull, "REQUEST_CHANGES");
    await release();
    await scene.settle();
    scene.world.sweep();
    await scene.settle();
    expect(conclusions(groups()[0]!)).toEqual(["failure", "failure", "failure"]);
    expect(pullOf(pull).state).toBe("open");
  });

  test("a webhook that names the group itself as its base, and one that names no group", async () => {
    await startQueue();
    const pull = await scene.open(scene.files);
    const { webhooks } = scene.world.github;
    const lose = webhooks.hold(() => []);
    await state().queue.add(pullOf(pull), state().users.get("root")!);
    const real = webhooks.deliveries.findLast(isAboutGroups)!;
    await lose();
    const payload = JSON.parse(real.body) as { merge_group: Record<string, string> };
    const [head, own] = [groups()[0]!, pullOf(pull).headSha];
    const before = conclusions(own);
    expect(before).toEqual(["success", "success", "action_required"]);
    for (const sha of [head, own])
      webhooks.send("merge_group", {
        ...payload,
        merge_group: { ...payload.merge_group, head_sha: sha, base_sha: sha },
      });
    await scene.settle();
    expect(conclusions(head)).toEqual(["failure", "failure", "failure"]);
    expect(conclusions(own)).toEqual(before);
    expect(pullOf(pull).state).toBe("open");
  });

  test("a branch of the queue that is a pull request's own head: the pull request's checks stand", async () => {
    await startQueue();
    const pull = await scene.open(scene.files);
    const own = pullOf(pull).headSha;
    const before = state()
      .checkRuns.filter(({ headSha }) => headSha === own)
      .map((run) => ({ ...run }));
    await state().git.updateRef("refs/heads/gh-readonly-queue/main/pr-1-x", own, null);
    scene.world.sweep();
    await scene.settle();
    expect(state().checkRuns.filter(({ headSha }) => headSha === own)).toEqual(before);
  });
});

/** An approved pull request without the manifests, whose digest of the request would make git refuse to merge a second one. */
async function openGreen(branch: string, edits: Record<string, string>): Promise<number> {
  const { github } = scene.world;
  github.webhooks.setUrl(null);
  await person(github, "ada").push({ branch, edits });
  const pull = await person(github, "ada").openPull(branch, branch);
  for (const name of NAMES) state().checkRuns.push(greenCheck(pullOf(pull).headSha, name));
  await person(github, "grace").review(pull, "APPROVE");
  github.webhooks.setUrl(scene.bot.url);
  scene.world.sweep();
  await scene.settle();
  expect(conclusions(pullOf(pull).headSha)).toEqual(["success", "success", "success"]);
  return pull;
}

function greenCheck(headSha: string, name: string): CheckRun {
  const at = isoSeconds(scene.world.clock, -10_000);
  const texts = { externalId: "earlier", title: "Up to date", summary: "Up to date", text: null, detailsUrl: null };
  const times = { startedAt: at, completedAt: at, status: "completed", conclusion: "success" };
  return {
    id: state().nextId(),
    name,
    headSha,
    appId: state().app.id,
    annotations: [],
    rerequested: false,
    ...texts,
    ...times,
  };
}
