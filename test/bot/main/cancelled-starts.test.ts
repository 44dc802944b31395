import { afterEach, beforeEach, expect, test } from "vitest";
import { endMainWorld, startSeeded } from "./main-scene.ts";
import { exampleRequest, type MainWorld } from "./main-world.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startSeeded();
});
afterEach(() => endMainWorld(world));

const start = (login: "ada" | "eve") =>
  world.people[login].runWorkflow("provision.yml", { database: "hr", reason: "mine" });

async function stopSource(): Promise<void> {
  const settings = (await world.show(".github/seedbed.yml"))!;
  const edits = { ".github/seedbed.yml": settings.replace("    schemas:", "    stopped: true\n    schemas:") };
  await world.merge({ branch: "stop", edits });
}

test("runs of somebody who may not start any are counted in one comment, also by a new process", async () => {
  const before = world.comments(1).length;
  for (let count = 0; count < 12; count += 1) {
    await start("eve");
    await world.restart();
    expect(await world.reconcile()).toMatchObject({ cancelled: [expect.any(String)], comments: 1 });
  }
  expect(await world.reconcile()).toMatchObject({ cancelled: [], comments: 0 });
  expect(world.comments(1)).toHaveLength(before + 1);
  const comment = world.comments(1).at(-1)!;
  expect(comment).toContain("The bot cancelled 12 runs that people had started. The latest:");
  expect(comment.match(/started by eve for hr: /g)).toHaveLength(10);
  expect(comment).toContain("`started by eve for hr: @eve is not among the people who may reseed from hr-prod`");
});

test("a run of somebody who may start some, but not now, gets a comment of its own", async () => {
  await stopSource();
  await start("ada");
  expect(await world.reconcile()).toMatchObject({ cancelled: [expect.any(String)], comments: 1 });
  expect(world.comments(1).at(-1)).toMatch(
    /^<!-- seedbed:note run-\d+-1-cancelled -->\nThe bot cancelled .*, started by @ada for `hr`: the DBAs have stopped/,
  );
});

test("so does one while a permit is open and waits itself; a run of somebody who may start none is counted", async () => {
  await stopSource();
  const path = "environments/hr/database_config.yaml";
  const text = String((await exampleRequest())[path]);
  const edits = { [path]: text.replace("- name: OE", "- name: OE\n      tables: [{ name: A }]") };
  const pull = await world.merge({ branch: "hr-2", edits });
  await world.reconcile();
  expect(await world.show("environments/hr/approval.yaml")).toMatch(/^generation: 2$/m);
  await start("ada");
  await start("eve");
  expect(await world.reconcile()).toMatchObject({ cancelled: [expect.any(String), expect.any(String)], comments: 3 });
  const comments = world
    .comments(pull)
    .filter((body) => body.includes("the DBAs have stopped the source hr-prod. The"));
  expect(comments.find((body) => body.includes("@ada"))).toMatch(/^<!-- seedbed:note run-\d+-1-cancelled -->/);
  expect(comments.find((body) => body.includes("eve"))).toMatch(/^<!-- seedbed:note cancelled-runs -->/);
  expect(comments).toHaveLength(2);
});
