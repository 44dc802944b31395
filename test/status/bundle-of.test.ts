import { expect, test } from "vitest";
import { bundleOf } from "../../src/cluster/bundle-of.ts";

const FLEET = `name: "seedbed-hr"
labels:
  seedbed.dev/database: "hr"
defaultNamespace: "seedbed-system"
helm:
  releaseName: "seedbed-hr"
correctDrift:
  enabled: true
  force: false
overrideTargets:
  - clusterName: "c1"
`;

/** What Fleet 0.16.1's own command line printed for such a folder: name and labels, options, resources without fleet.yaml and sorted, targets and their restriction. */
test("a folder becomes the bundle that Fleet's own command line makes of it", () => {
  const files = [
    { path: "environments/hr/manifests/fleet.yaml", text: FLEET },
    { path: "environments/hr/manifests/20-b.yaml", text: "b" },
    { path: "environments/hr/manifests/10-a.yaml", text: "a" },
  ];
  expect(bundleOf(files, "fleet-default")).toEqual({
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "Bundle",
    metadata: { name: "seedbed-hr", namespace: "fleet-default", labels: { "seedbed.dev/database": "hr" } },
    spec: {
      defaultNamespace: "seedbed-system",
      helm: { releaseName: "seedbed-hr" },
      correctDrift: { enabled: true, force: false },
      resources: [
        { name: "10-a.yaml", content: "a" },
        { name: "20-b.yaml", content: "b" },
      ],
      targets: [{ clusterName: "c1" }],
      targetRestrictions: [{ clusterName: "c1" }],
    },
  });
});
