import { openOutput } from "../../src/adapters/terminal/output.ts";
import type { Bench } from "../../src/cli/bench.ts";

/** A bench that notes what is printed; whatever a test does not give may not be used. */
export function startBench(parts: Partial<Bench> = {}): { bench: Bench; printed: { out: string; err: string } } {
  const printed = { out: "", err: "" };
  const unused = (name: string) => () => {
    throw new Error(`${name} was not to be used`);
  };
  const log = {
    group: unused("log.group"),
    info: unused("log.info"),
    warn: unused("log.warn"),
    progress: unused("log"),
  };
  const bench: Bench = {
    checkout: unused("checkout"),
    version: "1.2.3",
    environment: {},
    readFile: unused("readFile"),
    // What reaches a terminal.
    out: openOutput((text) => (printed.out += text), { inJob: false }),
    err: openOutput((text) => (printed.err += text), { inJob: false }),
    color: false,
    width: 100,
    log,
    clock: { now: () => Date.UTC(2026, 10, 22), sleep: unused("clock.sleep") },
    signal: new AbortController().signal,
    connect: unused("connect"),
    findLogin: unused("findLogin"),
    openCluster: unused("openCluster"),
    openRancher: unused("openRancher"),
    ask: unused("ask"),
    sqlClient: { find: unused("sqlClient.find"), run: unused("sqlClient.run") },
    runtime: unused("runtime"),
    template: unused("template"),
    openFolder: unused("openFolder"),
    demo: unused("demo"),
    ...parts,
  };
  return { bench, printed };
}
