import { readFileSync } from "node:fs";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import type { Reading } from "../../../src/ports/cluster.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { condition, gitRepo } from "../../status/shapes.ts";
import { missingForControlPlane } from "../assets.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { writeKubeconfig } from "../adapter/kubeconfigs.ts";
import { addFleetKinds, putWithStatus } from "../fleet-kinds.ts";
import { startKubelet, type Kubelet } from "./kubelet.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { claimOf, IMAGE, NAMESPACE, namespaceOf, put, putFleet, seedRepository } from "./live-database.ts";
import { expectQuoted } from "./quoted.ts";
import { putPod, READY } from "./live-pod.ts";

/** A volume that the controller binds the claim to; nothing ever mounts it. */
const VOLUME = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "of-seedbed-hr" },
  spec: {
    capacity: { storage: "20Gi" },
    accessModes: ["ReadWriteOnce"],
    hostPath: { path: "/nowhere" },
    claimRef: { namespace: NAMESPACE, name: "oradata" },
  },
};

describe.skipIf(missingForControlPlane() !== null)("seedbed status at a real API server", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  let kubelet: Kubelet;
  let commit = "";
  /** What the container prints, which nobody runs here; null to ask the API server. */
  let inside: Reading<string> | null = null;
  beforeAll(async () => {
    plane = await startControlPlane();
    const environment = { KUBECONFIG: plane.kubeconfig };
    const { signal } = new AbortController();
    repository = await startClusterRepository(plane, {
      openCluster: async (choice) => {
        const cluster = await openCluster(choice, { environment, clock: systemClock, signal });
        return { ...cluster, run: async (...given) => inside ?? (await cluster.run(...given)) };
      },
    });
    await seedRepository(repository);
    kubelet = await startKubelet(plane);
    commit = repository.git("rev-parse", "HEAD").trim();
  });
  afterAll(async () => {
    await repository?.remove();
    await kubelet?.close();
    await plane?.close();
  });

  const status = async (...args: string[]) => {
    const { code, out, err } = await repository.run("status", "--json", ...args);
    if (code === 2) throw new Error(err || out);
    return { code, all: (JSON.parse(out) as { databases: Record<string, unknown>[] }).databases };
  };

  test("nothing there: the namespace is missing, and its command is told", async () => {
    const { code, all } = await status("hr");
    expect(code).toBe(1);
    expect(all).toMatchObject([
      { database: "hr", health: "broken", code: "namespace-missing", image: { wanted: IMAGE, live: null } },
    ]);
    const text = (await repository.run("status", "hr")).out;
    expect(text).toMatch(/state\s+broken: the cluster of context test has no namespace seedbed-hr/);
  });

  test("open, by Fleet and pod", async () => {
    await addFleetKinds(plane);
    await put(plane, namespaceOf());
    await put(plane, VOLUME);
    await put(plane, claimOf());
    const phase = async () => ((await plane.client.get(claimOf())).object["status"] as { phase: string }).phase;
    await expect.poll(phase).toBe("Bound");
    await putPod(plane, READY);
    await putFleet(plane, commit);
    kubelet.log = [
      "seedbed phase=open event=done",
      "ORACLE instance started.",
      'seedbed phase=backup event=done text="20261130T010000Z, 12 tables"',
    ];
    inside = {
      state: "read",
      value:
        "files /dev/sdb 20971520 5242880 15728640 25% /opt/oracle/oradata\nbackup .seedbed/backups/20261130T010000Z/\n",
    };
    const { code, all } = await status("hr");
    expect(all).toMatchObject([
      {
        health: "open",
        generation: 4,
        image: { wanted: IMAGE, live: IMAGE },
        pod: { name: "oracle-0", ready: true, restarts: 0, node: "node-1" },
        volume: { asked: "20Gi", size: "20Gi" },
        progress: { phase: "open" },
        backup: { state: "done", text: "20261130T010000Z, 12 tables" },
      },
    ]);
    expect(code).toBe(0);
    expectQuoted("status hr", (await repository.run("status", "hr")).out);
    inside = null;
  });

  test("who may not run a command in the container learns why its volume is unknown, and the rest all the same", async () => {
    const carl = writeKubeconfig(plane, "carl", { as: "carl" });
    const rules = [
      { apiGroups: [""], resources: ["pods", "persistentvolumeclaims", "events", "pods/log"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["get"] },
    ];
    const where = { name: "carl", namespace: NAMESPACE };
    await put(plane, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: where, rules });
    await put(plane, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: where,
      subjects: [{ kind: "User", name: "carl", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "Role", name: "carl", apiGroup: "rbac.authorization.k8s.io" },
    });
    const why = expect.stringMatching(/User "carl" cannot (get|create) resource "pods\/exec"/);
    expect(await status("hr", "--no-fleet", "--kubeconfig", carl)).toMatchObject({
      code: 0,
      all: [{ health: "open", inside: { state: "denied", why } }],
    });
    const { out } = await repository.run("status", "hr", "--no-fleet", "--kubeconfig", carl);
    expect(out).toMatch(/volume +20Gi; use unknown: .*pods\/exec/);
    expect(out).toMatch(/backup .*on the volume unknown: .*pods\/exec/);
    const { all } = await status("hr", "--no-fleet", "--no-exec", "--kubeconfig", carl);
    expect(all).toMatchObject([{ health: "open", inside: null }]);
  });

  test("a node that runs nothing is no reason to fail", async () => {
    expect(await status("hr", "--no-fleet")).toMatchObject({
      code: 0,
      all: [{ health: "open", inside: { state: "denied", why: expect.stringMatching(/./) } }],
    });
  });

  test("a GitRepo that is stalled comes before the pod that is ready", async () => {
    await putWithStatus(plane, gitRepo({ commit, conditions: [condition("Stalled", "True", "yaml: line 2")] }));
    const { code, all } = await status("hr");
    expect([code, all]).toMatchObject([1, [{ health: "broken", code: "gitrepo-stalled" }]]);
    expect(await status("hr", "--no-fleet")).toMatchObject({ code: 0, all: [{ health: "open" }] });
    await putWithStatus(plane, gitRepo({ commit }));
  });

  test("a commit that is not fetched makes nothing behind, and a new one of main does", async () => {
    repository.git("commit", "-q", "--allow-empty", "-m", "next");
    const { all } = await status("hr");
    expect(all).toMatchObject([{ health: "working", code: "gitrepo-behind" }]);
    repository.git("reset", "-q", "--hard", commit);
  });

  test("who may read nothing of Fleet learns that it is unknown, and who may read no pods as well", async () => {
    const rule = (name: string, resources: string[], apiGroups: string[]) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name },
      rules: [{ apiGroups, resources, verbs: ["get", "list"] }],
    });
    await put(plane, rule("pods", ["pods", "persistentvolumeclaims"], [""]));
    await put(plane, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "ada" },
      subjects: [{ kind: "User", name: "ada", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "ClusterRole", name: "pods", apiGroup: "rbac.authorization.k8s.io" },
    });
    const ada = writeKubeconfig(plane, "ada", { as: "ada" });
    expect(await status("hr", "--kubeconfig", ada)).toMatchObject({
      code: 1,
      all: [{ health: "unknown", code: "fleet-not-readable", what: expect.stringContaining('User "ada" cannot list') }],
    });
    const bob = writeKubeconfig(plane, "bob", { as: "bob" });
    expect(await status("hr", "--kubeconfig", bob, "--no-fleet")).toMatchObject({
      code: 1,
      all: [{ health: "unknown", code: "not-readable" }],
    });
  });

  test("a quota that refuses the pod is found in the events of the controller", async () => {
    const set = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "oracle", namespace: NAMESPACE } };
    await plane.client.raw("DELETE", `/api/v1/namespaces/${NAMESPACE}/pods/oracle-0?gracePeriodSeconds=0`);
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "small", namespace: NAMESPACE } };
    await put(plane, { ...quota, spec: { hard: { pods: "0" } } });
    while (((await plane.client.get(quota)).object["status"] as { hard?: object } | undefined)?.hard === undefined)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const labels = { a: "b" };
    await put(plane, {
      ...set,
      spec: {
        serviceName: "oracle-pods",
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "oracle", image: IMAGE }] } },
      },
    });
    const found = async () => (await status("hr", "--no-fleet")).all[0]!;
    while ((await found())["code"] === "pod-missing") await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await found()).toMatchObject({
      health: "broken",
      code: "quota-refused",
      what: expect.stringContaining("exceeded quota: small"),
    });
  });

  test("all databases in a table: one that was never seeded waits, and the others are told what to do", async () => {
    await repository.write("environments/crm/database_config.yaml", readRequest().replace("hr-app", "crm-app"));
    await repository.write("environments/crm/scripts/mask.sql", "commit;\n");
    repository.commit();
    const { code, out, err } = await repository.run("status", "--no-fleet");
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(/^DATABASE\s+STATE\s+GENERATION\s+RESTARTS\s+VOLUME\s+WHAT$/m);
    expect(out).toMatch(/^crm\s+waiting\s+0\s+-\s+-\s+waiting for the first seed/m);
    expect(out).toMatch(/^hr\s+broken\s+4/m);
    expect(out).toMatch(/^ {2}= fix: Compare the request's size/m);
  });

  function readRequest(): string {
    return readFileSync(`${repository.folder}/environments/hr/database_config.yaml`, "utf8");
  }
});
