import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorldFiles } from "./database/files.ts";
import { BASE_IMAGES, type BaseImage } from "./profiles.ts";
import { pushImage, tarFolder, type PushedImage, type PushTarget } from "./push.ts";
import { copyProgram, replaceLinks } from "./real-programs.ts";
import { buildBaseRootfs } from "./rootfs.ts";

/** The user and group of Oracle's images. */
const ORACLE = 54321;

/** In no folder of the PATH: nothing of the runtime can find it. */
const NODE = "/usr/local/libexec/node";

/** What the container is given, because nobody reaches into it before it starts. */
export interface CompleteBase {
  profile: keyof typeof BASE_IMAGES;
  world?: Partial<WorldFiles>;
  /** Seconds for the runtime's timing file. */
  timing?: Record<string, number>;
}

/** Pushes a base image that runs in a real container: no link leaves it, and files belong to whom they belong in Oracle's. Needs root. */
export async function pushCompleteBase(target: PushTarget, options: CompleteBase): Promise<PushedImage> {
  const root = await mkdtemp(join(tmpdir(), "seedbed-complete-"));
  try {
    const image = await buildBaseRootfs(root, { profile: options.profile, node: NODE });
    await completeSystem(root);
    copyProgram(process.execPath, join(root, NODE), root);
    await writeFile(join(root, ".world/world.json"), JSON.stringify(options.world ?? {}));
    await mkdir(join(root, "opt/seedbed"));
    const timing = Object.entries(options.timing ?? {}).map(([name, seconds]) => `${name}=${seconds}\n`);
    await writeFile(join(root, "opt/seedbed/timing"), timing.join(""));
    await giveToOracle(root, await oraclesOwn(root));
    return await pushImage(target, [await tarFolder(root, "kept")], image.config);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Pushes a base image of bash and the small programs around it alone, whose start command is a script. Needs root. */
export async function pushBareBase(
  target: PushTarget,
  start: string,
  config: Partial<BaseImage["config"]> = {},
): Promise<PushedImage> {
  const root = await mkdtemp(join(tmpdir(), "seedbed-bare-"));
  const model = BASE_IMAGES["gvenzl-free"];
  try {
    await mkdir(join(root, "usr/bin"), { recursive: true });
    for (const tool of model.tools) await symlink(`/usr/bin/${tool}`, join(root, "usr/bin", tool));
    await completeSystem(root);
    for (const folder of ["opt/oracle/oradata", "container-entrypoint-startdb.d", `${model.home}/bin`])
      await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, "opt/oracle/start.sh"), start, { mode: 0o755 });
    // The runtime looks for it before the image's own start needs it.
    await writeFile(join(root, "opt/oracle/FREE.7z"), "");
    await giveToOracle(root, ["opt/oracle", "container-entrypoint-startdb.d"]);
    const whole = { ...model.config, Entrypoint: ["/opt/oracle/start.sh"], ...config };
    return await pushImage(target, [await tarFolder(root, "kept")], whole);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function completeSystem(root: string): Promise<void> {
  replaceLinks(join(root, "usr/bin"), root);
  for (const name of ["bin", ...(await readdir(join(root, "usr"))).filter((each) => each.startsWith("lib"))])
    await symlink(`usr/${name}`, join(root, name));
  await mkdir(join(root, "etc"), { recursive: true });
  await writeFile(
    join(root, "etc/passwd"),
    `root:x:0:0:root:/root:/bin/bash\noracle:x:${ORACLE}:${ORACLE}::/home/oracle:/bin/bash\n`,
  );
  await writeFile(join(root, "etc/group"), `root:x:0:\noinstall:x:${ORACLE}:\n`);
  await mkdir(join(root, "tmp"), { recursive: true });
  await chmod(join(root, "tmp"), 0o1777);
}

/** What the image's build gave to its user: the home, the hooks, and the one file of /etc that it writes. */
async function oraclesOwn(root: string): Promise<string[]> {
  const hooks = (await readdir(root)).filter((name) => /entrypoint-(initdb|startdb)\.d$/.test(name));
  return ["opt/oracle", "home/oracle", "etc/oratab", ".world", ...hooks];
}

async function giveToOracle(root: string, paths: string[]): Promise<void> {
  execFileSync("chown", ["-R", "-h", `${ORACLE}:${ORACLE}`, ...paths.map((path) => join(root, path))]);
  // A folder that mkdtemp made is for its maker alone.
  await chmod(root, 0o755);
}
