import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MASKING, SeededWorld, SETTINGS } from "../../node/seeded-world.ts";
import type { ManifestFile } from "../../world/cluster/read-manifests.ts";
import { pushCompleteBase } from "../../world/image/complete-base.ts";
import type { Moment } from "../../world/journal.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { isReady, LiveDatabase } from "./live-database.ts";
import { missingForNode } from "./missing.ts";
import { startNode, type ClusterNode } from "./start-node.ts";

/** On the volume, because a container's own files are gone with it. */
const JOURNAL = "journal.jsonl";

const OPEN = /phase=open event=done/;

const TIMING = {
  WATCH_SECONDS: 1,
  POLL_SECONDS: 0.2,
  HEARTBEAT_SECONDS: 10,
  STOP_SECONDS: 20,
  STOP_JOB_SECONDS: 3,
  MACHINE_STOP_SECONDS: 5,
};

describe.skipIf(missingForNode() !== null)("the pod of a database on a real kubelet", () => {
  let plane: ControlPlane;
  let node: ClusterNode;
  let seeded: SeededWorld;
  let database: LiveDatabase;

  beforeAll(async () => {
    seeded = await SeededWorld.start(await mkdtemp(join(tmpdir(), "seedbed-kubelet-")), (target) =>
      pushCompleteBase(target, {
        profile: "gvenzl-free",
        world: { journal: `/opt/oracle/oradata/${JOURNAL}`, rawMarker: "@corp.example" },
        timing: TIMING,
      }),
    );
    plane = await startControlPlane();
    node = await startNode(plane, [Number(seeded.world.registry.host.split(":")[1])]);
    database = new LiveDatabase(plane.client, node, "seedbed-hr");
    await database.makeVolume();
  });

  afterAll(async () => {
    await node?.close();
    await plane?.close();
    await seeded?.close();
  });

  const moments = (): Moment[] =>
    readFileSync(join(database.volume, JOURNAL), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Moment);

  test("waits for its image while the login for the registry is missing, and says so", async () => {
    await seeded.changeFile(SETTINGS, "/dev }", "/dev, pull_secret: { kind: existing, name: pull } }");
    await database.apply(await seeded.manifests());
    for (const [name, values] of Object.entries(seeded.secrets)) await database.writeSecret(name, values);
    const { state } = await database.until((one) => one.state.waiting?.reason === "ImagePullBackOff");
    expect(state.waiting!.message).toMatch(/Back-off pulling image/);
  });

  test("goes to open and Ready when the login is there, its image pulled by digest with it", async () => {
    await database.writeSecret("pull", { ".dockerconfigjson": dockerLogin(seeded) }, "kubernetes.io/dockerconfigjson");
    await database.untilReady();
    expect(moments().at(-1)).toMatchObject({
      open_mode: "READ WRITE",
      restricted: false,
      masked: true,
      users_unlocked: ["APP"],
    });
    const isOracle = "[[ $(id -u):$(id -g) == 54321:54321 && $(</proc/1/comm) == entrypoint.sh ]]";
    expect(await database.exec("bash", "-c", isOracle)).toBe(0);
  });

  test("takes a changed ConfigMap while it is open and stays Ready", async () => {
    const before = (await database.pod())!;
    const from = database.log().length;
    await seeded.change("open_cursors: 500", "open_cursors: 800");
    await database.apply(await seeded.manifests());
    await database.sees(OPEN, from);
    const after = (await database.pod())!;
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status.containerStatuses![0]!.restartCount).toBe(before.status.containerStatuses![0]!.restartCount);
    expect(readySince(after)).toBe(readySince(before));
    expect(moments().filter(({ event }) => event.includes("open_cursors=800"))).toHaveLength(1);
  });

  test("sets a rotated password while it is open", async () => {
    const from = database.log().length;
    await database.writeSecret("hr-app", { password: "Rotated_secret1" });
    expect(await database.sees(OPEN, from)).toMatch(/phase=configured event=start/);
  });

  test("ends at once when its pod is deleted, and the next pod sets no password again", async () => {
    const before = (await database.pod())!.metadata.uid;
    await database.deletePod();
    const next = await database.untilReady();
    expect(next.metadata.uid).not.toBe(before);
    const log = database.log();
    expect(log).toMatch(/phase=configured event=skip/);
    expect(log).not.toMatch(/phase=configured event=start/);
  });

  test("comes back when its first process is killed", async () => {
    const before = await database.until(({ ready }) => ready);
    await database.signal("KILL");
    const { lastState } = await database.until(({ restartCount }) => restartCount > before.restartCount);
    expect(lastState.terminated).toMatchObject({ exitCode: 137 });
    await database.untilReady();
  });

  test("is started again by the liveness probe when its first process hangs", async () => {
    const patient = (await database.pod())!;
    await database.apply(hasty(await seeded.manifests()));
    await database.untilReplaced(patient);
    const before = await database.until(({ ready }) => ready);
    await database.signal("STOP");
    const { lastState } = await database.until(({ restartCount }) => restartCount > before.restartCount);
    expect(lastState.terminated).toMatchObject({ exitCode: 137 });
    await database.untilReady();
  });

  test("comes back when its memory was full, of which nothing is left for the next container", async () => {
    const before = await database.until(({ ready }) => ready);
    // Files in memory outlive the container that wrote them.
    await database.exec("dd", "if=/dev/zero", "of=/dev/shm/filler", "bs=1M", "count=8192");
    const { lastState } = await database.until(({ restartCount }) => restartCount > before.restartCount);
    expect(lastState.terminated).toMatchObject({ reason: "OOMKilled" });
    await database.untilReady();
    expect(await database.exec("test", "!", "-e", "/dev/shm/filler")).toBe(0);
  });

  test("is not open after a failed import, and the container's last words say why", async () => {
    await seeded.changeFile(MASKING, "UPDATE", "UPDATE HR.NO_SUCH SET A = 1;\nUPDATE");
    await seeded.reseed();
    await database.apply(await seeded.manifests());
    const { lastState } = await database.until(({ state }) => state.waiting?.reason === "CrashLoopBackOff");
    expect(lastState.terminated).toMatchObject({ exitCode: 1, reason: "Error" });
    expect(lastState.terminated!.message).toMatch(/phase=secured event=fail code=script-failed .*ORA-00942/);
    expect(isReady((await database.pod())!)).toBe(false);
    expect(moments().at(-1)).toMatchObject({ restricted: true });
  });

  test("holds after a failure where the request says so, and goes on with what mends it", async () => {
    await seeded.change("  access:", "  on_failure: hold\n  access:");
    await database.apply(await seeded.manifests());
    await database.sees(/holding: the database is restricted/);
    const held = await database.until(({ state }) => state.running !== undefined);
    expect(held.ready).toBe(false);
    await seeded.changeFile(MASKING, "UPDATE HR.NO_SUCH SET A = 1;\n", "");
    await seeded.reseed();
    await database.apply(await seeded.manifests());
    await database.untilReady();
    expect(moments().at(-1)).toMatchObject({ restricted: false, masked: true });
  });
});

/** The same pod with less patience: the times are what is changed, so that nobody waits for minutes. */
function hasty(files: ManifestFile[]): ManifestFile[] {
  const times: [RegExp, string][] = [
    [/periodSeconds: 60\b/, "periodSeconds: 2"],
    [/failureThreshold: 6\b/, "failureThreshold: 1"],
    [/terminationGracePeriodSeconds: 300\b/, "terminationGracePeriodSeconds: 5"],
  ];
  return files.map(({ path, text }) => ({
    path,
    text: path.endsWith("40-database.yaml") ? times.reduce((now, [from, to]) => now.replace(from, to), text) : text,
  }));
}

/** What `docker login` writes, for the one registry. */
function dockerLogin({ world, puller }: SeededWorld): string {
  const auth = Buffer.from(`${puller.username}:${puller.password}`).toString("base64");
  return JSON.stringify({ auths: { [world.registry.host]: { auth } } });
}

function readySince({ status }: { status: { conditions?: { type: string; lastTransitionTime: string }[] } }): string {
  return status.conditions!.find(({ type }) => type === "Ready")!.lastTransitionTime;
}
