import { inlineCode } from "../../../src/markdown.ts";
import type { Refusal } from "../main-state.ts";
import { linkRun } from "./markdown.ts";

/** Start of the one comment of a thread that counts refused results. */
export const REFUSED_MARK = "<!-- seedbed:note refused-results -->";

const COUNTED = /^<!-- seedbed:counted (\d+)((?: \d+-\d+)*) -->$/m;

/** How many runs the comment records, and how many it shows: anybody with write access can start more. */
const KEPT = 200;
const SHOWN = 10;

/** The new text of the comment about refused results; null if it already counts them all. */
export function countRefusals(before: string | null, refusals: readonly Refusal[]): string | null {
  const [, count = "0", keys = ""] = COUNTED.exec(before ?? "") ?? [];
  const known = keys.split(" ").filter(Boolean);
  // A run older than the first one of a full list has been counted and dropped from the list.
  const first = known.length < KEPT ? 0n : idOf(known[0]!);
  const fresh = refusals.filter((refusal) => idOf(keyOf(refusal)) >= first && !known.includes(keyOf(refusal)));
  if (fresh.length === 0) return null;
  const kept = [...known, ...fresh.map(keyOf)].toSorted(byId).slice(-KEPT);
  const total = Number(count) + fresh.length;
  const shown = refusals.toSorted((a, b) => byId(keyOf(a), keyOf(b))).slice(-SHOWN);
  return [
    REFUSED_MARK,
    `<!-- seedbed:counted ${total} ${kept.join(" ")} -->`,
    `❌ ${total === 1 ? "The result of one run was" : `The results of ${total} runs were`} refused and not used. The latest:`,
    "",
    ...shown.map(renderRefusal),
    "",
    "**Next:** the platform team checks these runs and who started them. An open permit stays open.",
    "",
  ].join("\n");
}

function renderRefusal({ run, attempt, why }: Refusal): string {
  return `- ${linkRun(run)}, attempt ${attempt}: ${inlineCode(why.slice(0, 400))}`;
}

function keyOf({ run, attempt }: Refusal): string {
  return `${run}-${attempt}`;
}

function idOf(key: string): bigint {
  return BigInt(key.slice(0, key.indexOf("-")));
}

function byId(a: string, b: string): number {
  const [one, other] = [idOf(a), idOf(b)];
  if (one === other) return a.length - b.length || (a < b ? -1 : 1);
  return one < other ? -1 : 1;
}
