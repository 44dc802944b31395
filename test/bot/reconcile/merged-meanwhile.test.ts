import { expect, test } from "vitest";
import type { Hub } from "../../../bot/hub/hub.ts";
import { judgeHere } from "../call-here.ts";
import { reconcilePull } from "../../../bot/reconcile/pull.ts";
import { endMainWorld } from "../main/main-scene.ts";
import { exampleRequest, startMainWorld } from "../main/main-world.ts";

test("a pull request that is merged between two reads of a look keeps the checks that it was merged with", async () => {
  const world = await startMainWorld();
  const { pulls, git } = world.hub;
  const [asked, merged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const hub: Hub = {
    ...world.hub,
    pulls: { ...pulls, get: (number) => pulls.get(number).finally(asked.resolve) },
    git: { ...git, head: (branch) => merged.promise.then(() => git.head(branch)) },
  };
  let look = Promise.resolve("done");
  const beforeMerge = () => {
    look = reconcilePull(hub, 1, { judge: judgeHere(), waits: 0, judged: () => {} });
    return asked.promise;
  };
  const pull = await world.merge({ branch: "hr", edits: await exampleRequest(), method: "merge", beforeMerge });
  const checks = structuredClone(world.github.state.checkRuns);
  merged.resolve();
  expect(await look).toBe("again");
  expect(world.github.state.checkRuns).toEqual(checks);
  expect(await reconcilePull(world.hub, pull, { judge: judgeHere(), waits: 0, judged: () => {} })).toBe("done");
  expect(world.github.state.checkRuns).toEqual(checks);
  await endMainWorld(world);
});
