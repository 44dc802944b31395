import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { startCluster } from "../../world/cluster/cluster.ts";
import { CANARIES } from "../../world/canaries.ts";
import { pullImage } from "../../world/registry/pull.ts";
import { describeRows, openMoments, rawAndOpen } from "../journal.ts";
import type { Stage } from "../stage.ts";

const PULLER = { username: "puller", password: CANARIES.pullPassword };

/** A client that shares no code with Seedbed pulls and checks the image. */
export async function pullElsewhere(stage: Stage): Promise<void> {
  const { world, tell } = stage;
  const { image, dump_set: dumpSet } = await stage.lock();
  const folder = join(world.folder, "pulled");
  const pulled = await pullImage(
    { host: world.registry.host, repository: "dev/hr", digest: image!.digest, credentials: PULLER },
    folder,
  );
  const dumps = pulled.checked.filter((name) => name.endsWith(".dmp"));
  tell.prove({
    what: "an independent client pulls the same dump",
    observed: `${pulled.layers.length} layers verified by digest, ${dumps.length} dump files match SHA256SUMS`,
    where: "pulled/opt/seedbed/facts/SHA256SUMS",
    holds: dumps.length === dumpSet!.files && pulled.digest === image!.digest,
  });
}

/** The cluster starts the image, which goes through all phases until the database is open. */
export async function openDatabase(stage: Stage): Promise<void> {
  const { tell } = stage;
  await stage.sync();
  await stage.follow((phase, event) => phase === "open" && event === "done", 90);
  await stage.database.waitForOpen(30);
  const moments = await stage.database.moments();
  const last = moments.at(-1)!;
  tell.prove({
    what: "the database is imported, masked and open",
    observed: `${describeRows(last.rows)}, in each table as many as the request asks for on the source; masked: ${last.masked}, ${last.db_links} database links, ${last.jobs} jobs`,
    where: "cluster/hr/journal.jsonl, last line",
    holds:
      last.masked &&
      !last.restricted &&
      last.open_mode === "READ WRITE" &&
      last.db_links === 0 &&
      last.jobs === 0 &&
      isDeepStrictEqual(last.rows, requestedRows(stage, Object.keys(last.rows))) &&
      sum(last.rows) === (await stage.lock()).dump_set!.rows,
  });
  tell.prove({
    what: "the database is never open with unmasked data",
    observed: `${moments.length} snapshots, ${openMoments(moments).length} with the database open, ${rawAndOpen(moments).length} of those with unmasked data`,
    where: "cluster/hr/journal.jsonl",
    holds: rawAndOpen(moments).length === 0 && openMoments(moments).length > 0,
  });
}

/** The rows on the source that the request asks for: of HR.EMPLOYEES only those who were hired after 2020-01-01. */
function requestedRows({ world }: Stage, tables: string[]): Record<string, number> {
  const { data } = world.source;
  const counts = tables.map((name) => {
    const [owner = "", table = ""] = name.split(".");
    const rows = data.rowsAt(data.table(owner, table), Number.MAX_SAFE_INTEGER);
    const hired = rows.filter((cells) => name !== "HR.EMPLOYEES" || String(cells[5]) > "2020-01-01");
    return [name, hired.length] as const;
  });
  return Object.fromEntries(counts);
}

/** Runs the backup that otherwise runs on a schedule. */
export async function backUp(stage: Stage): Promise<void> {
  const { pod } = stage.database;
  const before = (await stage.database.moments()).length;
  stage.tell.command("kubectl exec oracle-0 -- /opt/seedbed/lib/backup-now.sh");
  stage.tell.output(await pod.exec("/opt/seedbed/lib/backup-now.sh"));
  const folders = (await readdir(join(pod.volume, ".seedbed/backups"))).filter((name) => !name.startsWith("."));
  const moments = (await stage.database.moments()).slice(before);
  const restored = moments.find(({ event }) => /^IMPORT SEEDBED_RESTORE_\w+ successfully completed$/.test(event));
  const copies = Object.entries(restored?.rows ?? {}).filter(([name]) => name.includes("_SEEDBED_RT."));
  const originals = copies.map(([name]) => restored!.rows[name.replace("_SEEDBED_RT.", ".")]);
  const left = Object.keys(moments.at(-1)!.rows).filter((name) => name.includes("_SEEDBED_RT."));
  stage.tell.prove({
    what: "a backup is made and tested by restoring it",
    observed: `${folders.length} complete backup: ${folders.join(", ")}; ${copies.length} tables with ${sum(Object.fromEntries(copies))} rows restored under other names, ${left.length} of them left`,
    where: "cluster/hr/volume/.seedbed/backups; cluster/hr/journal.jsonl",
    holds:
      folders.length === 1 &&
      copies.length === Object.keys(moments[0]!.rows).length &&
      isDeepStrictEqual(
        copies.map(([, rows]) => rows),
        originals,
      ) &&
      left.length === 0,
  });
}

