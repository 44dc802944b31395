import { isTrueAt, listAt, textAt } from "../../cluster/fields.ts";
import type { Cluster, ResourceKind } from "../../ports/cluster.ts";
import { ask, type Asking } from "./ask.ts";

/** The kinds of a group's version, asked once (kubernetes.io, "Kubernetes API Concepts", Discovery). */
export function openDiscovery(asking: Asking): Cluster["findKind"] {
  const known = new Map<string, Promise<ResourceKind[]>>();
  return async ({ apiVersion, kind }) => {
    const asked = known.get(apiVersion) ?? discover(asking, apiVersion);
    known.set(apiVersion, asked);
    return (await asked).find((one) => one.kind === kind) ?? null;
  };
}

async function discover(asking: Asking, apiVersion: string): Promise<ResourceKind[]> {
  const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await ask(asking, { method: "GET", path });
  if (status !== 200) return [];
  // Subresources such as pods/log are in the list as well.
  const own = listAt(body, "resources").filter((one) => textAt(one, "name")?.includes("/") === false);
  return own.map((one) => ({
    apiVersion,
    kind: textAt(one, "kind") ?? "",
    plural: textAt(one, "name") ?? "",
    namespaced: isTrueAt(one, "namespaced"),
  }));
}
