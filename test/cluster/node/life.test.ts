import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MASKING, SETTINGS, type SeededWorld } from "../../node/seeded-world.ts";
import type { ManifestFile } from "../../world/cluster/read-manifests.ts";
import { isReady, type LiveDatabase } from "./live-database.ts";
import { missingForNode } from "./missing.ts";
import { SeededNode } from "./seeded-node.ts";

const OPEN = /phase=open event=done/;

describe.skipIf(missingForNode() !== null)("the pod of a database on a real kubelet", () => {
  let node: SeededNode;
  let seeded: SeededWorld;
  let database: LiveDatabase;

  beforeAll(async () => {
    node = await SeededNode.start();
    ({ seeded, database } = node);
  });

  afterAll(() => node?.close());

  test("waits for its image while the login for the registry is missing, and says so", async () => {
    await seeded.changeFile(SETTINGS, "/dev }", "/dev, pull_secret: { kind: existing, name: pull } }");
    await database.apply(await seeded.manifests());
    await node.writeSecrets();
    const { state } = await database.until((one) => one.state.waiting?.reason === "ImagePullBackOff");
    expect(state.waiting!.message).toMatch(/Back-off pulling image/);
  });

  test("goes to open and Ready when the login is there, its image pulled by digest with it", async () => {
    await node.writeLogin("pull");
    await database.untilReady();
    expect(node.moments().at(-1)).toMatchObject({
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
    const from = await database.mark();
    await seeded.change("open_cursors: 500", "open_cursors: 800");
    await database.apply(await seeded.manifests());
    await database.sees(OPEN, from);
    const after = (await database.pod())!;
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status.containerStatuses![0]!.restartCount).toBe(before.status.containerStatuses![0]!.restartCount);
    expect(readySince(after)).toBe(readySince(before));
    expect(node.moments().filter(({ event }) => event.includes("open_cursors=800"))).toHaveLength(1);
  });

  test("sets a rotated password while it is open", async () => {
    const from = await database.mark();
    await database.writeSecret("hr-app", { password: "Rotated_secret1" });
    expect(await database.sees(OPEN, from)).toMatch(/phase=configured event=start/);
  });

  test("ends at once when its pod is deleted, and the next pod sets no password again", async () => {
    const before = (await database.pod())!.metadata.uid;
    await database.deletePod();
    const next = await database.untilReady();
    expect(next.metadata.uid).not.toBe(before);
    const log = await database.log();
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
    expect(node.moments().at(-1)).toMatchObject({ restricted: true });
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
    expect(node.moments().at(-1)).toMatchObject({ restricted: false, masked: true });
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

function readySince({ status }: { status: { conditions?: { type: string; lastTransitionTime: string }[] } }): string {
  return status.conditions!.find(({ type }) => type === "Ready")!.lastTransitionTime;
}
