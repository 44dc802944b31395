import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleProgram } from "./bundle.ts";
import { createDatabase } from "./database/create-database.ts";
import { createDatafile, saveDatabase } from "./database/files.ts";
import { BASE_IMAGES, type BaseImage } from "./profiles.ts";

/*
 * The root file system of a stand-in base image. To run the container runtime against it by hand:
 *
 *     node test/world/image/run-by-hand.ts build /tmp/root gvenzl-free
 *     cp -r src/container/runtime/. /tmp/root/opt/seedbed/       (and the startup hook into its folder)
 *     … put facts, dump files and ConfigMap folders where the container expects them …
 *     env -i SEEDBED_ROOT=/tmp/root PATH="$(node test/world/image/run-by-hand.ts path /tmp/root)" bash /tmp/root/opt/seedbed/entrypoint.sh
 *
 * `container-entrypoint.sh`, `sqlplus`, `impdp` and the others are found on that PATH, which has no node and hides what the image lacks. The database
 * lives in /tmp/root/opt/oracle/oradata/FREE, its instance is the process `pmon`: kill it and the instance is gone.
 * Every change of the database is a line of /tmp/root/.world/journal.jsonl; statements that the stand-in does not know
 * are refused with ORA-00900 or ORA-06550 and kept in journal.jsonl.refused. `.world/world.json` may set
 * {"journal", "start", "rawMarker", "tableMilliseconds"}.
 */

export interface RootfsOptions {
  profile: keyof typeof BASE_IMAGES;
  /** Where the stand-in programs find Node in the container; default: this machine's, by its path here. */
  node?: string;
}

/** Builds the root file system of a base image in an empty folder. */
export async function buildBaseRootfs(folder: string, options: RootfsOptions): Promise<BaseImage> {
  const image = BASE_IMAGES[options.profile];
  await makeFolders(folder, image);
  await writePrograms(folder, image, options.node);
  await writeTools(folder, image);
  await writeStart(folder, image);
  await write(folder, ".world/profile.json", JSON.stringify(image.profile));
  return image;
}

/** The PATH of a container with this root file system. */
export function containerPath(folder: string, image: BaseImage): string {
  return ["usr/local/bin", "usr/bin", `${image.home}/bin`, "opt/oracle"].map((part) => join(folder, part)).join(":");
}

async function makeFolders(folder: string, image: BaseImage): Promise<void> {
  const folders = [
    "usr/bin",
    "usr/local/bin",
    `${image.home}/bin`,
    `${image.home}/dbs`,
    `${image.home}/network/admin`,
    "opt/oracle/oradata",
    `opt/oracle/${traceFolder(image)}`,
    `opt/oracle/admin/${image.profile.sid}/dpdump`,
    "dev/shm",
    "etc",
    "tmp",
    "home/oracle",
    "run/secrets",
  ];
  const hooks =
    image.profile.name === "gvenzl-free"
      ? [
          "container-entrypoint-initdb.d",
          "container-entrypoint-startdb.d",
          "docker-entrypoint-initdb.d",
          "docker-entrypoint-startdb.d",
        ]
      : [
          "opt/oracle/scripts/setup",
          "opt/oracle/scripts/startup",
          "opt/oracle/scripts/extensions/setup",
          "opt/oracle/scripts/extensions/startup",
        ];
  for (const path of [...folders, ...hooks]) await mkdir(join(folder, path), { recursive: true });
  const alert = `opt/oracle/${traceFolder(image)}/alert_${image.profile.sid}.log`;
  await write(folder, alert, "Starting ORACLE instance (normal)\n");
  await write(folder, "etc/oratab", "");
}

function traceFolder({ profile: { sid } }: BaseImage): string {
  return `diag/rdbms/${sid.toLowerCase()}/${sid}/trace`;
}

/** A script or program is what starts with `#!`. */
async function write(folder: string, path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, text.startsWith("#!") ? 0o755 : 0o644);
}

/** Programs with a small one in front of them, which starts them only where it must. */
const SCRIPTED = new Set(["sqlplus"]);

async function writePrograms(folder: string, image: BaseImage, node?: string): Promise<void> {
  for (const name of image.programs) {
    const place = SCRIPTED.has(name) ? "lib" : "bin";
    await write(folder, `${image.home}/${place}/${name}`, await bundleProgram(name, node));
  }
  for (const name of SCRIPTED) {
    const text = await readFile(join(import.meta.dirname, "programs", `${name}.sh`), "utf8");
    await write(folder, `${image.home}/bin/${name}`, text);
  }
}

/** Links to this machine's programs, only those that the image has. */
async function writeTools(folder: string, image: BaseImage): Promise<void> {
  for (const tool of image.tools) {
    const place = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((at) => join(at, tool)).find(isExecutable);
    if (place !== undefined) await symlink(place, join(folder, "usr/bin", tool));
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not on this machine: a test that needs it says so itself.
    return false;
  }
}

/** The folder of a start program, if it is not /opt/oracle. */
const START_PLACES: Record<string, string> = {
  "7zzs": "usr/local/bin",
  su: "usr/bin",
  "oracle-free-26ai": "etc/init.d",
};

/** Oracle's images share some programs; those of the later folder win. */
const START_SOURCES: Record<BaseImage["profile"]["name"], string[]> = {
  "gvenzl-free": ["gvenzl"],
  "free-26ai": ["oracle"],
  "ee-19c": ["oracle", "oracle-19c"],
};

async function writeStart(folder: string, image: BaseImage): Promise<void> {
  for (const source of START_SOURCES[image.profile.name].map((name) => join(import.meta.dirname, "start", name)))
    for (const name of await readdir(source)) {
      const target = join(folder, START_PLACES[name] ?? "opt/oracle", name);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(source, name), target);
      await chmod(target, 0o755);
    }
  if (image.profile.name !== "gvenzl-free") return;
  await writeConfiguration(folder, image);
  await writeArchive(join(folder, "opt/oracle/FREE.7z"), image);
}

async function writeConfiguration(folder: string, image: BaseImage): Promise<void> {
  const { sid, pdb } = image.profile;
  await write(folder, `${image.home}/dbs/spfile${sid}.ora`, JSON.stringify(image.database.parameters));
  await write(folder, `${image.home}/dbs/orapw${sid}`, "password file\n");
  const entry = (name: string): string =>
    `${name} = (DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521))(CONNECT_DATA=(SERVER=DEDICATED)(SERVICE_NAME=${name})))\n`;
  await write(folder, `${image.home}/network/admin/tnsnames.ora`, entry(sid) + entry(pdb));
  await write(
    folder,
    `${image.home}/network/admin/listener.ora`,
    "LISTENER = (DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521)))\n",
  );
  await write(folder, `${image.home}/network/admin/sqlnet.ora`, "DISABLE_OOB=ON\n");
}

/** The database's own files, as an archive that the start unpacks onto the volume. */
async function writeArchive(archive: string, image: BaseImage): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "seedbed-base-"));
  try {
    const database = createDatabase(image.database);
    const files = database.containers.flatMap((container) =>
      container.tablespaces.flatMap((tablespace) => tablespace.files),
    );
    for (const { path } of files) createDatafile(scratch, path);
    saveDatabase(scratch, database);
    const oradata = join(scratch, "opt/oracle/oradata");
    if (!existsSync(join(oradata, database.sid))) throw new Error("the database has no files");
    execFileSync("tar", ["-czf", archive, "--owner=0", "--group=0", "-C", oradata, database.sid]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
