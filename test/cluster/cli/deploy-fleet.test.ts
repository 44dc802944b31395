import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { addFleetKinds } from "../fleet-kinds.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { claimOf, namespaceOf, put, seedRepository } from "./live-database.ts";
import { expectQuoted } from "./quoted.ts";

const BUNDLE = {
  apiVersion: "fleet.cattle.io/v1alpha1",
  kind: "Bundle",
  metadata: { name: "seedbed-hr", namespace: "fleet-default" },
};

const LABELS = { app: "oracle" };
const DEPLOYED = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "oracle", namespace: "seedbed-hr" },
  spec: {
    replicas: 0,
    serviceName: "oracle-pods",
    selector: { matchLabels: LABELS },
    template: { metadata: { labels: LABELS }, spec: { containers: [{ name: "oracle", image: "x" }] } },
  },
};

describe.skipIf(missingForControlPlane() !== null)("seedbed deploy --via fleet at a real API server", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  const clock = { now: () => Date.now(), sleep: async () => {} };
  beforeAll(async () => {
    plane = await startControlPlane();
    repository = await startClusterRepository(plane, { clock, ask: async () => null });
    await seedRepository(repository);
  });
  afterAll(async () => {
    await repository?.remove();
    await plane?.close();
  });

  const deploy = (...args: string[]) => repository.run("deploy", "hr", "--via", "fleet", "--no-wait", ...args);

  test("a cluster without Fleet is told", async () => {
    expect((await deploy()).err).toMatch(/error\[fleet-missing\].*context test/);
  });

  test("makes the bundle, shows what changes in it, and keeps nothing of a dry run", async () => {
    await addFleetKinds(plane);
    await put(plane, namespaceOf("fleet-default"));
    const tried = await deploy("--dry-run");
    expect([tried.code, tried.err]).toEqual([0, ""]);
    expect(tried.out).toMatch(/^ {2}create {3}Bundle\/seedbed-hr$/m);
    expect((await plane.client.get(BUNDLE)).status).toBe(404);
    expect((await deploy()).code).toBe(0);
    const { object } = await plane.client.get(BUNDLE);
    expect(object["spec"]).toMatchObject({
      targets: [{ clusterName: "rke-dev" }],
      helm: { releaseName: "seedbed-hr" },
    });
    expect((await deploy()).out).toContain("Nothing changes in the cluster.");
  });

  test("a GitRepo takes it over as its job does, and then keeps it", async () => {
    const { object } = await plane.client.get(BUNDLE);
    // rancher/fleet v0.16.1, internal/cmd/cli/apply/apply.go, save: spec, labels and annotations are replaced by an update.
    const labels = {
      ...object.metadata.labels,
      "fleet.cattle.io/repo-name": "databases",
      "fleet.cattle.io/commit": "a",
    };
    const taken: ClusterObject = { ...object, metadata: { ...object.metadata, labels } };
    expect((await plane.client.replace(taken, { fieldManager: "fleet" })).status).toBe(200);
    expect((await deploy()).err).toMatch(/error\[bundle-of-gitrepo\].*GitRepo databases/);
    expect((await plane.client.get(BUNDLE)).object.metadata.labels).toMatchObject(labels);
  });

  test("retire waits for the bundle, because Fleet would bring the namespace back", async () => {
    const annotations = { "meta.helm.sh/release-name": "seedbed-hr", "objectset.rio.cattle.io/id": "x" };
    await put(plane, { ...namespaceOf(), metadata: { name: "seedbed-hr", annotations } });
    expect((await repository.run("retire", "hr", "--yes", "hr")).err).toContain("error[still-requested]");
    await put(plane, claimOf());
    await put(plane, { ...DEPLOYED, metadata: { ...DEPLOYED.metadata, annotations } });
    repository.git("rm", "-q", "-r", "environments/hr");
    repository.commit();
    const running = repository.run("retire", "hr", "--yes", "hr");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const namespace = namespaceOf();
    expect((await plane.client.get(namespace)).object.metadata["deletionTimestamp"]).toBeUndefined();
    await plane.client.delete(BUNDLE);
    // Whoever asks the wrong management cluster sees no bundle either: what Helm deployed is there until it was removed.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await plane.client.get(namespace)).object.metadata["deletionTimestamp"]).toBeUndefined();
    await plane.client.delete(DEPLOYED);
    const { code, out, err } = await running;
    expect([code, err]).toEqual([0, ""]);
    expectQuoted("retire hr --yes hr", out);
    expect((await plane.client.get(namespace)).status).toBe(404);
  });
});
