import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { REQUEST } from "../../cli/repository.ts";
import { writeKubeconfig } from "../adapter/kubeconfigs.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { NAMESPACE, put, seedRepository } from "./live-database.ts";

const ZONE = "topology.kubernetes.io/zone";
/** As a kubelet labels its node; the image of the example is for this platform. */
const PLATFORM = { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
const GROWING: ClusterObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "growing", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "disks.example",
  allowVolumeExpansion: true,
};
const VOLUME: ClusterObject = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "of-seedbed-hr" },
  spec: {
    capacity: { storage: "20Gi" },
    accessModes: ["ReadWriteOnce"],
    storageClassName: "growing",
    hostPath: { path: "/nowhere" },
    claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: NAMESPACE, name: "oradata" },
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: "In", values: ["zone-a"] }] }] },
    },
  },
};
const CLAIM: ClusterObject = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "oradata", namespace: NAMESPACE },
};

/** What a real scheduler and API server say of a volume; nodes are objects alone, and nothing mounts it. */
describe.skipIf(missingForControlPlane() !== null)("a volume in another zone, lost, or grown by hand", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    // What is not scheduled is no error in its first minute.
    repository = await startClusterRepository(plane, { clock: { ...systemClock, now: () => Date.now() + 300_000 } });
    await seedRepository(repository);
    await put(plane, GROWING);
    await addNode("node-b", "zone-b");
  });
  afterAll(async () => {
    await repository?.remove();
    await plane?.close();
  });

  async function addNode(name: string, zone: string): Promise<void> {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name, labels: { ...PLATFORM, [ZONE]: zone } } };
    await put(plane, node);
    const resources = { cpu: "32", memory: "128Gi", "ephemeral-storage": "500Gi", pods: "110" };
    const conditions = [{ type: "Ready", status: "True" }];
    await plane.client.patch(node, { status: { capacity: resources, allocatable: resources, conditions } }, "status");
  }
  const deploy = (...args: string[]) => repository.run("deploy", "hr", "--no-wait", ...args);
  const status = async (...args: string[]) => {
    const { out, err } = await repository.run("status", "hr", "--json", "--no-fleet", "--no-exec", ...args);
    if (err !== "") throw new Error(err);
    return (JSON.parse(out) as { databases: Record<string, unknown>[] }).databases[0]!;
  };
  const code = async () => (await status())["code"];
  const claim = async () => (await plane.client.get(CLAIM)).object as ClusterObject & { status: { phase: string } };

  test("in a zone without a node that takes the pod: the zone is named", async () => {
    expect(await deploy()).toMatchObject({ code: 0 });
    await put(plane, VOLUME);
    await expect.poll(async () => (await claim()).status.phase).toBe("Bound");
    await expect.poll(code).toBe("volume-elsewhere");
    expect(await status()).toMatchObject({
      health: "broken",
      what: expect.stringContaining("didn't match PersistentVolume's node affinity"),
      fix: expect.stringContaining(`reached from ${ZONE}=zone-a alone`),
    });
  });

  test("who may not read volumes learns the rest", async () => {
    const kind = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "ada", namespace: NAMESPACE } };
    const rules = [{ apiGroups: [""], resources: ["pods", "persistentvolumeclaims", "events"], verbs: ["list"] }];
    await put(plane, { ...kind, kind: "Role", rules });
    await put(plane, {
      ...kind,
      kind: "RoleBinding",
      subjects: [{ kind: "User", name: "ada", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "Role", name: "ada", apiGroup: "rbac.authorization.k8s.io" },
    });
    expect(await status("--kubeconfig", writeKubeconfig(plane, "ada", { as: "ada" }))).toMatchObject({
      code: "volume-elsewhere",
      fix: expect.stringContaining("reached from one zone or node alone"),
    });
  });

  test("a node in the volume's zone ends it", async () => {
    await addNode("node-a", "zone-a");
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "oracle-0", namespace: NAMESPACE } };
    const nodeName = async () => ((await plane.client.get(pod)).object["spec"] as { nodeName?: string }).nodeName;
    await expect.poll(nodeName).toBe("node-a");
    expect((await status())["health"]).toBe("working");
  });

  test("grown by hand: status says so, and deploy what to commit, before anything is changed", async () => {
    const change = { spec: { resources: { requests: { storage: "30Gi" } } } };
    expect((await plane.client.patch(CLAIM, change)).status).toBe(200);
    await plane.client.patch(CLAIM, { status: { capacity: { storage: "30Gi" } } }, "status");
    expect(await status()).toMatchObject({ volume: { asked: "30Gi", note: expect.stringContaining("30Gi or more") } });
    const { out } = await repository.run("status", "hr", "--no-fleet", "--no-exec");
    expect(out).toMatch(/^ {2}volume +30Gi; the volume was grown by hand to 30Gi, and the request has 20Gi: set/m);
    for (const way of [[], ["--force-conflicts"], ["--dry-run"]]) {
      const { code: ended, err } = await deploy(...way);
      expect([ended, err]).toEqual([
        2,
        expect.stringMatching(/error\[claim-below-capacity\].*to 30Gi, and its manifest has 20Gi/),
      ]);
    }
    const { resources } = (await claim())["spec"] as { resources: { requests: object } };
    expect(resources.requests).toEqual({ storage: "30Gi" });
  });

  test("with the live size in the request, deploy goes on", async () => {
    await repository.change(REQUEST, "size: 20Gi", "size: 30Gi");
    expect((await repository.run("render", "hr")).code).toBe(0);
    repository.commit();
    expect(await deploy("--yes", "hr")).toMatchObject({ code: 0, err: "" });
    expect(await status()).toMatchObject({ volume: { asked: "30Gi", note: null } });
  });

  test("an expansion that never came true may be taken back, and the server decides", async () => {
    const change = { spec: { resources: { requests: { storage: "50e9" } } } };
    expect((await plane.client.patch(CLAIM, change)).status).toBe(200);
    await plane.client.patch(CLAIM, { status: { capacity: { storage: "20Gi" } } }, "status");
    expect(await status()).toMatchObject({
      volume: { asked: "50e9", note: expect.stringContaining("to 47Gi or more") },
    });
    expect((await deploy()).err).toContain("error[field-conflict]");
    expect(await deploy("--force-conflicts")).toMatchObject({ code: 0, err: "" });
    expect(await status()).toMatchObject({ volume: { asked: "30Gi" } });
  });

  test("a volume that was deleted behind its claim is lost, and told", async () => {
    await plane.client.delete(VOLUME);
    // What protects a bound volume; somebody took it off.
    await plane.client.patch(VOLUME, { metadata: { finalizers: null } });
    await expect.poll(async () => (await claim()).status.phase).toBe("Lost");
    await plane.client.raw("DELETE", `/api/v1/namespaces/${NAMESPACE}/pods/oracle-0?gracePeriodSeconds=0`);
    await expect.poll(code).toBe("volume-lost");
  });
});
