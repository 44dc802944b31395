import { afterEach, describe, expect, it } from "vitest";
import { cleanUpExport } from "../../src/export/clean-up-export.ts";
import { inspectSource } from "../../src/export/inspect-source.ts";
import { planExport } from "../../src/export/plan-export.ts";
import { runExport } from "../../src/export/run-export.ts";
import { openSource, sampleIdentity, sampleSeed } from "./source.ts";

type Source = ReturnType<typeof openSource>;
const opened: Source[] = [];

function open(options: Parameters<typeof openSource>[0] = {}): Source {
  const source = openSource(options);
  opened.push(source);
  return source;
}

afterEach(() => {
  for (const source of opened.splice(0)) source.remove();
});

async function planSeed(source: Source, identity = sampleIdentity(sampleSeed())) {
  const ports = source.ports();
  const seed = sampleSeed();
  const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
  return { ports, plan: planExport(seed, report, identity) };
}

async function exportSeed(source: Source, identity = sampleIdentity(sampleSeed())) {
  const { ports, plan } = await planSeed(source, identity);
  return { ports, outcome: await runExport(plan, ports, new AbortController().signal) };
}

describe("what another run is at", () => {
  const identity = { ...sampleIdentity(sampleSeed(), 1_780_000_000_000), run: "4711" };

  it("is a job that nobody touches: the second run refuses before it starts anything, and names run and job", async () => {
    const source = open();
    const { ports, plan } = await planSeed(source, identity);
    const hold = source.pump.hold("OE.CUSTOMERS");
    const first = runExport(plan, ports, new AbortController().signal);
    await hold.reached;
    await expect(exportSeed(source)).rejects.toMatchObject({
      code: "export-running",
      message: expect.stringMatching(new RegExp(`4711.*${plan.prefix}_1`)),
    });
    expect(source.counts().exports).toEqual({ started: 1, completed: 0, stopped: 0 });
    hold.release();
    expect((await first).files).toHaveLength(2);
  });

  it("is files that it still reads: they stay as long as its session does, and no longer", async () => {
    const source = open();
    const { outcome: first, ports } = await exportSeed(source, identity);
    const second = await exportSeed(source);
    expect(second.outcome.warnings).toEqual([expect.stringMatching(/4711.*still reads/)]);
    expect(source.counts().files_left).toEqual(expect.arrayContaining(first.files));
    await cleanUpExport(second.outcome, second.ports);
    await ports.database.close();
    await second.ports.database.close();
    const third = await exportSeed(source);
    expect(third.outcome.warnings).toEqual([]);
    expect(source.counts().files_left).not.toEqual(expect.arrayContaining(first.files));
  });

  it("is its own job no more once somebody else stopped it, and it says so", async () => {
    const source = open({ settings: { stopMilliseconds: 500 } });
    const hold = source.pump.hold("OE.CUSTOMERS");
    const running = exportSeed(source).catch((error: unknown) => error);
    await hold.reached;
    for (const job of source.pump.jobs) job.state = "STOPPING";
    expect(await running).toMatchObject({ code: "export-removed", message: expect.stringContaining("Another run") });
    hold.release();
  });
});
