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
  const world = await startWorld({ folder, source: { paceMilliseconds: 150 }, tableMilliseconds: 150 });
  const open: { platform: Platform | null } = { platform: null };
  try {
    if (values.story === "chain") await tellChain(world, tell, TOP);
    else await tellPullRequest(world, tell, open);
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

try {
  await main();
} catch (error) {
  process.stderr.write(
    `\nThe demo stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
