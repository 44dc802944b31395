import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import { REQUEST } from "../../cli/repository.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";
import { startControlPlane } from "../control-plane.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { IMAGE, NAMESPACE, put, seedRepository } from "./live-database.ts";
import { READY } from "./live-pod.ts";

const POD_PATH = `/api/v1/namespaces/${NAMESPACE}/pods/oracle-0`;

/** Nobody waits for seconds here: the cluster's answers decide. */
const clock = { now: () => Date.now(), sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(30, signal) };

describe.skipIf(missingForControlPlane() !== null)("seedbed deploy and retire at a real API server", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    repository = await startClusterRepository(plane, { clock, ask: async () => null });
    await seedRepository(repository);
  });
  afterAll(async () => {
    await repository?.remove();
    await plane?.close();
  });

  const named = (kind: string, name: string, apiVersion = "v1") => ({
    apiVersion,
    kind,
    metadata: { name, namespace: NAMESPACE },
  });
  const SET = named("StatefulSet", "oracle", "apps/v1");
  const deploy = (...args: string[]) => repository.run("deploy", "hr", ...args);
  const get = async (name: ClusterObject) => (await plane.client.get(name)).object;
  const change = async (from: string, to: string) => {
    await repository.change(REQUEST, from, to);
    const { code, err } = await repository.run("render", "hr");
    if (code !== 0) throw new Error(err);
    repository.commit();
  };

  test("a dry run shows every object, and keeps nothing", async () => {
    const { code, out, err } = await deploy("--dry-run");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^hr on 127\.0\.0\.1:\d+ \(context test\), by server-side apply:$/m);
    for (const object of [
      "Namespace/seedbed-hr",
      "PersistentVolumeClaim/oradata",
      "StatefulSet/oracle",
      "Service/oracle",
    ])
      expect(out).toContain(`  create   ${object}\n`);
    expect(out).toContain("Restart: no");
    expect(out).toContain("The namespace is new: ");
    expect(
      (await plane.client.get({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } })).status,
    ).toBe(404);
  });

  test("manifests that are not what the request renders to are refused", async () => {
    const path = "environments/hr/manifests/50-service.yaml";
    await repository.change(path, "port: 1521", "port: 1522");
    repository.commit();
    expect((await deploy()).err).toMatch(/error\[manifests-stale\].*50-service\.yaml/);
    repository.git("revert", "--no-edit", "HEAD");
  });

  test("applies in order, follows the pod through its phases, and ends when it is open", async () => {
    const running = deploy();
    await until(async () => (await plane.client.get(named("Pod", "oracle-0"))).status === 200);
    await patchPod({ phase: "Running", containerStatuses: [{ ...READY.containerStatuses[0], ready: false }] });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await patchPod(READY);
    const { code, out, err } = await running;
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^hr: open$/m);
    expect((await get(SET)).metadata["managedFields"]).toContainEqual(
      expect.objectContaining({ manager: "seedbed", operation: "Apply" }),
    );
  });

  test("the same again changes nothing", async () => {
    expect(await deploy("--no-wait")).toMatchObject({
      code: 0,
      out: expect.stringContaining("Nothing changes in the cluster."),
    });
  });

  test("a parameter is no restart, and memory is one that has to be confirmed", async () => {
    await change("open_cursors: 500", "open_cursors: 600");
    const parameter = await deploy("--no-wait");
    expect(parameter.out).toMatch(/^ {2}change {3}ConfigMap\/apply data\[parameters\.tsv\]/m);
    expect(parameter.out).toContain("Restart: no");
    await change("memory: 4Gi", "memory: 5Gi");
    const { generation } = (await get(SET)).metadata as { generation?: number };
    expect((await deploy("--no-wait")).err).toContain("error[not-confirmed]");
    expect((await deploy("--no-wait", "--yes", "crm")).err).toContain("error[not-confirmed]");
    expect((await get(SET)).metadata).toMatchObject({ generation });
    const confirmed = await deploy("--no-wait", "--yes", "hr");
    expect(confirmed.out).toMatch(/^ {2}restart {2}StatefulSet\/oracle spec\.template.*"4Gi" → "5Gi"$/m);
    expect(confirmed.out).toContain("Restart: yes");
    expect((await get(SET)).metadata).not.toMatchObject({ generation });
  });

  test("a field that somebody set by hand is a conflict with who it was, and is taken over when asked", async () => {
    await plane.client.apply({ ...SET, spec: { replicas: 0 } }, { fieldManager: "kubectl-edit", force: true });
    expect((await deploy("--no-wait")).err).toMatch(/error\[field-conflict\].*\.spec\.replicas of kubectl-edit/);
    expect((await deploy("--no-wait", "--force-conflicts")).code).toBe(0);
    expect((await get(SET))["spec"]).toMatchObject({ replicas: 1 });
  });

  test("what Helm, Fleet or another manager keeps is refused with its name", async () => {
    const service = named("Service", "oracle");
    const annotations = { "meta.helm.sh/release-name": "old", "meta.helm.sh/release-namespace": "default" };
    await plane.client.patch(service, { metadata: { annotations } });
    expect((await deploy("--no-wait")).err).toMatch(/error\[owned-by-another\].*Service\/oracle.*Helm's release old/);
    await plane.client.patch(service, { metadata: { annotations: { "objectset.rio.cattle.io/id": "x" } } });
    expect((await deploy("--no-wait")).err).toMatch(/error\[owned-by-another\].*Fleet, as release old/);
    const none = {
      "meta.helm.sh/release-name": null,
      "meta.helm.sh/release-namespace": null,
      "objectset.rio.cattle.io/id": null,
    };
    await plane.client.patch(service, { metadata: { annotations: none } });
    expect((await deploy("--no-wait")).code).toBe(0);
  });

  test("an object that nobody asks for any more is removed, and only if this command line applied it", async () => {
    const labels = { "app.kubernetes.io/instance": "hr" };
    const old = { ...named("ConfigMap", "old"), metadata: { name: "old", namespace: NAMESPACE, labels } };
    const theirs = { ...old, metadata: { ...old.metadata, name: "theirs" } };
    await plane.client.apply(old, { fieldManager: "seedbed" });
    await plane.client.apply(theirs, { fieldManager: "kustomize" });
    expect((await deploy("--no-wait")).out).toMatch(/^ {2}delete {3}ConfigMap\/old$/m);
    expect((await plane.client.get(old)).status).toBe(404);
    expect((await plane.client.get(theirs)).status).toBe(200);
  });

  test("an image that cannot be pulled ends it with the reason and the fix", async () => {
    await until(async () => (await plane.client.get(named("Pod", "oracle-0"))).status === 200);
    await bindPod();
    const waiting = { reason: "ImagePullBackOff", message: "unauthorized: authentication required" };
    await patchPod({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "True" }],
      containerStatuses: [{ ...READY.containerStatuses[0], ready: false, state: { waiting } }],
    });
    const { code, out } = await deploy();
    expect(code).toBe(1);
    expect(out).toMatch(/^hr: the node cannot pull .*unauthorized/m);
    expect(out).toMatch(/^ {2}= fix: Compare the image's digest/m);
    // No kubelet ends it.
    await plane.client.raw("DELETE", `${POD_PATH}?gracePeriodSeconds=0`);
  });

  test("retire lists, asks, stops the database, and deletes volume and namespace in this order", async () => {
    expect((await repository.run("retire", "hr")).err).toContain("error[not-confirmed]");
    expect((await plane.client.get(named("PersistentVolumeClaim", "oradata"))).status).toBe(200);
    const { code, out, err } = await repository.run("retire", "hr", "--yes", "hr");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^namespace {2}seedbed-hr, since 20/m);
    expect(out).toMatch(/^volume {5}oradata, 20Gi$/m);
    const deleted = [...out.matchAll(/deleted (\w+)/g)].map(([, kind]) => kind);
    expect(deleted).toEqual(["StatefulSet", "PersistentVolumeClaim", "Namespace"]);
    expect(
      (await plane.client.get({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } })).status,
    ).toBe(404);
    expect((await repository.run("retire", "hr", "--yes", "hr")).out).toContain("has no namespace seedbed-hr");
  });

  test("a namespace in termination is told before anything is changed", async () => {
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: NAMESPACE, finalizers: ["seedbed.test/wait"] },
    };
    await plane.client.create(namespace);
    await plane.client.delete(namespace);
    expect((await deploy("--no-wait")).err).toMatch(/error\[object-terminating\]: Namespace\/seedbed-hr/);
    await plane.client.patch(namespace, { metadata: { finalizers: [] } });
  });

  /** As the scheduler would, which leaves it alone afterwards. */
  async function bindPod(): Promise<void> {
    await put(plane, { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } });
    const target = { apiVersion: "v1", kind: "Node", name: "node-1" };
    const binding = { apiVersion: "v1", kind: "Binding", metadata: { name: "oracle-0" }, target };
    const { status, message } = await plane.client.raw("POST", `${POD_PATH}/binding`, binding);
    if (status >= 300) throw new Error(message);
  }

  async function patchPod(status: object): Promise<void> {
    const { status: answered, message } = await plane.client.patch(named("Pod", "oracle-0"), { status }, "status");
    if (answered >= 300) throw new Error(message);
  }
});

test.skipIf(missingForControlPlane() !== null)(
  "a cluster without a kind of the manifests is told before anything is changed",
  async () => {
    const plane = await startControlPlane();
    const repository = await startClusterRepository(plane, { clock });
    try {
      await seedRepository(repository);
      expect((await repository.run("deploy", "hr")).err).toMatch(/error\[kind-missing\].*ExternalSecret\/hr-app/);
      expect(IMAGE).toContain("@sha256:");
    } finally {
      await repository.remove();
      await plane.close();
    }
  },
);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 30));
}
