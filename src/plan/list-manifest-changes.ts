import { diffManifests, type ManifestChange } from "../manifests/diff-manifests.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Change } from "./plan.ts";

/** The changes in the cluster, grouped by their effect. */
export function listManifestChanges(before: readonly RenderedFile[], after: readonly RenderedFile[]): Change[] {
  return diffManifests(before, after).map((change) => {
    const { object, field } = change;
    if (field === "") return comeOrGo(change);
    return { kind: kindOf(change), object, field, from: change.from ?? null, to: change.to ?? null };
  });
}

function kindOf(change: ManifestChange): Change["kind"] {
  if (change.restart) return "restart";
  const isVolume = change.object.startsWith("PersistentVolumeClaim/") && change.field.startsWith("spec.resources");
  return isVolume ? "grow" : "apply";
}

/** Added and removed objects are only named: their text is in the manifests. */
function comeOrGo({ object, from }: ManifestChange): Change {
  if (from === undefined) return { kind: "create", object, field: "", from: null, to: object };
  return { kind: "apply", object, field: "", from: object, to: null };
}
