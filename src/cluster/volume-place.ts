import type { LiveObject } from "../ports/cluster.ts";
import { listAt, textAt } from "./fields.ts";

/**
 * Where a PersistentVolume can be reached from, by its node affinity (core/v1 VolumeNodeAffinity): terms of which one has to fit, each of
 * conditions that all have to. null for a volume that every node reaches.
 */
export function describePlace(volume: LiveObject): string | null {
  const terms = listAt(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms");
  const texts = terms.map((term) => listAt(term, "matchExpressions").map(describeCondition).join(" and "));
  const said = texts.filter((text) => text !== "");
  return said.length === 0 ? null : said.join(", or ");
}

function describeCondition(condition: unknown): string {
  const [key = "", operator = ""] = [textAt(condition, "key"), textAt(condition, "operator")];
  const values = listAt(condition, "values").filter((value) => typeof value === "string");
  if (operator === "In") return `${key}=${values.join("|")}`;
  return [key, operator, values.join("|")].filter((part) => part !== "").join(" ");
}

/** Messages of the scheduler about a volume that no fitting node reaches, of Kubernetes until 1.32 and since (pkg/scheduler, volumebinding, volumezone). */
export const ELSEWHERE =
  /node\(s\) (?:had volume node affinity conflict|didn't match PersistentVolume's node affinity|had no available volume zone)/;
