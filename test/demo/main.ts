import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { removeWorld, startWorld } from "../world/world.ts";
import { keepAccounts, keepContainer } from "./keep.ts";
import { Narrator } from "./narrator.ts";
import type { Platform } from "./platform/platform.ts";
import { findMissing } from "./requirements.ts";
import { tellChain } from "./tell-chain.ts";
import { tellPullRequest } from "./tell-pull-request.ts";

const TOP = join(import.meta.dirname, "../..");
const STORIES = ["pull-request", "chain"];

const CLOSING = [
  "Stand-ins: GitHub and its runners, the Oracle source (real wire protocol, scripted SQL), the programs in the Oracle image, Fleet and the kubelet, the SSH host and the registry (small servers with real protocols).",
  "Real: all of Seedbed, git, bash, and the oracledb and ssh2 drivers. No real Oracle Database, GitHub or cluster was involved.",
];

async function openFolder(keep: string | undefined): Promise<string> {
  if (keep === undefined) return mkdtemp(join(tmpdir(), "seedbed-demo-"));
  const folder = resolve(keep);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty: use a new folder for --keep.`);
  return folder;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { keep: { type: "string" }, story: { type: "string", default: STORIES[0]! } },
  });
  if (!STORIES.includes(values.story))
    throw new Error(`Unknown story "${values.story}". Use one of: ${STORIES.join(", ")}.`);
  const missing = findMissing();
  if (missing.length > 0)
    throw new Error(`The demo needs these, which are missing on this machine:\n  ${missing.join("\n  ")}`);
  const folder = await openFolder(values.keep);
  const color = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const tell = new Narrator((text) => void process.stdout.write(text), color);
  const stop = hearSignals();
  // Slow enough for a person to see it, and for the chain's kills to come in the middle of it.
  const isSlow = process.stdout.isTTY || values.story === "chain";
  const world = await startWorld({
    folder,
    ...(isSlow ? { source: { paceMilliseconds: 150 }, tableMilliseconds: 150 } : {}),
  });
  const open: { platform: Platform | null } = { platform: null };
  try {
    const story = values.story === "chain" ? tellChain(world, tell, TOP) : tellPullRequest(world, tell, open);
    await Promise.race([story, stop.heard]);
    tell.close([
      ...CLOSING,
      values.keep === undefined
        ? "To keep all files, run: npm run demo -- --keep <folder>"
        : `All files are in ${folder}`,
    ]);
  } finally {
    if (values.keep !== undefined) await keepAccounts(world, open.platform);
    await open.platform?.close();
    await world.close();
    if (values.keep === undefined) await removeWorld(folder);
    else await keepContainer(world);
  }
}

/** A signal that ended the story in the middle. */
class Stopped extends Error {
  readonly signal: Signal;

  constructor(signal: Signal) {
    super(signal);
    this.signal = signal;
  }
}

type Signal = "SIGINT" | "SIGTERM";

/** The first signal ends the story; further ones, which package managers pass on, wait for the world to be closed. */
function hearSignals(): { heard: Promise<never> } {
  const { promise: heard, reject } = Promise.withResolvers<never>();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => reject(new Stopped(name)));
  // It may come while the world is being started or closed, when nobody waits for it yet.
  heard.catch(() => undefined);
  return { heard };
}

/** What the story still did finds its world closed: nothing of it is wanted, and the shell sees 130 or 143. */
function endBy(signal: Signal): void {
  process.stderr.write(`\n${signal}: the demo was stopped, and everything that it started is closed.\n`);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

try {
  await main();
} catch (error) {
  if (error instanceof Stopped) endBy(error.signal);
  else {
    process.stderr.write(
      `\nThe demo stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
