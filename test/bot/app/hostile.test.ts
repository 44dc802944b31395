import { afterEach, expect, test } from "vitest";
import { openWorkerPool } from "../../../bot/adapters/worker-pool.ts";
import { pullFunctions, type PullFunctions } from "../../../bot/decide/pull/pull-functions.ts";
import type { PureCalls } from "../../../bot/pure-calls.ts";
import { person } from "../../world/github/person.ts";
import { callHere } from "../call-here.ts";
import { endScene, startScene, type Scene } from "./scene.ts";

let scene: Scene;
afterEach(() => endScene(scene));

const MASK = "environments/hr/scripts/mask.sql";
const github = () => scene.world.github;
const headOf = (pull: number) => github().state.pulls.find(({ number }) => number === pull)!.headSha;
const checksOf = (pull: number) =>
  github()
    .state.checkRuns.filter(({ headSha }) => headSha === headOf(pull))
    .map(({ name, conclusion, title }) => `${name}: ${conclusion}: ${title}`);

const RED = ["seedbed/validate", "seedbed/render", "seedbed/dba-approval"];

/** Threads that give up on whatever has this word in its files. */
function givingUpOn(word: string): { calls: PureCalls<PullFunctions>; given: string[] } {
  const here = callHere<PullFunctions>(pullFunctions);
  const given: string[] = [];
  const calls: PureCalls<PullFunctions> = {
    call: (name, input) => {
      const { contents } = (input as Parameters<PullFunctions["listRequirements"]>[0]).result;
      if (!JSON.stringify(contents).includes(word)) return here.call(name, input);
      given.push(name);
      return Promise.resolve({ failed: "too-slow" });
    },
    close: () => here.close(),
  };
  return { calls, given };
}

test("a pull request that takes too long is red with that reason, and costs nothing more until its head moves", async () => {
  const { calls, given } = givingUpOn("takes for ever");
  scene = await startScene({ calls });
  const slow = await scene.open({ ...scene.files, [MASK]: "-- takes for ever\n" });
  const title = "judging the pull request takes too much time";
  expect(checksOf(slow)).toEqual(RED.map((name) => `${name}: failure: ${title}`));
  expect(scene.summary("validate")).toContain("Others wait for their checks meanwhile");
  expect(github().state.comments.at(-1)!.body).toContain("### Seedbed: ❌ not judged");
  const once = given.length;
  for (const _ of [1, 2, 3]) {
    scene.world.sweep();
    await person(github(), "ada").comment(slow, "/seedbed validate");
    await scene.settle();
  }
  expect(given).toHaveLength(once);
  expect(checksOf(slow)).toHaveLength(RED.length);
  await scene.approve(slow);
  expect(await scene.refusedMerge(slow)).toContain("seedbed/dba-approval");
  // Others get theirs.
  const honest = await scene.open({ "docs/a.md": "a\n" }, { branch: "honest", login: "lin" });
  expect(checksOf(honest).filter((line) => line.includes(": success:"))).toHaveLength(RED.length);
  await person(github(), "ada").push({ branch: "attack", edits: { [MASK]: scene.files[MASK]! } });
  await scene.settle();
  expect(checksOf(slow)[0]).toContain("seedbed/validate: success");
});

test("more databases than are judged at once are one finding, and none of their files is read", async () => {
  scene = await startScene();
  const many = Array.from({ length: 101 }, (_, index) => [`environments/db-${index}/database_config.yaml`, "x: 1\n"]);
  const before = Object.keys(github().calls.counts).length;
  const pull = await scene.open(Object.fromEntries(many) as Record<string, string>);
  expect(before).toBeGreaterThan(0);
  expect(checksOf(pull)).toEqual(RED.map((name) => `${name}: failure: the pull request changes 101 databases`));
  expect(scene.summary("validate")).toContain("To do: Split the pull request.");
  const blobs = Object.entries(github().calls.counts).filter(([name]) => name.includes("/git/blobs/"));
  expect(blobs.reduce((sum, [, count]) => sum + count, 0)).toBeLessThan(20);
});

test("the bot's own threads judge an honest pull request", async () => {
  const entry = new URL("../../../bot/decide-worker.ts", import.meta.url);
  const calls = openWorkerPool<PullFunctions>({ entry, threads: 1, milliseconds: 120_000, megabytes: 256 });
  scene = await startScene({ calls });
  const pull = await scene.open(scene.files);
  await scene.approve(pull);
  expect(checksOf(pull).at(-1)).toBe("seedbed/dba-approval: success: Approved by grace");
  await scene.merge(pull);
});
