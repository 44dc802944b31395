import { describe, expect, it } from "vitest";
import { type RunTraces, readTraces, rememberForCleanUp } from "../../src/use-cases/clean-run.ts";
import type { RunContext } from "../../src/use-cases/run-context.ts";
import type { Pass } from "../../src/door/door-facts.ts";
import type { SeedResult } from "../../src/lock/seed-result.ts";
import { showAttempt } from "../../src/use-cases/attempt-display.ts";
import { examplePermit } from "../permit/example-permit.ts";
import { recordingLog } from "../transfer/ssh-setup.ts";

const TRACES: RunTraces = {
  run: "77",
  database: "hr",
  seedInputs: `sha256:${"a".repeat(64)}`,
  source: {
    ssh: { host: "db1.example", port: 22, user: "dump", host_key: "ssh-ed25519 AAAA" },
    listener: { host: "127.0.0.1", port: 1521 },
    service_name: "HRPDB",
    directory: "SEEDBED_DIR",
  },
};
const read = (text: string | undefined) => readTraces({ STATE_traces: text });

describe("what a main step left for the last one", () => {
  it("is read as it was written, and nothing where nothing was", () => {
    expect(read(JSON.stringify(TRACES))).toEqual(TRACES);
    expect(read("")).toBeNull();
    expect(read(undefined)).toBeNull();
  });

  it.each([
    ["cut", JSON.stringify(TRACES).slice(0, -4)],
    ["a list", "[]"],
    ["nothing", "null"],
    ["without a source", JSON.stringify({ ...TRACES, source: undefined })],
    ["without a database", JSON.stringify({ ...TRACES, database: "" })],
    [
      "with a port of text",
      JSON.stringify({ ...TRACES, source: { ...TRACES.source, listener: { host: "a", port: "1" } } }),
    ],
    ["with half an SSH host", JSON.stringify({ ...TRACES, source: { ...TRACES.source, ssh: { host: "a" } } })],
  ])("is refused where it is damaged, and not repeated: %s", (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "traces-unreadable" }) as Error);
    expect(() => read(text)).not.toThrow("db1.example");
  });
});

describe("a runner whose disk is full when a run has done its work", () => {
  const pass = { database: "hr", permit: examplePermit } as unknown as Pass;
  const full = {
    save: (_name: string, value: string) => {
      if (value === "") throw new Error("ENOSPC: no space left on device");
    },
  };

  it("does not end the run as failed where nothing is left on the source", () => {
    const log = recordingLog();
    rememberForCleanUp({ run: "77", pass }, { output: full, log }).forget();
    expect(log.warnings).toEqual([expect.stringContaining("ENOSPC")]);
  });

  it("does not end the run as failed where its deployment has been shown", async () => {
    const log = recordingLog();
    const said: string[] = [];
    const deployments = { start: async () => "5", say: async (id: string) => void said.push(id) };
    const run = { runId: "77" } as RunContext;
    const display = await showAttempt({ pass, tip: "a".repeat(40), run }, { deployments, log, output: full });
    await display.end({ outcome: "superseded" } as SeedResult);
    expect(said).toEqual(["5", "5"]);
    expect(log.warnings).toEqual([expect.stringContaining("ENOSPC")]);
  });
});
