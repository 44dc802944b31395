import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Namespaces } from "../../node/namespaces.ts";
import { needsRunc } from "../../node/need-runc.ts";
import { RuncPod } from "../../node/runc-pod.ts";
import { SeededWorld } from "../../node/seeded-world.ts";
import { readWorkload } from "../../world/cluster/read-manifests.ts";
import { pushCompleteBase } from "../../world/image/complete-base.ts";
import type { Moment } from "../../world/journal.ts";

/** On the volume, because a container's own files are gone with it. */
const JOURNAL = "journal.jsonl";

const OPEN = /phase=open event=done/;

describe.skipIf(!needsRunc())("the seed image as a real container", () => {
  let space: Namespaces;
  let seeded: SeededWorld;
  let pod: RuncPod;

  beforeAll(async () => {
    space = await Namespaces.open();
    seeded = await SeededWorld.start(join(space.folder, "world"), (target) =>
      pushCompleteBase(target, {
        profile: "gvenzl-free",
        world: { journal: `/opt/oracle/oradata/${JOURNAL}`, rawMarker: "@corp.example" },
        timing: { WATCH_SECONDS: 1, POLL_SECONDS: 0.2, STOP_SECONDS: 20, STOP_JOB_SECONDS: 3, MACHINE_STOP_SECONDS: 5 },
      }),
    );
    pod = new RuncPod({ space, name: "hr", credentials: seeded.puller, secrets: seeded.secrets });
  });

  afterAll(async () => {
    await seeded?.close();
    await space?.close();
  });

  const workload = async () => readWorkload(await seeded.manifests());
  const moments = (): Moment[] =>
    readFileSync(join(pod.volume, JOURNAL), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Moment);

  test("goes to open as uid 54321 with no capability and no way to gain one", async () => {
    await pod.start(await workload());
    await pod.sees(OPEN);
    const { out } = await pod.exec("cat", "/proc/1/status");
    expect(out).toMatch(/^Uid:\t54321\t54321\t54321\t54321$/m);
    expect(out).toMatch(/^Gid:\t54321\t54321\t54321\t54321$/m);
    for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"]) expect(out).toMatch(new RegExp(`^Cap${set}:\t0{16}$`, "m"));
    expect(out).toMatch(/^NoNewPrivs:\t1$/m);
    expect(moments().at(-1)).toMatchObject({
      open_mode: "READ WRITE",
      restricted: false,
      masked: true,
      users_unlocked: ["APP"],
    });
    expect(existsSync(join(pod.volume, `${JOURNAL}.refused`))).toBe(false);
  });

  test("takes a changed configuration while it is open", async () => {
    await seeded.change("open_cursors: 500", "open_cursors: 800");
    const before = (await pod.log()).length;
    await pod.change(await workload());
    await expect.poll(async () => OPEN.test((await pod.log()).slice(before))).toBe(true);
    expect(moments().filter(({ event }) => event.includes("open_cursors=800"))).toHaveLength(1);
  });

  test("ends on TERM as the first process of its container", async () => {
    expect(await pod.stop()).toBe(143);
    expect(await pod.log()).toMatch(/stopping on request/);
  });

  test("comes back after kill -9", async () => {
    await pod.startContainer();
    await pod.sees(/phase=open event=(done|skip)/);
    // In the pod's memory, which outlives its containers and counts against their limit.
    await pod.exec("bash", "-c", ": >/dev/shm/left");
    expect(await pod.kill()).toBe(137);
    await pod.startContainer();
    await pod.sees(/phase=open event=(done|skip)/);
    expect((await pod.exec("test", "!", "-e", "/dev/shm/left")).status).toBe(0);
    await pod.stop();
  });

  test("says how much room the dump needs on a volume that has not got it, and opens nothing", async () => {
    const small = new RuncPod({
      space,
      name: "small",
      credentials: seeded.puller,
      secrets: seeded.secrets,
      volumeBytes: 320 * 1024,
    });
    await small.start(await workload());
    expect(await small.ended).toBe(1);
    expect(await small.message()).toMatch(
      /code=volume-full text="the dump needs \d+ KiB on the volume, but only \d+ KiB/,
    );
    expect(await small.log()).not.toMatch(/phase=imported event=start/);
  });

  test("goes on with an import in the middle of which it was killed", async () => {
    const killed = new RuncPod({ space, name: "killed", credentials: seeded.puller, secrets: seeded.secrets });
    await killed.start(await workload());
    await killed.sees(/phase=imported event=start/);
    expect(await killed.kill()).toBe(137);
    await killed.startContainer();
    await killed.sees(OPEN);
    await killed.stop();
  });

  test("imports a new seed over the old volume", async () => {
    const before = moments().at(-1)!.rows["HR.EMPLOYEES"]!;
    await seeded.reseed();
    await pod.start(await workload());
    await pod.sees(OPEN);
    expect(moments().at(-1)!.rows["HR.EMPLOYEES"]).toBe(before + 1);
    await pod.stop();
  });
});
