import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { exampleRequest, nextSecond, startWorld, type BotWorld } from "./start-world.ts";

const ENTRY = join(import.meta.dirname, "../../../bot/server.ts");

/** Git objects that no branch reaches are created again after a kill, so they get one kill; every other write always does. */
const OBJECTS = /\/git\/(?:trees|commits)$/;

describe("the bot's own process, killed after every write", () => {
  test(
    "starts again and comes to the same end: one commit, one comment, the same checks, one permit, one run",
    { timeout: 300_000 },
    async () => {
      const world = await startWorld();
      const { github } = world;
      const process = await startProcess(world);
      const killed: string[] = [];
      let stopped = false;
      github.faults.onWrite(async ({ method, path }) => {
        const write = `${method} ${path}`;
        if (stopped || (OBJECTS.test(path) && killed.includes(write))) return;
        killed.push(write);
        await process.kill();
        await process.start();
      });
      const ada = person(github, "ada");
      await ada.push({ branch: "add-hr", edits: exampleRequest() });
      const pull = await ada.openPull("add-hr", "Add hr");
      const check = (name: string) =>
        github.state.checkRuns.findLast(
          (run) => run.name === `seedbed/${name}` && run.headSha === github.state.pulls[0]!.headSha,
        );
      await until(() => github.state.pulls[0]!.requestedTeams.length > 0);
      await nextSecond();
      await person(github, "grace").review(pull, "APPROVE");
      await until(
        () => check("dba-approval")?.conclusion === "success" && sticky(world)?.includes("ready to merge") === true,
      );
      expect(await github.state.git.git(["log", "--format=%an", "main..add-hr"])).toBe("seedbed[bot]\nada\n");
      expect(github.state.comments).toHaveLength(1);
      const names = github.state.checkRuns.map(({ name, headSha, conclusion }) => `${headSha} ${name} ${conclusion}`);
      expect(names).toHaveLength(new Set(names).size);
      expect((await ada.merge(pull)).status).toBe(200);
      await until(() => github.runs.all.length > 0 && sticky(world)?.includes("exporting") === true);
      await nextSecond();
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
      // The last kill may be a moment ago: a process that does not listen yet knows no signals.
      await until(process.isListening);
      expect(await process.stop()).toBe(0);
      await world.close();
    },
  );

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

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function spawnBot(variables: Record<string, string>): ChildProcess {
  return spawn(globalThis.process.execPath, [ENTRY], { env: variables, stdio: ["ignore", "pipe", "pipe"] });
}

/** A bot as a separate process, always on the same port. */
async function startProcess(world: BotWorld) {
  const port = await freePort();
  const lines: string[] = [];
  let child: ChildProcess | null = null;
  let listening = false;
  const start = async () => {
    const fresh = spawnBot({ ...world.variables, PORT: String(port) });
    child = fresh;
    listening = false;
    fresh.stdout!.on("data", (part: Buffer) => {
      lines.push(part.toString());
      if (child === fresh && part.includes('"msg":"listening"')) listening = true;
    });
    fresh.stderr!.on("data", (part: Buffer) => lines.push(part.toString()));
  };
  await start();
  world.github.webhooks.setUrl(`http://127.0.0.1:${port}/api/github/webhooks`);
  return {
    start,
    output: () => lines.join(""),
    isListening: () => listening,
    /** Stops it with SIGTERM, as an orchestrator does, and returns the exit status. */
    stop: async () => {
      const exit = once(child!, "close");
      child!.kill("SIGTERM");
      const [code] = (await exit) as [number | null];
      return code;
    },
    kill: async () => {
      const dying = child;
      if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
      dying.kill("SIGKILL");
      await once(dying, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
