import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROFILE_NAMES, PROFILES, type BaseProfile } from "../../../src/profiles/profiles.ts";
import { readExample, readSettingsText } from "../../request/read-example.ts";
import { missingForControlPlane } from "../assets.ts";
import type { Answer } from "../transport.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "./plane-with-kinds.ts";
import { objectOf, objectsOf, seededTree, type Tree } from "./trees.ts";

/** A seeded database on one kind of base image. */
function treeOf(profile: BaseProfile, database: string): Tree {
  const settings = readSettingsText().replace("profile: gvenzl-free", `profile: ${profile}`);
  return seededTree({ files: { ...readExample("hr"), database }, settings });
}

interface Pod {
  spec: { containers: { resources?: object; securityContext: object }[]; volumes: object[] };
}

/** The pod that the StatefulSet makes: only as a bare one it is told what admission says. */
function podOf(tree: Tree, name: string, change: (pod: Pod) => void = () => {}): ClusterObject {
  const { metadata, spec } = objectOf(tree, "StatefulSet");
  const { template } = structuredClone(spec) as { template: Pod & { metadata: object } };
  change(template);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name, namespace: metadata.namespace! },
    spec: template.spec,
  };
}

describe.skipIf(missingForControlPlane() !== null)("admission of a real API server", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startPlaneWithKinds();
  });
  afterAll(() => plane?.close());

  /** Applies a tree as Fleet would, in the order of its files, without what is in `leave`. */
  async function applyAll(tree: Tree, leave: string[] = []): Promise<void> {
    for (const { object } of objectsOf(tree).filter((one) => !leave.includes(one.object.kind)))
      expect(await plane.client.apply(object)).toMatchObject({ message: "" });
  }

  describe.each(PROFILE_NAMES)("of a pod on %s", (profile) => {
    const tree = treeOf(profile, `pod-${profile}`);
    beforeAll(() => applyAll(tree, ["StatefulSet", "ResourceQuota"]));
    const dryRun = (pod: ClusterObject): Promise<Answer> => plane.client.create(pod, { dryRun: true });

    test("lets it into its namespace", async () => {
      expect(await dryRun(podOf(tree, "bare"))).toMatchObject({ status: 201, message: "" });
    });

    test("refuses what Pod Security forbids there", async () => {
      const privileged = podOf(
        tree,
        "bare",
        ({ spec }) => (spec.containers[0]!.securityContext = { privileged: true }),
      );
      const host = podOf(tree, "bare", ({ spec }) => spec.volumes.push({ name: "host", hostPath: { path: "/" } }));
      for (const [pod, why] of [
        [privileged, "privileged"],
        [host, "hostPath"],
      ] as const)
        expect(await dryRun(pod)).toMatchObject({ status: 403, message: expect.stringContaining(why) as string });
    });

    test(`${PROFILES[profile].startsThroughSu ? "refuses" : "lets"} it where restricted is enforced`, async () => {
      const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
      const metadata = { name: `restricted-${profile}`, labels };
      await plane.client.create({ apiVersion: "v1", kind: "Namespace", metadata });
      const account = structuredClone(objectOf(tree, "ServiceAccount"));
      const pod = podOf(tree, "bare");
      for (const one of [account, pod]) one.metadata.namespace = metadata.name;
      await plane.client.create(account);
      const { status, message } = await dryRun(pod);
      expect([status, message]).toEqual(
        PROFILES[profile].startsThroughSu
          ? [
              403,
              expect.stringMatching(
                /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false .*, unrestricted capabilities/,
              ),
            ]
          : [201, ""],
      );
    });
  });

  describe("by quota and limits", () => {
    const tree = treeOf("gvenzl-free", "within");
    const namespace = "seedbed-within";
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "database", namespace } };
    const statusOf = async (): Promise<Record<"hard" | "used", Record<string, string>>> =>
      (await plane.client.get(quota)).object["status"] as never;

    beforeAll(() => applyAll(tree, ["StatefulSet"]));

    test("counts with the controller, which copies the quota's limits", async () => {
      const { hard } = objectOf(tree, "ResourceQuota")["spec"] as { hard: object };
      await expect.poll(async () => (await statusOf())?.hard).toEqual(hard);
    });

    test("gives a pod without an amount the database's, and refuses one above it", async () => {
      const bare = podOf(tree, "bare", ({ spec }) => delete spec.containers[0]!.resources);
      const { object } = await plane.client.create(bare, { dryRun: true });
      const { containers } = object["spec"] as unknown as Pod["spec"];
      const { limits } = (objectOf(tree, "StatefulSet")["spec"] as { template: Pod }).template.spec.containers[0]!
        .resources as { limits: object };
      expect(limits).toMatchObject((containers[0]!.resources as { limits: object }).limits);
      const big = { requests: { cpu: "64", memory: "1Gi" }, limits: { cpu: "64", memory: "1Gi" } };
      const above = podOf(tree, "bare", ({ spec }) => (spec.containers[0]!.resources = big));
      expect(await plane.client.create(above, { dryRun: true })).toMatchObject({
        status: 403,
        message: expect.stringContaining("maximum cpu usage per Container is") as string,
      });
    });

    test("lets the StatefulSet's one pod in, and no second", async () => {
      await plane.client.apply(objectOf(tree, "StatefulSet"));
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "oracle-0", namespace } };
      await expect.poll(async () => (await plane.client.get(pod)).status).toBe(200);
      await expect.poll(async () => (await statusOf()).used["pods"]).toBe("1");
      const { status, message } = await plane.client.create(podOf(tree, "second"), { dryRun: true });
      expect([status, message]).toEqual([403, expect.stringMatching(/exceeded quota: database, .*limited: .*pods=1/)]);
    });

    test("refuses a Service that leaves the cluster, and a second volume", async () => {
      const service = structuredClone(objectOf(tree, "Service", "oracle"));
      service.metadata.name = "outside";
      (service["spec"] as { type: string }).type = "NodePort";
      const claim = structuredClone(objectOf(tree, "PersistentVolumeClaim"));
      claim.metadata.name = "second";
      for (const object of [service, claim])
        expect(await plane.client.create(object, { dryRun: true })).toMatchObject({
          status: 403,
          message: expect.stringContaining("exceeded quota: database") as string,
        });
    });
  });
});
