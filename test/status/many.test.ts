import { expect, test } from "vitest";
import { showTable } from "../../src/cli/show-status.ts";
import { readStatus } from "../../src/use-cases/status.ts";
import type { Cluster, LiveObject } from "../../src/ports/cluster.ts";
import { KeptCluster } from "./kept-cluster.ts";
import { claim, IMAGE, NOT_READY, NOW, pod } from "./pod-shapes.ts";
import { bundle, deployment, gitRepo, TIP } from "./shapes.ts";

const LABELS = { "app.kubernetes.io/name": "oracle-database" };

/** What a database leaves in both clusters, with one name in place of hr. */
function objectsOf(database: string, ready = true): LiveObject[] {
  const namespace = `seedbed-${database}`;
  const at = (object: LiveObject, metadata: object): LiveObject => ({
    ...object,
    metadata: { ...object.metadata, ...metadata },
  });
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    at(pod(ready ? {} : NOT_READY), { namespace, labels: LABELS }),
    at(claim(), { namespace, labels: LABELS }),
    at(bundle(), { name: namespace }),
    at(deployment(), { name: namespace, labels: { "fleet.cattle.io/bundle-name": namespace } }),
  ];
}

function ask(cluster: KeptCluster, databases: readonly string[], fleet: Cluster | null = cluster.port) {
  return readStatus({
    inside: true,
    wanted: databases.map((database) => ({
      database,
      generation: 1,
      image: IMAGE,
      stopped: false,
      size: "20Gi",
      fleetCluster: "rke-test",
    })),
    cluster: cluster.port,
    fleet,
    knownCommits: async () => ({ tip: TIP, has: () => true }),
    clock: { now: () => NOW, sleep: async () => {} },
  });
}

test("five hundred databases take five lists and no other call while all are open", async () => {
  const names = Array.from({ length: 500 }, (_, index) => `db-${index}`);
  const cluster = new KeptCluster([gitRepo(), ...names.flatMap((name) => objectsOf(name))]);
  const all = await ask(cluster, names);
  expect(new Set(all.map(({ health }) => health))).toEqual(new Set(["open"]));
  expect(all.map(({ database }) => database)).toEqual(names);
  expect(cluster.calls.toSorted()).toEqual([
    "list Bundle",
    "list BundleDeployment",
    "list GitRepo",
    "list PersistentVolumeClaim",
    "list Pod",
  ]);
});

test("at most twenty that are not open are looked at closely, whatever their number", async () => {
  const names = Array.from({ length: 100 }, (_, index) => `db-${index}`);
  const cluster = new KeptCluster([gitRepo(), ...names.flatMap((name) => objectsOf(name, false))]);
  const all = await ask(cluster, names);
  expect(new Set(all.map(({ health }) => health))).toEqual(new Set(["working"]));
  expect(cluster.calls.filter((call) => call === "get Namespace")).toHaveLength(20);
});

test("who may read only some namespaces learns of those, and that the others are unknown", async () => {
  const names = ["one", "two", "three"];
  const cluster = new KeptCluster(names.flatMap((name) => objectsOf(name)));
  cluster.allowed = ["seedbed-two"];
  const all = await ask(cluster, names, null);
  expect(all.map(({ health }) => health)).toEqual(["unknown", "open", "unknown"]);
});

test("no command runs in a container but in that of the only database", async () => {
  const two = new KeptCluster([gitRepo(), ...objectsOf("one", false), ...objectsOf("two")]);
  expect((await ask(two, ["one", "two"])).map(({ inside }) => inside)).toEqual([null, null]);
  expect(two.calls).not.toContain("run");
  const cluster = new KeptCluster([gitRepo(), ...objectsOf("one")]);
  cluster.volume = { state: "read", value: "backup .seedbed/backups/20261130T010000Z/\n" };
  expect(await ask(cluster, ["one"])).toMatchObject([
    { health: "open", inside: { state: "read", value: { backups: ["20261130T010000Z"], files: null } } },
  ]);
  expect(cluster.calls.filter((call) => call === "run")).toHaveLength(1);
});

test("a volume that was grown by hand is told below the table of all", async () => {
  const [one, two] = [objectsOf("one"), objectsOf("two")];
  const grown = one.map((object) =>
    object.kind === "PersistentVolumeClaim"
      ? { ...object, spec: { resources: { requests: { storage: "30Gi" } } } }
      : object,
  );
  const all = await ask(new KeptCluster([gitRepo(), ...grown, ...two]), ["one", "two"]);
  const lines = showTable(all, { color: false, width: 100 }).split("\n");
  expect(lines.filter((line) => line.includes("grown by hand"))).toEqual([
    "one: the volume was grown by hand to 30Gi, and the request has 20Gi: set database.storage.size to 30Gi or more",
  ]);
});
