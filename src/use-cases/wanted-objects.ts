import { checkManifests } from "../manifests/check-manifests.ts";
import { isKubernetesObject, readManifests } from "../manifests/manifest-documents.ts";
import type { KubernetesObject } from "../manifests/manifest-input.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Cluster, LiveObject, ObjectPlace, ResourceKind } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import { compareFiles } from "./render.ts";

/** An object of the manifests, and where the cluster keeps its kind. */
export interface WantedObject {
  /** `StatefulSet/oracle`. */
  name: string;
  kind: ResourceKind;
  object: KubernetesObject;
}

/** The objects of committed manifests, in their order. Throws where they are not what the request renders to. */
export function readWantedObjects(
  committed: readonly RenderedFile[],
  rendered: readonly RenderedFile[],
): KubernetesObject[] {
  const { write, remove } = compareFiles(committed, rendered);
  const stale = [...write.map(({ path }) => path), ...remove];
  if (stale.length > 0)
    throw new SeedbedError(
      "manifests-stale",
      `These files are not what the committed request renders to: ${stale.join(", ")}.`,
      {
        fix: "Run seedbed render, and commit the result: only what is committed is deployed.",
      },
    );
  const mistakes = checkManifests(rendered);
  if (mistakes.length > 0)
    throw new SeedbedError(
      "manifests-invalid",
      `The manifests fail their own check: ${mistakes.map(({ what }) => what).join("; ")}.`,
      {
        fix: "This is a mistake of Seedbed's: please report it with the line above. Nothing was deployed.",
      },
    );
  return readManifests(rendered)
    .documents.map(({ value }) => value)
    .filter(isKubernetesObject);
}

/** Throws for a kind that the cluster does not know. */
export async function locateObjects(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<WantedObject[]> {
  return Promise.all(objects.map((object) => locate(cluster, object)));
}

async function locate(cluster: Cluster, object: KubernetesObject): Promise<WantedObject> {
  const kind = await cluster.findKind(object);
  const name = nameOf(object);
  if (kind !== null) return { name, kind, object };
  throw new SeedbedError(
    "kind-missing",
    `The cluster of context ${cluster.context} has no ${object.kind} (${object.apiVersion}), which ${name} is.`,
    {
      fix: "Install the operator that brings this kind, most often the External Secrets Operator, or use secrets.kind: existing in the settings. Nothing was changed.",
    },
  );
}

export function nameOf({ kind, metadata }: KubernetesObject | LiveObject): string {
  return `${kind}/${metadata.name}`;
}

export function placeOf({ metadata: { name, namespace } }: KubernetesObject | LiveObject): ObjectPlace {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}
