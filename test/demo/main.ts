import { cp, mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { removeWorld, startWorld, type World } from "../world/world.ts";
import { changeParameter, failExport, reseed } from "./chapters/change.ts";
import { backUp, flipOneByte, openDatabase, pullElsewhere, startAgain } from "./chapters/container.ts";
import { openWorld, writeRequest } from "./chapters/request.ts";
import { searchSecrets } from "./chapters/secrets.ts";
import { seedFirst } from "./chapters/seed.ts";
import { Narrator } from "./narrator.ts";
import { findMissing } from "./requirements.ts";
import { Stage } from "./stage.ts";

const TOP = join(import.meta.dirname, "../..");

const CLOSING = [
  "Stand-ins: the Oracle source (its wire protocol is real, its SQL is scripted), the Oracle image's programs, Fleet and kubelet, SSH host and registry (real protocols, small servers).",
  "Real: everything of Seedbed, git, bash, the oracledb and ssh2 drivers. No real Oracle Database, GitHub or cluster was involved.",
];

async function tellStory(stage: Stage): Promise<void> {
  const { tell } = stage;
  await tell.chapter(
    "The world",
    "A source database behind an SSH host, a registry, a cluster: each a strict stand-in on this machine, each speaking the real protocol.",
    () => openWorld(stage),
  );
  await tell.chapter(
    "A request",
    "Ada wants a copy of HR. She writes one file; mistakes come back with line, reason and fix; then the plan says what her request will cause.",
    () => writeRequest(stage, join(TOP, "environments")),
  );
  await tell.chapter(
    "The seed",
    "Export on the source with Data Pump through an SSH tunnel, the dump streamed over SFTP into image layers. The process may write below the repository only.",
    () => seedFirst(stage),
  );
  await tell.chapter(
    "Somebody else looks",
    "A second client, which shares no code with Seedbed, pulls the image by digest and checks every file.",
    () => pullElsewhere(stage),
  );
  await tell.chapter(
    "The database starts",
    "Only bytes of the pulled image and of the ConfigMaps run: import, masking, configuration, checks, and open at the very end.",
    async () => {
      await openDatabase(stage);
      await backUp(stage);
      await startAgain(stage);
      await flipOneByte(stage);
    },
  );
  await tell.chapter("A change costs what it touches", "A parameter is changed: it is applied while people work.", () =>
    changeParameter(stage),
  );
  await tell.chapter("An export that fails", "The source runs out of undo in the middle of the next export.", () =>
    failExport(stage),
  );
  await tell.chapter(
    "A reseed, killed in the middle",
    "The source has new rows. A new dump set, a new image, and a node that dies at the worst moment.",
    () => reseed(stage),
  );
  await tell.chapter("Secrets", "Each secret of this world is a canary.", () => searchSecrets(stage));
}

/** What `--keep` leaves: the world's own accounts of what happened. */
async function keepAccounts(world: World): Promise<void> {
  await writeFile(join(world.folder, "world.json"), `${JSON.stringify(await world.counts(), null, 2)}\n`);
  await cp(join(world.folder, "cluster/hr/journal.jsonl"), join(world.folder, "journal.jsonl")).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    },
  );
}

async function openFolder(keep: string | undefined): Promise<string> {
  if (keep === undefined) return mkdtemp(join(tmpdir(), "seedbed-demo-"));
  const folder = resolve(keep);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty: name a new folder for --keep.`);
  return folder;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { keep: { type: "string" } } });
  const missing = findMissing();
  if (missing.length > 0) throw new Error(`This machine lacks what the demo needs:\n  ${missing.join("\n  ")}`);
  const folder = await openFolder(values.keep);
  const color = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const tell = new Narrator((text) => void process.stdout.write(text), color);
  const world = await startWorld({ folder, source: { paceMilliseconds: 150 }, tableMilliseconds: 150 });
  try {
    await tellStory(new Stage(world, tell, join(TOP, "src/cli.ts")));
    tell.close([
      ...CLOSING,
      values.keep === undefined
        ? "Keep everything with: npm run demo -- --keep <folder>"
        : `Everything is in ${folder}`,
    ]);
  } finally {
    if (values.keep !== undefined) await keepAccounts(world);
    await world.close();
    if (values.keep === undefined) await removeWorld(folder);
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
