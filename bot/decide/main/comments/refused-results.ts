import { inlineCode } from "../../../../src/text/markdown.ts";
import type { Refusal } from "../main-state.ts";
import { linkRun } from "./markdown.ts";

interface Words {
  /** Start of the one comment of a thread that counts them. */
  mark: string;
  one: string;
  many: (total: number) => string;
  next: string;
}

/** What the comment of each kind says. */
export const REFUSALS: Record<Refusal["kind"], Words> = {
  result: {
    mark: "<!-- seedbed:note refused-results -->",
    one: "The result of one run was refused and not used.",
    many: (total) => `The results of ${total} runs were refused and not used.`,
    next: "the platform team checks these runs and who started them. An open permit stays open.",
  },
  start: {
    mark: "<!-- seedbed:note cancelled-runs -->",
    one: "The bot cancelled a run that somebody had started.",
    many: (total) => `The bot cancelled ${total} runs that people had started.`,
    next: "people whom the settings name as `dba` or `reseed` of the source start runs; an open permit needs nobody.",
  },
};

const COUNTED = /^<!-- seedbed:counted (\d+)((?: \d+-\d+)*) -->$/m;

/** How many runs the comment records, and how many it shows: anybody with write access can start more. */
const KEPT = 200;
const SHOWN = 10;

/** The new text of the comment about refusals of one kind; null if it already counts them all. */
export function countRefusals(
  kind: Refusal["kind"],
  before: string | null,
  refusals: readonly Refusal[],
): string | null {
  const { mark, one, many, next } = REFUSALS[kind];
  const [, count = "0", keys = ""] = COUNTED.exec(before ?? "") ?? [];
  const known = keys.split(" ").filter(Boolean);
  // A run older than the first one of a full list has been counted and dropped from the list.
  const first = known.length < KEPT ? 0n : idOf(known[0]!);
  const fresh = refusals.filter((refusal) => idOf(keyOf(refusal)) >= first && !known.includes(keyOf(refusal)));
  if (fresh.length === 0) return null;
  const kept = [...known, ...fresh.map(keyOf)].toSorted(byId).slice(-KEPT);
  const total = Number(count) + fresh.length;
  // A run that was cancelled is not refused again, so its line is only in the comment.
  const lines = new Map([
    ...readLines(before ?? ""),
    ...refusals.map((one) => [keyOf(one), renderRefusal(one)] as const),
  ]);
  const shown = [...lines.keys()].toSorted(byId).slice(-SHOWN);
  return [
    mark,
    `<!-- seedbed:counted ${total} ${kept.join(" ")} -->`,
    `❌ ${total === 1 ? one : many(total)} The latest:`,
    "",
    ...shown.map((key) => lines.get(key)!),
    "",
    `**Next:** ${next}`,
    "",
  ].join("\n");
}

/** The lines that a comment shows, by run and attempt. */
function readLines(body: string): [string, string][] {
  return [...body.matchAll(/^- \[run (\d+)\]\([^)]*\), attempt (\d+): .*$/gm)].map(([line, run, attempt]) => [
    `${run}-${attempt}`,
    line,
  ]);
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
