import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../lock/example-lock.ts";
import { changeExample, readSettingsText } from "../../request/read-example.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject, ObjectName } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";
import { objectOf, objectsOf, seededTree, type Tree } from "../manifests/trees.ts";
import { Helm } from "./helm.ts";

/** The example hr, seeded, under another name and with one text of its request changed. */
function treeOf(database: string, [from, to]: [string, string] = ["cpu:", "cpu:"], image = digestOf("5")): Tree {
  const files = { ...changeExample("hr", from, to), database };
  return seededTree({ files, settings: readSettingsText() }, (lock) => (lock.image!.digest = image));
}

/** A class whose volumes may grow; it is the default, as on most clusters. Nothing makes its volumes. */
const GROWING: ClusterObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "growing", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "disks.example",
  allowVolumeExpansion: true,
};

describe.skipIf(missingForControlPlane() !== null)("Helm as Fleet uses it", () => {
  let plane: ControlPlane;
  let helm: Helm;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
    helm = new Helm(plane);
    await plane.client.create(GROWING);
  });
  afterAll(() => plane?.close());

  const live = async (name: ObjectName): Promise<ClusterObject> => (await plane.client.get(name)).object;
  const statusOf = async (name: ObjectName): Promise<number> => (await plane.client.get(name)).status;
  const uid = async (name: ObjectName): Promise<string> => (await live(name)).metadata.uid!;
  const podIn = (namespace: string): ObjectName => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "oracle-0", namespace },
  });
  const imageOf = ({ spec }: ClusterObject): string =>
    (spec as { containers: { image: string }[] }).containers[0]!.image;
  const kept = (tree: Tree): ClusterObject[] => [objectOf(tree, "Namespace"), objectOf(tree, "PersistentVolumeClaim")];

  /** A volume for a claim, as a provisioner would make it. */
  async function bind(tree: Tree): Promise<void> {
    const claim = objectOf(tree, "PersistentVolumeClaim");
    const { resources, accessModes } = claim["spec"] as { resources: { requests: object }; accessModes: string[] };
    const { name, namespace } = claim.metadata;
    await plane.client.create({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `of-${namespace}` },
      spec: {
        capacity: resources.requests,
        accessModes,
        storageClassName: GROWING.metadata.name,
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace },
        hostPath: { path: "/nowhere" },
      },
    });
    await expect.poll(async () => (await live(claim))["status"]).toMatchObject({ phase: "Bound" });
  }

  describe("through the life of a database", () => {
    const first = treeOf("life");
    const pod = podIn("seedbed-life");

    test("installs every object of the files as they are, and its own record elsewhere", async () => {
      expect(await helm.install(first)).toMatchObject({ code: 0 });
      for (const { object } of objectsOf(first)) expect(await live(object)).toMatchObject(object);
      const records = await plane.client.list("v1", "Secret", "seedbed-system");
      expect(records.map(({ metadata: { name } }) => name)).toEqual(["sh.helm.release.v1.seedbed-life.v1"]);
      await bind(first);
      await expect.poll(() => statusOf(pod)).toBe(200);
    });

    test("changes a parameter without touching the pod", async () => {
      const before = await live(pod);
      const tree = treeOf("life", ["open_cursors: 500", "open_cursors: 700"]);
      expect(await helm.upgrade(tree)).toMatchObject({ code: 0 });
      expect(await live(objectOf(tree, "ConfigMap", "apply"))).toMatchObject(objectOf(tree, "ConfigMap", "apply"));
      const { generation, observedGeneration } = generationsOf(await live(objectOf(tree, "StatefulSet")));
      expect(observedGeneration).toBe(generation);
      expect((await live(pod)).metadata.uid).toBe(before.metadata.uid);
    });

    test("lets the volume grow where its class allows that", async () => {
      const tree = treeOf("life", ["size: 20Gi", "size: 50Gi"]);
      expect(await helm.upgrade(tree)).toMatchObject({ code: 0 });
      const claim = await live(objectOf(tree, "PersistentVolumeClaim"));
      expect(claim["spec"]).toMatchObject({ resources: { requests: { storage: "50Gi" } } });
    });

    test("replaces the pod after a new seed, on the same volume", async () => {
      const before = await live(pod);
      const claim = await uid(kept(first)[1]!);
      const tree = treeOf("life", ["size: 20Gi", "size: 50Gi"], digestOf("9"));
      expect(await helm.upgrade(tree)).toMatchObject({ code: 0 });
      await expect
        .poll(async () => (await plane.client.get(pod)).object["spec"] && imageOf(await live(pod)))
        .toContain(digestOf("9"));
      expect((await live(pod)).metadata.uid).not.toBe(before.metadata.uid);
      expect(await uid(kept(first)[1]!)).toBe(claim);
    });

    test("leaves namespace and volume when it is retired, and takes them up again with their content", async () => {
      const tree = treeOf("life", ["size: 20Gi", "size: 50Gi"], digestOf("9"));
      const ids = await Promise.all(kept(tree).map(uid));
      expect(await helm.uninstall(tree)).toMatchObject({ code: 0 });
      for (const name of [objectOf(tree, "StatefulSet"), objectOf(tree, "Service", "oracle"), pod])
        await expect.poll(() => statusOf(name)).toBe(404);
      expect(await Promise.all(kept(tree).map(uid))).toEqual(ids);
      expect(await helm.install(tree)).toMatchObject({ code: 0 });
      expect(await Promise.all(kept(tree).map(uid))).toEqual(ids);
      await expect.poll(() => statusOf(pod)).toBe(200);
    });
  });

  test("leaves a namespace alone that is not its own, and says whose annotation is missing", async () => {
    const tree = treeOf("foreign");
    const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: "seedbed-foreign" } };
    const id = (await plane.client.create(space)).object.metadata.uid;
    const { code, said } = await helm.install(tree);
    expect(code).toBe(1);
    expect(said).toMatch(
      /Namespace "seedbed-foreign" .*exists and cannot be imported into the current release: invalid ownership metadata/,
    );
    expect(await live(space)).toMatchObject({ metadata: { uid: id } });
    expect(await statusOf(objectOf(tree, "StatefulSet"))).toBe(404);
  });

  test("stops where somebody else moved the namespace to another project, and names him and the annotation", async () => {
    const tree = treeOf("moved");
    expect(await helm.install(tree)).toMatchObject({ code: 0 });
    const { apiVersion, kind, metadata } = objectOf(tree, "Namespace");
    const moved = { name: metadata.name, annotations: { "field.cattle.io/projectId": "c-m-1:p-other" } };
    const byRancher = { fieldManager: "rancher", force: true };
    expect((await plane.client.apply({ apiVersion, kind, metadata: moved }, byRancher)).status).toBe(200);
    const { code, said } = await helm.upgrade(treeOf("moved", ["open_cursors: 500", "open_cursors: 700"]));
    expect(code).toBe(1);
    expect(said).toMatch(/conflict with "rancher".*\.metadata\.annotations\.field\.cattle\.io\/projectId/);
  });

  test("says what cannot change, and goes on once that is taken back", async () => {
    const tree = treeOf("fixed");
    expect(await helm.install(tree)).toMatchObject({ code: 0 });
    const files = tree.files.map(({ path, text }) => ({
      path,
      text: text.replace("serviceName: oracle-pods", "serviceName: other"),
    }));
    const { code, said } = await helm.upgrade({ ...tree, files });
    expect([code, said]).toEqual([1, expect.stringContaining("updates to statefulset spec for fields other than")]);
    expect(await helm.upgrade(tree)).toMatchObject({ code: 0 });
  });
});

function generationsOf({ metadata, status }: ClusterObject): { generation: number; observedGeneration: number } {
  return {
    generation: metadata["generation"] as number,
    observedGeneration: (status as { observedGeneration: number }).observedGeneration,
  };
}
