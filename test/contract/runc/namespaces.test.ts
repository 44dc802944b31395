import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { needsRunc } from "../../node/need-runc.ts";

/** One of version 1, or the one of version 2. */
const HIERARCHY = existsSync("/sys/fs/cgroup/memory") ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";

const OPENER = `
import { Namespaces } from ${JSON.stringify(join(import.meta.dirname, "../../node/namespaces.ts"))};
const space = await Namespaces.open();
await space.must("mkdir", "-p", space.folder + "/mounted", "${HIERARCHY}/" + space.cgroup + "/below");
await space.must("mount", "-t", "tmpfs", "tmpfs", space.folder + "/mounted");
space.start(["sleep", "infinity"], space.folder + "/log");
const pid = await space.must("readlink", "/proc/self/ns/mnt");
console.log(JSON.stringify({ folder: space.folder, cgroup: space.cgroup, namespace: pid.trim() }));
`;

interface Opened {
  folder: string;
  cgroup: string;
  namespace: string;
}

async function processesIn(namespace: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  // One that ends meanwhile is in none.
  const links = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/mnt`).catch(() => "")));
  return pids.filter((_, index) => links[index] === namespace);
}

describe.skipIf(!needsRunc())("namespaces of a suite's own", () => {
  test("are gone with everything in them when the test process is killed", async () => {
    const opener = spawn(process.execPath, ["--input-type=module", "-e", OPENER], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(opener.stdout, "data")) as [Buffer];
    const { folder, cgroup, namespace } = JSON.parse(line.toString("utf8")) as Opened;
    const left = [folder, join(HIERARCHY, cgroup)];
    expect(left.filter((path) => existsSync(path))).toEqual(left);
    expect((await processesIn(namespace)).length).toBeGreaterThan(1);
    opener.kill("SIGKILL");
    await expect.poll(() => left.filter((path) => existsSync(path))).toEqual([]);
    expect(await processesIn(namespace)).toEqual([]);
  });
});
