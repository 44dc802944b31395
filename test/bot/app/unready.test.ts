import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => endScene(scene));

const state = () => scene.world.github.state;
const as = (login: string) => person(scene.world.github, login);
const approval = () => state().checkRuns.findLast(({ name }) => name === "seedbed/dba-approval");
const main = async () => (await state().git.resolve("refs/heads/main"))!;

/** A pull request with a branch behind main, as GitHub has to test-merge it. */
async function openBehind(): Promise<number> {
  const start = await main();
  await as("lin").push({ branch: "readme", edits: { "README.md": "more\n" } });
  const other = await as("lin").openPull("readme", "Readme");
  await scene.settle();
  await scene.approve(other, "bob");
  await scene.merge(other, "lin");
  await as("ada").push({ branch: "attack", edits: scene.files, from: start });
  return as("ada").openPull("attack", "Add hr");
}

describe("a test merge that GitHub has not made (yet)", () => {
  test("is waited for, and nothing is said before", async () => {
    state().mergeTests.delay = { stale: 0, unknown: 3 };
    await openBehind();
    await scene.settle();
    expect(approval()?.title).toContain("Not approved yet");
    expect(approval()?.summary).not.toContain("nobody can tell what would be merged");
    expect(scene.world.clock.pauses.length).toBeGreaterThan(0);
  });

  test("is not taken from an earlier base, however long GitHub answers with it", async () => {
    const pull = await openBehind();
    await scene.settle();
    await scene.approve(pull);
    expect(approval()?.conclusion).toBe("success");
    state().mergeTests.delay = { stale: Infinity, unknown: 0 };
    await as("lin").push({ branch: "again", edits: { "README.md": "again\n" }, from: await main() });
    const other = await as("lin").openPull("again", "Again");
    await scene.settle();
    await scene.approve(other, "bob");
    await scene.merge(other, "lin");
    const { json } = await as("ada").api("GET", `/pulls/${pull}`);
    expect(json["mergeable"]).toBe(true);
    scene.world.sweep();
    await scene.settle();
    const head = state().pulls.find(({ number }) => number === pull)!.headSha;
    const last = state().checkRuns.findLast((run) => run.name === "seedbed/dba-approval" && run.headSha === head)!;
    expect(last.title).toBe("What would be merged is not known");
    expect(last.summary).toContain(`\`gh pr update-branch ${pull}\``);
    // The one command mends it also where GitHub never makes the test, and the approval of before survives it.
    expect((await as("ada").updateBranch(pull)).status).toBe(202);
    await scene.settle();
    await scene.merge(pull);
    expect(await scene.show(CONFIG)).toBe(scene.files[CONFIG]);
  });

  test("is red after a bounded wait where GitHub never makes it, and green once it does", async () => {
    state().mergeTests.delay = { stale: 0, unknown: Infinity };
    await openBehind();
    await scene.settle();
    expect(approval()?.title).toBe("What would be merged is not known");
    state().mergeTests.delay = { stale: 0, unknown: 0 };
    scene.world.sweep();
    await scene.settle();
    expect(approval()?.title).toContain("Not approved yet");
  });
});

test("a test merge with another base says nothing of main: nothing is waited for, and the check says which branch it targets", async () => {
  const pull = await openBehind();
  await scene.settle();
  const sha = (await state().git.git(["rev-parse", "main~1"])).trim();
  await as("ada").api("POST", "/git/refs", { ref: "refs/heads/other", sha });
  const pauses = scene.world.clock.pauses.length;
  expect((await as("ada").api("PATCH", `/pulls/${pull}`, { base: "other" })).status).toBe(200);
  await scene.settle();
  expect(approval()?.summary).toContain("It targets a branch other than main");
  expect(scene.world.clock.pauses).toHaveLength(pauses);
});

describe("a head that is gone", () => {
  test("while the bot reads: the next one is judged", async () => {
    const pull = await scene.open(scene.files);
    await as("ada").push({ branch: "attack", edits: { "docs/a.md": "a\n" }, from: await main(), force: true });
    await scene.settle();
    const { headSha } = state().pulls.find(({ number }) => number === pull)!;
    const checks = state().checkRuns.filter((run) => run.headSha === headSha);
    expect(checks.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "success"]);
    expect(approval()?.title).toBe("No approval needed");
  });
});

test("clocks that differ by minutes: only GitHub's times are compared", async () => {
  const pull = await scene.open(scene.files);
  // The commits of somebody whose clock is late, or who says so.
  for (const date of ["2026-11-23T09:00:00Z", "2030-01-01T00:00:00Z"])
    await as("ada").push({ branch: "attack", edits: { "docs/a.md": `${date}\n` }, date });
  await scene.settle();
  await scene.approve(pull);
  expect(approval()?.conclusion).toBe("success");
  await scene.merge(pull);
});
