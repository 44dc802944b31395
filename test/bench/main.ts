import { isMet, type Bench } from "./bench.ts";

/** Each in a folder of its own, which is read when its bench is asked for. */
const BENCHES: Record<string, () => Promise<Bench>> = {
  cluster: async () => (await import("./cluster/bench.ts")).benchCluster,
  hostile: async () => (await import("./hostile/bench.ts")).benchHostile,
  status: async () => (await import("./status/bench.ts")).benchStatus,
};

/** Runs one bench. The last line is its result as JSON; the exit code says whether its goals are met. */
async function main(): Promise<void> {
  const name = process.argv[2] ?? "";
  const bench = Object.hasOwn(BENCHES, name) ? await BENCHES[name]!() : null;
  if (bench === null) {
    process.stderr.write(`Usage: npm run bench -- <name>, one of: ${Object.keys(BENCHES).join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  const measured = await bench((line) => void process.stdout.write(`${line}\n`));
  const met = isMet(measured);
  process.stdout.write(`${JSON.stringify({ bench: name, ...measured, met })}\n`);
  process.exitCode = met ? 0 : 1;
}

await main();
