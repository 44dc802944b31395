import type { ManifestChange } from "../manifests/diff-manifests.ts";
import { fitText, showValue } from "../plan/show-value.ts";
import { showLines } from "../text/unseen.ts";

/** What an apply changes, one line each, and whether the pod restarts. */
export function showChanges(changes: readonly ManifestChange[], width: number): string {
  if (changes.length === 0) return "Nothing changes in the cluster.\n";
  const lines = changes.map((change) => `  ${describe(change, width)}`);
  const restart = changes.some((change) => change.restart);
  return `${[...lines, `Restart: ${restart ? "yes" : "no"}`].join("\n")}\n`;
}

function describe({ object, field, from, to, restart }: ManifestChange, width: number): string {
  if (from === undefined && field === "") return `create   ${object}`;
  if (to === undefined && field === "") return `delete   ${object}`;
  const verb = restart ? "restart" : "change";
  return `${verb.padEnd(8)} ${object} ${field}: ${fitText(showLines(`${showValue(from)} → ${showValue(to)}`), width)}`;
}
