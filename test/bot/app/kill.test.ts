import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { spawnBot } from "../../world/bot-process.ts";
import { WorldClock } from "../../world/clock.ts";
import { person } from "../../world/github/person.ts";
import { openProcess } from "./killed-play.ts";
import { exampleRequest, startWorld, type BotWorld } from "./start-world.ts";

/** Git objects that no branch reaches are created again after a kill, so they get one kill; every other write always does. */
const OBJECTS = /\/git\/(?:trees|commits)$/;

describe("the bot's own process, killed after every write", () => {
  test("starts again and comes to the same end: one commit, one comment, the same checks, one permit, one run", async () => {
    const world = await startWorld({ clock: WorldClock.running() });
    const { github } = world;
    const process = await openProcess(world);
    const killed: string[] = [];
    let stopped = false;
    github.faults.onWrite(async ({ method, path }) => {
      const write = `${method} ${path}`;
      if (stopped || (OBJECTS.test(path) && killed.includes(write))) return;
      killed.push(write);
      await process.kill();
      process.start();
    });
    const ada = person(github, "ada");
    await ada.push({ branch: "add-hr", edits: exampleRequest() });
    const pull = await ada.openPull("add-hr", "Add hr");
    const check = (name: string) =>
      github.state.checkRuns.findLast(
        (run) => run.name === `seedbed/${name}` && run.headSha === github.state.pulls[0]!.headSha,
      );
    await process.settled();
    expect(github.state.pulls[0]!.requestedTeams).not.toEqual([]);
    world.clock.step(1000);
    await person(github, "grace").review(pull, "APPROVE");
    await process.settled();
    expect(check("dba-approval")?.conclusion).toBe("success");
    expect(sticky(world)).toContain("ready to merge");
    expect(await github.state.git.git(["log", "--format=%an", "main..add-hr"])).toBe("seedbed[bot]\nada\n");
    expect(github.state.comments).toHaveLength(1);
    const names = github.state.checkRuns.map(({ name, headSha, conclusion }) => `${headSha} ${name} ${conclusion}`);
    expect(names).toHaveLength(new Set(names).size);
    expect((await ada.merge(pull)).status).toBe(200);
    await process.settled();
    expect(sticky(world)).toContain("exporting");
    stopped = true;
    const wrote = (path: RegExp) => killed.filter((write) => path.test(write)).length;
    expect(killed.length).toBeGreaterThanOrEqual(13);
    expect([/refs\/heads%2Fmain/, /dispatches/].map(wrote)).toEqual([1, 1]);
    expect(github.state.comments).toHaveLength(1);
    expect(
      await github.state.git.git(["log", "-1", "--format=%an", "main", "--", "environments/hr/approval.yaml"]),
    ).toBe("seedbed[bot]\n");
    expect(github.runs.all.map(({ inputs }) => inputs["database"])).toEqual(["hr"]);
    expect(github.calls.violations).toEqual([]);
    expect(process.output()).not.toContain("PRIVATE KEY");
    expect(await process.stop()).toBe(0);
    await world.close();
  });

  test("refuses to start without a strong secret, with a message and no stack", async () => {
    const world = await startWorld();
    const child = spawnBot({ ...world.variables, WEBHOOK_SECRET: "development" });
    let said = "";
    child.stderr!.on("data", (part: Buffer) => (said += part.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect([code, said.includes("WEBHOOK_SECRET"), said.includes("    at ")]).toEqual([1, true, false]);
    await world.close();
  });
});

function sticky(world: BotWorld): string | undefined {
  return world.github.state.comments[0]?.body;
}
