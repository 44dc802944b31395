import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { renderDefaultConfig } from "../../src/container/default-config.ts";
import { importKey } from "../../src/container/import-key.ts";
import { renderSeedConfig } from "../../src/container/seed-config.ts";
import { digestOfJson } from "../../src/crypto/digest.ts";
import type { Seed } from "../../src/lock/lock.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { buildBaseRootfs, containerPath } from "../world/image/rootfs.ts";
import type { BASE_IMAGES } from "../world/image/profiles.ts";
import { readRuntime } from "./read-runtime.ts";
import { sampleDumpSet, sampleSeed } from "./samples.ts";

export interface RootOptions {
  profile?: keyof typeof BASE_IMAGES;
  seed?: Seed;
  dumpSet?: ReturnType<typeof sampleDumpSet>;
  reset?: number;
}

/** Unpacks a seed image into a folder: base, runtime, dump, facts, defaults. Returns the PATH of its container. */
export async function buildSeededRoot(root: string, options: RootOptions = {}): Promise<string> {
  const profile = options.profile ?? "gvenzl-free";
  const image = await buildBaseRootfs(root, { profile });
  const command = [...(image.config.Entrypoint ?? []), ...(image.config.Cmd ?? [])];
  await putSeed(root, options);
  await put(join(root, "opt/seedbed/default/base-command"), command.map((part) => `${part}\n`).join(""));
  await put(
    join(root, "opt/seedbed/timing"),
    "POLL_SECONDS=0.2\nWATCH_SECONDS=1\nHOOK_GRACE_SECONDS=3\nPROBE_BASE_SECONDS=1\nINSTANCE_PROBE_SECONDS=2\nSTOP_SECONDS=20\nSTOP_JOB_SECONDS=5\n",
  );
  return containerPath(root, image);
}

/** A container is made anew, as a cluster does after each kill: the volume and what is mounted stay, all else is the image's. */
export async function recreateContainer(root: string, options: RootOptions = {}): Promise<string> {
  await removeAllBut(root, [".world", "etc/seedbed", "opt/oracle/oradata", "run/secrets"]);
  return buildSeededRoot(root, options);
}

async function removeAllBut(folder: string, kept: string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const below = kept.filter((path) => path.startsWith(`${name}/`)).map((path) => path.slice(name.length + 1));
    if (kept.includes(name)) continue;
    if (below.length > 0) await removeAllBut(join(folder, name), below);
    else await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** The layers of ours: another call is another image over the same volume. */
export async function putSeed(root: string, options: RootOptions = {}): Promise<void> {
  const chosen = options.seed ?? sampleSeed();
  const seed = { ...chosen, target: { ...chosen.target, profile: options.profile ?? chosen.target.profile } };
  const set = options.dumpSet ?? sampleDumpSet();
  const top = join(root, "opt/seedbed");
  for (const folder of ["lib", "sql", "profiles", "dump", "facts"])
    await rm(join(top, folder), { recursive: true, force: true });
  for (const { path, text, mode } of await readRuntime()) await put(join(top, path), text, mode);
  for (const [name, bytes] of Object.entries(set.dump)) await put(join(top, "dump", name), bytes);
  for (const { path, text } of set.facts) await put(join(top, "facts", path), text);
  const key = importKey({ dumpSet: set.digest, importInputs: digestOfJson(seed.import), reset: options.reset ?? 0 });
  const input = { database: "hr", importKey: key, dumpSet: set.digest, seed };
  for (const { path, text } of renderDefaultConfig(input)) await put(join(top, "default", path), text);
  await putConfigMap(root, "seed", renderSeedConfig(input));
}

let versions = 0;

export async function putConfigMap(root: string, name: "seed" | "apply", files: RenderedFile[]): Promise<void> {
  await putVersion(join(root, "etc/seedbed", name), files);
}

/** A Secret with all its keys, which another call replaces as a whole. */
export async function putWholeSecret(root: string, name: string, data: object): Promise<void> {
  const files = Object.entries(data).map(([path, text]) => ({ path, text: String(text) }));
  await putVersion(join(root, "run/secrets/seedbed", name), files);
}

/** As the kubelet does: a new folder, then one link swapped. */
async function putVersion(mount: string, files: RenderedFile[]): Promise<void> {
  const version = `..v${(versions += 1)}`;
  for (const { path, text } of files) await put(join(mount, version, path), text);
  await rm(join(mount, "..data_tmp"), { force: true });
  await symlink(version, join(mount, "..data_tmp"));
  await rename(join(mount, "..data_tmp"), join(mount, "..data"));
  for (const top of new Set(files.map(({ path }) => path.split("/")[0]!)))
    await symlink(`..data/${top}`, join(mount, top)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
}

export async function putSecret(root: string, path: string, value: string): Promise<void> {
  await put(join(root, "run/secrets/seedbed", path), value);
}

async function put(file: string, bytes: string | Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes, { mode });
}
