import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findCanaries } from "../../world/canaries.ts";
import { Chain, type Outside } from "./chain.ts";

let chain: Chain;
let before: Outside;
beforeAll(async () => {
  chain = await Chain.open();
  before = await chain.outside();
});
afterEach(async () => {
  chain.world.registry.faults.pauseAfter = Number.POSITIVE_INFINITY;
  chain.world.listener.faults.silent = false;
  await chain.restore();
});
afterAll(() => chain.close());

/** Sends a signal when the moment has come, and waits for the end of the process. */
async function interrupt(signal: NodeJS.Signals, moment: Promise<unknown>, args = ["seed", "hr"]) {
  const running = chain.start(args);
  await moment;
  running.kill(signal);
  const { exitCode, signal: endedBy, stdout, stderr } = await running;
  expect(findCanaries(`${stdout}${stderr}`)).toEqual([]);
  return { exitCode, endedBy, stdout, stderr };
}

/** An upload that takes a megabyte and no more: the stream stands still in the middle of a dump file. */
async function streamStandsStill(): Promise<void> {
  const { registry, ssh } = chain.world;
  registry.faults.pauseAfter = 1_000_000;
  const read = ssh.counters.bytes_read;
  while (ssh.counters.bytes_read - read < 1_000_000) await sleep(10);
}

/** The job has begun and its first table is in the file. */
async function exportStandsStill(): Promise<void> {
  await chain.world.source.pump.hold("OE.ORDERS").reached;
}

/** Until the world sees no connection of a process that is gone. */
async function settle(): Promise<void> {
  const { ssh, listener } = chain.world;
  while (ssh.openSockets() + listener.counters.connections > 0) await sleep(10);
}

describe("a seed that is interrupted", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s in the export stops the job and removes it", async (signal) => {
    const ended = await interrupt(signal, exportStandsStill());
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(`${signal}: stopping: ending the export on the source and cleaning up first.`);
    expect(ended.stderr).toMatch(/error\[export-cancelled\]: The export was cancelled while SEEDBED_\w+_1 ran\./);
    expect(ended.stderr).toContain("nothing is left on the source");
    const { exportsStarted: _started, ...after } = await chain.outside();
    expect(before).toMatchObject(after);
    expect(chain.world.source.counts().exports.stopped).toBeGreaterThan(0);
  });

  it("in the stream leaves neither files nor image", async () => {
    const completed = chain.world.source.counts().exports.completed;
    const ended = await interrupt("SIGINT", streamStandsStill());
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('error[seed-cancelled]: The seed was cancelled in its stage "stream and push".');
    expect(ended.stderr).toContain("Nothing was published.");
    expect(chain.world.source.counts().exports.completed, "the export had ended").toBe(completed + 2);
    const { exportsStarted: _started, ...after } = await chain.outside();
    expect(before).toMatchObject(after);
  });

  it("while the source says nothing does not wait for it", async () => {
    chain.world.listener.faults.silent = true;
    const { ssh } = chain.world;
    const connected = async () => {
      while (ssh.openSockets() === 0) await sleep(10);
      while (chain.world.listener.counters.connections === 0) await sleep(10);
    };
    const ended = await interrupt("SIGINT", connected());
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('was cancelled in its stage "preflight: source"');
    const { exportsStarted: _started, ...after } = await chain.outside();
    expect(before).toMatchObject(after);
  });
});

describe("a seed that is killed", () => {
  it("in the export and in the stream is cleaned up after by the next one, which succeeds", async () => {
    const inExport = await interrupt("SIGKILL", exportStandsStill());
    expect(inExport.endedBy).toBe("SIGKILL");
    await settle();
    const left = (await chain.outside()).left;
    expect(
      left.filter((name) => name.startsWith("SEEDBED_EXPORT.SEEDBED_")),
      "a job was left",
    ).toHaveLength(1);
    expect(
      left.filter((name) => name.endsWith(".log")),
      "a file was left",
    ).toHaveLength(1);
    const stream = interrupt("SIGKILL", streamStandsStill());
    expect((await stream).endedBy).toBe("SIGKILL");
    await settle();
    const files = (await chain.outside()).left;
    expect(files.filter((name) => name.endsWith(".dmp"))).toHaveLength(2);
    expect(files, "the second run has removed what the first left").not.toEqual(expect.arrayContaining(left));
    expect(await chain.outside()).toMatchObject({ status: "", images: before.images });
    chain.world.registry.faults.pauseAfter = Number.POSITIVE_INFINITY;
    const next = await chain.seedbed(["seed", "hr"]);
    expect(next.code, next.stderr).toBe(0);
    expect(next.stderr).toMatch(/Removed from an earlier run: .*SEEDBED_\w+_1_01\.dmp/);
    const after = await chain.outside();
    expect(after.left).toEqual([]);
    expect(after.images).toEqual([...before.images, expect.stringMatching(/^dev\/hr@sha256:[0-9a-f]{64}$/)]);
  });
});
