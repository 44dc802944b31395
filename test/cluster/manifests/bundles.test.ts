import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { addKindsOf } from "./plane-with-kinds.ts";
import { randomConfigurations } from "./random-request.ts";
import { demoTrees, exampleTrees, goldenTrees, seededTree, type Tree } from "./trees.ts";

/** Fleet's own definitions of its kinds (rancher/fleet, charts/fleet-crd/templates/crds.yaml): they are not part of this repository. */
const DEFINITIONS = process.env["SEEDBED_FLEET_CRDS"];

const NAMESPACE = "fleet-test";

interface FleetFile {
  name: string;
  labels: Record<string, string>;
  overrideTargets: object[];
  [spec: string]: unknown;
}

/** The Bundle that `fleet apply` makes of a folder: fleet.yaml is its spec, the other files are its resources (https://fleet.rancher.io/ref-bundle). */
function bundleOf({ files }: Tree): ClusterObject {
  const file = files.find(({ path }) => path.endsWith("/fleet.yaml"))!;
  const { name, labels, overrideTargets, ...spec } = parse(file.text) as FleetFile;
  const resources = files
    .filter((one) => one !== file)
    .map(({ path, text }) => ({ name: basename(path), content: text }));
  return {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "Bundle",
    metadata: { name, namespace: NAMESPACE, labels },
    spec: { ...spec, targets: overrideTargets, targetRestrictions: overrideTargets, resources },
  };
}

describe.skipIf(missingForControlPlane() !== null || DEFINITIONS === undefined)(
  "Fleet's definition of a Bundle",
  () => {
    let plane: ControlPlane;
    beforeAll(async () => {
      plane = await startControlPlane();
      await addKindsOf(DEFINITIONS!, plane.client);
      await plane.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    });
    afterAll(() => plane?.close());

    test.each([...goldenTrees(), ...exampleTrees(), ...demoTrees()])("takes that of $name", async (tree) => {
      const { status, message, warnings } = await plane.client.create(bundleOf(tree), { dryRun: true });
      expect({ status, message, warnings }).toEqual({ status: 201, message: "", warnings: [] });
    });

    test("takes those of 50 random configurations", async () => {
      for (const configuration of randomConfigurations(1, 50)) {
        const answer = await plane.client.create(bundleOf(seededTree(configuration)), { dryRun: true });
        expect(answer).toMatchObject({ status: 201, message: "", warnings: [] });
      }
    });

    test.each([
      ["a misspelt key", { helm: { releasName: "a" } }, 'unknown field "spec.helm.releasName"'],
      ["a release of 54 characters", { helm: { releaseName: "a".repeat(54) } }, "Too long"],
      ["a text for a switch", { correctDrift: { enabled: "yes" } }, "must be of type boolean"],
    ])("refuses %s", async (_, change, said) => {
      const bundle = bundleOf(goldenTrees()[0]!);
      bundle["spec"] = { ...(bundle["spec"] as object), ...change };
      const { status, message } = await plane.client.create(bundle, { dryRun: true });
      expect([400, 422]).toContain(status);
      expect(message).toContain(said);
    });
  },
);
