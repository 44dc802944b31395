import { expect, test } from "vitest";
import { openWorkerPool } from "../../../bot/adapters/worker-pool.ts";
import type { PullFunctions } from "../../../bot/decide/pull/pull-functions.ts";
import { endScene, startScene } from "./scene.ts";

test("the bot's own threads judge an honest pull request as everything else does", async () => {
  const entry = new URL("../../../bot/decide-worker.ts", import.meta.url);
  const calls = openWorkerPool<PullFunctions>({ entry, threads: 1, milliseconds: 120_000, megabytes: 256 });
  const scene = await startScene({ calls });
  const pull = await scene.open(scene.files);
  await scene.approve(pull);
  const last = scene.world.github.state.checkRuns.findLast(({ name }) => name === "seedbed/dba-approval")!;
  expect([last.conclusion, last.title]).toEqual(["success", "Approved by grace"]);
  await scene.merge(pull);
  await endScene(scene);
});
