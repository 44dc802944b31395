import { afterEach, beforeEach, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { endScene, startScene, type Scene } from "./scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => endScene(scene));

test("Re-run of a check that has not changed is answered, and the review that came after it goes on counting", async () => {
  const { github } = scene.world;
  const ada = person(github, "ada");
  const pull = await scene.open(scene.files);
  await scene.approve(pull);
  const runs = github.state.checkRuns.filter(({ headSha }) => headSha === github.state.pulls[0]!.headSha);
  const times = runs.map(({ completedAt }) => completedAt);
  const render = runs.findLast(({ name }) => name === "seedbed/render")!;
  const release = github.webhooks.hold();
  expect((await ada.api("POST", `/check-runs/${render.id}/rerequest`)).status).toBe(201);
  expect(await scene.refusedMerge(pull)).toContain('"seedbed/render" is in progress');
  await release();
  await scene.settle();
  expect(runs.map(({ completedAt }) => completedAt)).toEqual(times);
  expect((await ada.merge(pull)).status).toBe(200);
});
