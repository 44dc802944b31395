import { afterEach, beforeEach, expect, test } from "vitest";
import { finishRun, takeRun } from "./fake-runner.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
  await world.merge({ branch: "hr", edits: await exampleRequest() });
  await world.look();
  await finishRun(world, await takeRun(world));
  await world.look();
});
afterEach(async () => {
  expect(world.github.calls.violations).toEqual([]);
  await world.close();
});

const start = (login: "ada" | "eve") =>
  world.people[login].runWorkflow("provision.yml", { database: "hr", reason: "mine" });

test("runs of somebody who may not start any are counted in one comment, also by a new process", async () => {
  const before = world.comments(1).length;
  for (let count = 0; count < 12; count += 1) {
    await start("eve");
    await world.restart();
    expect(await world.look()).toMatchObject({ cancelled: [expect.any(String)], comments: 1 });
  }
  expect(await world.look()).toMatchObject({ cancelled: [], comments: 0 });
  expect(world.comments(1)).toHaveLength(before + 1);
  const comment = world.comments(1).at(-1)!;
  expect(comment).toContain("The bot cancelled 12 runs that people had started. The latest:");
  expect(comment.match(/started by eve for hr: /g)).toHaveLength(10);
  expect(comment).toContain("`started by eve for hr: @eve is not among the people who may reseed from hr-prod`");
});

test("a run of somebody who may start some, but not now, gets a comment of its own", async () => {
  await world.merge({
    branch: "stop",
    edits: {
      ".github/seedbed.yml": `${(await world.show(".github/seedbed.yml"))!.replace("    schemas:", "    stopped: true\n    schemas:")}`,
    },
  });
  await start("ada");
  expect(await world.look()).toMatchObject({ cancelled: [expect.any(String)], comments: 1 });
  expect(world.comments(1).at(-1)).toMatch(
    /^<!-- seedbed:note run-\d+-1-cancelled -->\nThe bot cancelled .*, started by @ada for `hr`: the DBAs have stopped/,
  );
});
