import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SeededWorld } from "../../node/seeded-world.ts";
import { pushCompleteBase } from "../../world/image/complete-base.ts";
import type { Moment } from "../../world/journal.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { LiveDatabase } from "./live-database.ts";
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

  test("waits for its image while it has no login for the registry, and says so", async () => {
    await database.apply(await seeded.manifests());
    for (const [name, values] of Object.entries(seeded.secrets)) await database.writeSecret(name, values);
    const { state } = await database.until((one) => one.state.waiting?.reason === "ImagePullBackOff");
    expect(state.waiting!.message).toMatch(/Back-off pulling image/);
  });

  test("goes to open and Ready, its image pulled by digest with the login of its account", async () => {
    await database.writeSecret("pull", { ".dockerconfigjson": dockerLogin(seeded) }, "kubernetes.io/dockerconfigjson");
    const account = database.name("v1", "ServiceAccount", "oracle");
    expect((await plane.client.patch(account, { imagePullSecrets: [{ name: "pull" }] })).status).toBe(200);
    await database.deletePod();
    await database.untilReady();
    expect(moments().at(-1)).toMatchObject({
      open_mode: "READ WRITE",
      restricted: false,
      masked: true,
      users_unlocked: ["APP"],
    });
    expect(
      await database.exec(
        "bash",
        "-c",
        "[[ $(id -u):$(id -g) == 54321:54321 && $BASHPID != 1 && $(</proc/1/comm) == entrypoint.sh ]]",
      ),
    ).toBe(0);
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
});

/** What `docker login` writes, for the one registry. */
function dockerLogin({ world, puller }: SeededWorld): string {
  const auth = Buffer.from(`${puller.username}:${puller.password}`).toString("base64");
  return JSON.stringify({ auths: { [world.registry.host]: { auth } } });
}

function readySince({ status }: { status: { conditions?: { type: string; lastTransitionTime: string }[] } }): string {
  return status.conditions!.find(({ type }) => type === "Ready")!.lastTransitionTime;
}
