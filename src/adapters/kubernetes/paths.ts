import type { ObjectPlace, ResourceKind, Selection } from "../../ports/cluster.ts";

/** The path of a kind's objects, in one namespace or in all (kubernetes.io, "Kubernetes API Concepts", Resource URIs). */
export function collectionPath({ apiVersion, plural, namespaced }: ResourceKind, namespace?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`;
}

export function objectPath(kind: ResourceKind, { namespace, name }: ObjectPlace): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

export function listPath(kind: ResourceKind, { namespace, labels, fields }: Selection): string {
  return withQuery(collectionPath(kind, namespace), { labelSelector: labels, fieldSelector: fields });
}

/** A path with the parts of a query that have a value. */
export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
