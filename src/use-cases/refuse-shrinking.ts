import { textAt } from "../cluster/fields.ts";
import { bytesOf, sizeForRequest } from "../cluster/live-size.ts";
import type { LiveObject } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import type { WantedObject } from "./wanted-objects.ts";

/**
 * Throws where a volume is larger than its manifest asks for, because somebody grew the claim by hand: the server would first name a conflict
 * that taking over does not mend (kubernetes/kubernetes v1.36, pkg/apis/core/validation, ValidatePersistentVolumeClaimUpdate).
 */
export function refuseShrinking(objects: readonly WantedObject[], live: ReadonlyMap<string, LiveObject>): void {
  for (const { name, object } of objects) {
    const found = object.kind === "PersistentVolumeClaim" ? live.get(name) : undefined;
    const wanted = sizeOf(object);
    const asked = sizeOf(found);
    const capacity = textAt(found, "status", "capacity", "storage");
    if (wanted === undefined || asked === undefined || capacity === undefined) continue;
    if (bytesOf(wanted) >= bytesOf(asked) || bytesOf(wanted) > bytesOf(capacity)) continue;
    throw new SeedbedError(
      "claim-below-capacity",
      `${name} was grown by hand to ${asked}, and its manifest has ${wanted}: a volume never shrinks.`,
      {
        fix: `Set database.storage.size to ${sizeForRequest(asked)} or more, run seedbed render, and commit. Nothing was changed.`,
      },
    );
  }
}

function sizeOf(claim: unknown): string | undefined {
  return textAt(claim, "spec", "resources", "requests", "storage");
}
