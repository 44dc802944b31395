import { afterEach, beforeEach, expect, test } from "vitest";
import { pullFunctions, type PullFunctions } from "../../../bot/decide/pull/pull-functions.ts";
import type { PureCalls } from "../../../bot/pure-calls.ts";
import { person, type Edits } from "../../world/github/person.ts";
import { callHere } from "../call-here.ts";
import { endScene, startScene, type Scene } from "./scene.ts";

const CHECKS = ["seedbed/validate", "seedbed/render", "seedbed/dba-approval"];

/** Threads in which everything about the database `slow` takes too long. */
function slowThreads(): { calls: PureCalls<PullFunctions>; slow: string[] } {
  const there = callHere<PullFunctions>(pullFunctions);
  const slow: string[] = [];
  const call: typeof there.call = (name, input) => {
    if (!JSON.stringify(input).includes("environments/slow/scripts")) return there.call(name, input);
    slow.push(name);
    return Promise.resolve({ failed: "too-slow" });
  };
  return { calls: { ...there, call }, slow };
}

let scene: Scene;
let slow: string[];
beforeEach(async () => {
  const threads = slowThreads();
  slow = threads.slow;
  scene = await startScene({ calls: threads.calls });
});
afterEach(() => endScene(scene));

function requestOf(database: string): Edits {
  return Object.fromEntries(
    Object.entries(scene.files).map(([path, text]) => [path.replace("/hr/", `/${database}/`), text]),
  );
}

/** Conclusions of a commit's latest checks. */
function conclusions(head: string): (string | null)[] {
  const { checkRuns } = scene.world.github.state;
  return CHECKS.map(
    (name) => checkRuns.findLast((run) => run.headSha === head && run.name === name)?.conclusion ?? null,
  );
}

async function headOf(branch: string): Promise<string> {
  return (await scene.world.github.state.git.git(["rev-parse", `refs/heads/${branch}`])).trim();
}

test("a pull request that is not judged in time is red with that reason, and costs nothing more until its head moves", async () => {
  await scene.open(requestOf("slow"), { branch: "slow" });
  const head = await headOf("slow");
  expect(conclusions(head)).toEqual(["failure", "failure", "failure"]);
  expect(scene.summary("validate")).toContain("Judging the pull request takes too much time.");
  const asked = slow.length;
  expect(asked).toBeGreaterThan(0);
  const written = scene.world.github.state.checkRuns.length;
  for (let count = 0; count < 3; count += 1) {
    scene.world.sweep();
    await scene.settle();
  }
  expect([slow.length, scene.world.github.state.checkRuns.length]).toEqual([asked, written]);
  await person(scene.world.github, "ada").push({
    branch: "slow",
    edits: { "environments/slow/scripts/more.sql": "x\n" },
  });
  await scene.settle();
  expect(slow.length).toBeGreaterThan(asked);
  expect(conclusions(await headOf("slow"))).toEqual(["failure", "failure", "failure"]);
  await person(scene.world.github, "ada").push({
    branch: "slow",
    edits: Object.fromEntries(
      [...Object.keys(requestOf("slow")), "environments/slow/scripts/more.sql"].map((path) => [path, null]),
    ),
  });
  await scene.settle();
  expect(conclusions(await headOf("slow"))).toEqual(["success", "success", "success"]);
});

test("others are judged meanwhile", async () => {
  await scene.open(requestOf("slow"), { branch: "slow" });
  await scene.open(requestOf("hr"), { branch: "honest" });
  expect(conclusions(await headOf("honest"))).toEqual(["success", "success", "action_required"]);
});

test("a pull request of more databases than are judged at once is red with that reason, and nothing of it is fetched", async () => {
  const { github } = scene.world;
  const fetched = () => github.calls.counts["GET /repos/acme/databases/git/blobs/{sha}"] ?? 0;
  const before = fetched();
  const names = Array.from({ length: 101 }, (_, number) => `db-${number}`);
  await scene.open(Object.assign({}, ...names.map(requestOf)) as Edits, { branch: "many" });
  expect(conclusions(await headOf("many"))).toEqual(["failure", "failure", "failure"]);
  expect(scene.summary("validate")).toContain("The pull request changes 101 databases.");
  expect(scene.summary("validate")).toContain("To do: Split the pull request.");
  expect(fetched()).toBe(before);
});
