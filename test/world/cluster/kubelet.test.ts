import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { askToEnd, backOffSeconds } from "./kubelet.ts";
import { Prober } from "./prober.ts";
import type { Probe } from "./read-container.ts";

// Each of these is what test/cluster/node saw of a kubelet 1.36.3.

test("the first end costs nothing, and each further one twice as long as the one before, up to five minutes", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 20].map(backOffSeconds)).toEqual([0, 0, 10, 20, 40, 80, 160, 300, 300, 300]);
});

async function start(script: string): Promise<ChildProcess> {
  const child = spawn("bash", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout!, "data");
  return child;
}

test("a first process without a handler does not hear that it shall end, and one with a handler does", async () => {
  const deaf = await start("echo ready; while :; do sleep 0.05; done");
  expect(await askToEnd(deaf)).toBe(false);
  expect(deaf.exitCode ?? deaf.signalCode).toBeNull();
  deaf.kill("SIGKILL");
  const hearing = await start("trap 'exit 143' TERM; echo ready; while :; do sleep 0.05; done");
  expect(await askToEnd(hearing)).toBe(true);
  expect(await once(hearing, "exit")).toEqual([143, null]);
});

const often = (name: string, failureThreshold: number): Probe => ({
  command: [name],
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: 1,
  failureThreshold,
});

/** `answers` of each probe in turn, the last one for ever. */
function probing(answers: Record<string, boolean[]>): { prober: Prober; asked: string[]; failed: string[] } {
  const [asked, failed] = [[] as string[], [] as string[]];
  const prober = new Prober({
    probes: { startup: often("startup", 3), readiness: often("readiness", 2), liveness: often("liveness", 2) },
    run: async ([name = ""]) => {
      asked.push(name);
      const list = answers[name] ?? [true];
      return list.length > 1 ? list.shift()! : list[0]!;
    },
    secondMilliseconds: 1,
    failed: (probe) => {
      failed.push(probe);
      prober.stop();
    },
  });
  return { prober, asked, failed };
}

test("nothing else is probed before the startup probe has succeeded", async () => {
  const { prober, asked, failed } = probing({ startup: [false, false, true] });
  await expect.poll(() => prober.ready).toBe(true);
  prober.stop();
  expect(asked.slice(0, 3)).toEqual(["startup", "startup", "startup"]);
  expect(asked.slice(3)).not.toContain("startup");
  expect(failed).toEqual([]);
});

test("a startup probe that fails as often as it may ends the container, which was never ready", async () => {
  const { prober, asked, failed } = probing({ startup: [false] });
  await expect.poll(() => failed).toEqual(["startup"]);
  expect(asked).toEqual(["startup", "startup", "startup"]);
  expect(prober.ready).toBe(false);
});

test("one failed readiness probe of two changes nothing, and a liveness probe ends what hangs", async () => {
  const { prober, failed } = probing({ readiness: [true, false, true], liveness: [true, true, false] });
  await expect.poll(() => failed).toEqual(["liveness"]);
  expect(prober.ready).toBe(false);
});
