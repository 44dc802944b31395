import { describe, expect, it } from "vitest";
import { readTraces, type RunTraces } from "../../src/use-cases/clean-run.ts";

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
