import { execFileSync } from "node:child_process";
import { chown, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Namespaces } from "../../node/namespaces.ts";
import { needsRunc } from "../../node/need-runc.ts";
import { RuncPod } from "../../node/runc-pod.ts";
import { SeededWorld } from "../../node/seeded-world.ts";
import { readWorkload, type Workload } from "../../world/cluster/read-manifests.ts";
import { pushBareBase } from "../../world/image/complete-base.ts";

/** The start command of a base whose database takes for ever to come. */
const START = `#!/bin/bash
trap 'echo BASE STOPPED; exit 0' TERM
echo BASE STARTED
while :; do sleep 0.1; done
`;

const TERM_AT = join(import.meta.dirname, "../../node/term-at.sh");

/** Milliseconds after the entrypoint's first command. */
const MOMENTS = [0, 0, 0, 1, 2, 3, 5, 8, 12, 18, 25, 35, 50, 70, 100, 150, 200, 300, 500, 900];

describe.skipIf(!needsRunc())("a seed image whose base is bash and the small programs around it", () => {
  let space: Namespaces;
  let seeded: SeededWorld;
  let workload: Workload;
  let pods = 0;

  beforeAll(async () => {
    space = await Namespaces.open();
    seeded = await SeededWorld.start(join(space.folder, "world"), (target) => pushBareBase(target, START));
    workload = readWorkload(await seeded.manifests());
  });

  afterAll(async () => {
    await seeded?.close();
    await space?.close();
  });

  /** Each has a volume of its own. */
  function pod(volumeBytes?: number): RuncPod {
    pods += 1;
    const size = volumeBytes === undefined ? {} : { volumeBytes };
    return new RuncPod({ space, name: `pod${pods}`, credentials: seeded.puller, secrets: seeded.secrets, ...size });
  }

  /** A file that root left on the volume of a pod that has not started yet, in a folder of the pod's user. */
  async function foreign(one: RuncPod, path: string): Promise<void> {
    const file = join(one.volume, path);
    await mkdir(join(file, ".."), { recursive: true });
    execFileSync("chown", ["-R", "54321:54321", join(one.volume, path.split("/")[0]!)]);
    await writeFile(file, "", { mode: 0o600 });
    await chown(file, 0, 0);
  }

  test("needs no Node: it has none, and reaches its base's start", async () => {
    const one = pod();
    await one.start(workload);
    await one.sees(/BASE STARTED/);
    const { status } = await one.exec(
      "bash",
      "-c",
      "! type -P node && ! find / -xdev -name 'node*' -type f | grep -q .",
    );
    expect(status).toBe(0);
    expect((await one.exec("bash", "/opt/seedbed/lib/probe.sh", "startup")).status).toBe(0);
    expect((await one.exec("bash", "/opt/seedbed/lib/probe.sh", "ready")).status).toBe(1);
    expect(await one.stop()).toBe(143);
    expect(await one.log()).toMatch(/stopping on request[^]*BASE STOPPED/);
  });

  test("is not asked in vain to end, whenever that is", async () => {
    const one = pod();
    await one.create(workload);
    const codes: number[] = [];
    for (const moment of MOMENTS) {
      await one.startContainer();
      await space.must(TERM_AT, one.cgroup, String(moment));
      codes.push(await one.ended);
    }
    expect(codes).toEqual(MOMENTS.map(() => 143));
  });

  test.for([".seedbed/config/seed/seed.env", "FREE/system01.dbf", "dbconfig/FREE/spfileFREE.ora"])(
    "names a file of another owner on its volume, and who that is: %s",
    async (path) => {
      const one = pod();
      await one.create(workload);
      await foreign(one, path);
      await one.startContainer();
      expect(await one.ended).toBe(86);
      expect(await one.message()).toMatch(/code=volume-not-writable/);
      expect(await one.message()).toContain(
        `/opt/oracle/oradata/${path} belongs to uid 0, gid 0 (mode 600), and uid 54321 may not change it`,
      );
    },
  );

  test("starts beside what others keep on its volume and is not its own", async () => {
    const one = pod();
    await one.create(workload);
    await foreign(one, "lost+found/x");
    await one.startContainer();
    await one.sees(/BASE STARTED/);
    expect(await one.stop()).toBe(143);
  });

  test("says of a full volume that it is full, and goes on when there is room", async () => {
    const one = pod(64 * 1024);
    await one.create(workload);
    // Until no byte is left, which the file system says itself.
    await expect(writeFile(join(one.volume, "full"), Buffer.alloc(256 * 1024))).rejects.toThrow(/ENOSPC/);
    await one.startContainer();
    expect(await one.ended).toBe(86);
    expect(await one.message()).toMatch(/code=volume-not-writable .*\(0 KiB are free\)/);
    await rm(join(one.volume, "full"));
    await one.startContainer();
    await one.sees(/BASE STARTED/);
    expect(await one.stop()).toBe(143);
    expect(await readdir(one.volume)).toContain(".seedbed");
  });
});