/** Starts a new container on the same volume: nothing is imported again. */
export async function startAgain(stage: Stage): Promise<void> {
  const { pod } = stage.database;
  const imports = await countImports(stage);
  await pod.kill9();
  await waitForStart(stage, pod.starts);
  await stage.follow((phase, event) => phase === "open" && (event === "done" || event === "skip"), 60);
  await stage.database.waitForOpen(30);
  stage.tell.prove({
    what: "a restart imports nothing again",
    observed: `start ${pod.starts}: ${(await countImports(stage)) - imports} imports`,
    where: "cluster/hr/journal.jsonl",
    holds: (await countImports(stage)) === imports,
  });
}

/** Starts the image on a node where one byte of the dump is wrong. */
export async function flipOneByte(stage: Stage): Promise<void> {
  const { world, tell } = stage;
  const { image } = await stage.lock();
  const folder = join(world.folder, "other-node");
  const unpacked = join(folder, "hr/images", image!.digest.slice("sha256:".length));
  const facts = await pullImage(
    { host: world.registry.host, repository: "dev/hr", digest: image!.digest, credentials: PULLER },
    unpacked,
  );
  await writeFile(`${unpacked}.json`, JSON.stringify(facts));
  const dumps = join(unpacked, "opt/seedbed/dump");
  const name = (await readdir(dumps))[0]!;
  const bytes = await readFile(join(dumps, name));
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(join(dumps, name), bytes);
  const other = startCluster({
    folder,
    registries: [{ host: world.registry.host, ...PULLER }],
    secrets: { "hr-app": { password: CANARIES.appPassword } },
  });
  try {
    const names = await readdir(join(stage.repository, "environments/hr/manifests"));
    const files = names.map(async (file) => ({
      path: file,
      text: await stage.read(`environments/hr/manifests/${file}`),
    }));
    await other.sync("hr", await Promise.all(files));
    const failed = await other.database("hr").waitFor(({ event }) => event === "fail", 60);
    while (other.database("hr").exits.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const [exit] = other.database("hr").exits;
    tell.output(`${failed.phase} ${failed.event}: ${failed.text}`);
    tell.prove({
      what: "one flipped byte is detected before the import",
      observed: `exit ${exit!.code} in phase ${failed.phase}, naming ${name.slice(-12)}; rows imported: ${sum(await other.database("hr").rows())}`,
      where: "other-node/hr/log.txt",
      holds:
        exit!.code !== 0 &&
        failed.text?.includes(name) === true &&
        sum(await other.database("hr").rows()) === 0 &&
        openMoments(await other.database("hr").moments()).length === 0,
    });
  } finally {
    await other.close();
    await cp(join(folder, "hr/log.txt"), join(world.folder, "flipped-byte.log"));
  }
}

/** How often HR.EMPLOYEES was imported completely. */
export async function countImports(stage: Stage): Promise<number> {
  const moments = await stage.database.moments();
  return moments.filter(({ program, event }) => program === "impdp" && event === "import HR.EMPLOYEES").length;
}

/** Waits until the container has been started more often than `before` times. */
export async function waitForStart(stage: Stage, before: number): Promise<void> {
  while (stage.database.pod.starts === before) await new Promise((resolve) => setTimeout(resolve, 20));
}

export function sum(rows: Record<string, number>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
