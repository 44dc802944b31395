import type { ClusterObject } from "./cluster-object.ts";
import type { ControlPlane } from "./control-plane.ts";

const GROUP = "fleet.cattle.io";

/**
 * Fleet's kinds as far as a client has to do with them: group, version, names, scope and the status as a subresource, as in
 * rancher/fleet v0.16.1, charts/fleet-crd/templates/crds.yaml. Nothing below is checked.
 */
const KINDS: [kind: string, plural: string][] = [
  ["GitRepo", "gitrepos"],
  ["Bundle", "bundles"],
  ["BundleDeployment", "bundledeployments"],
  ["Cluster", "clusters"],
];

/** Makes Fleet's kinds known to a server, without Fleet. */
export async function addFleetKinds({ client }: ControlPlane): Promise<void> {
  for (const [kind, plural] of KINDS) {
    const answer = await client.create(definitionOf(kind, plural));
    if (answer.status !== 201) throw new Error(`${kind}: ${answer.message}`);
    while (!(await client.knows(`${GROUP}/v1alpha1`, kind))) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function definitionOf(kind: string, plural: string): ClusterObject {
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", properties: { spec: open, status: open } } },
        },
      ],
    },
  };
}

/** Creates or updates an object with its status, as the controllers that own both do. */
export async function putWithStatus({ client }: ControlPlane, object: ClusterObject): Promise<void> {
  const { status, ...rest } = object;
  const applied = await client.apply(rest as ClusterObject, { fieldManager: "fleetcontroller", force: true });
  if (applied.status >= 300) throw new Error(`${object.kind}: ${applied.message}`);
  // A merge patch keeps what it does not name.
  const cleared = await client.patch(object, { status: null }, "status");
  const patched = await client.patch(object, { status }, "status");
  for (const answer of [cleared, patched])
    if (answer.status >= 300) throw new Error(`${object.kind}: ${answer.message}`);
}
