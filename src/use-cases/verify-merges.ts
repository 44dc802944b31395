import { databaseFileOf, NAMES } from "../layout/database-folder.ts";
import { type ArrivedPath, describeForeign, describeOctopus, type MergedCommit } from "../merge/describe-foreign.ts";
import { findForeignManifests, findForeignPaths, type MergeTrees } from "../merge/find-foreign-paths.ts";
import type { Permit } from "../permit/permit.ts";
import type { MergeHistory } from "../ports/history.ts";
import type { Problem } from "../problem/problem.ts";
import { compareText } from "../text/order.ts";
import { findNeverPermitted } from "./find-never-permitted.ts";
import { listRendered } from "./list-rendered.ts";
import { type MainChange, readMainLine } from "./read-main-line.ts";

export interface MergesReport {
  problems: Problem[];
  /** Commits that were compared with the head of the pull request that they merged. */
  checked: number;
  /** Commits with one parent, a squash or a push, of which nothing here says what they merged. */
  unknown: number;
}

/**
 * Looks at every commit of main that changed something of Seedbed's since the settings had a key: each has to bring, byte for byte, what the
 * head of one pull request has and its difference showed. Whether that was approved stands in no commit.
 */
export async function verifyMerges(history: MergeHistory): Promise<MergesReport> {
  const line = await readMainLine(history);
  const heads = headsOf(line.permits);
  const report: MergesReport = { problems: [], checked: 0, unknown: 0 };
  for (const change of line.changes.filter(({ governed }) => governed)) {
    const { outcome, problems } = await judgeChange(history, change, heads);
    report.problems.push(...problems);
    if (outcome !== "own") report[outcome] += 1;
  }
  report.problems.push(...(await findNeverPermitted(history, line)));
  return report;
}

/** The reviewed heads that permits name, by the commit that merged them. */
function headsOf(permits: readonly Permit[]): Map<string, string> {
  return new Map(
    permits.flatMap((permit) => (permit.cause === "review" ? [[permit.evidence.merge, permit.evidence.head]] : [])),
  );
}

/** `own`: only files that the App writes, which `verifyRepository` judges. */
interface Judged {
  outcome: "own" | "checked" | "unknown";
  problems: Problem[];
}

async function judgeChange(
  history: MergeHistory,
  change: MainChange,
  heads: ReadonlyMap<string, string>,
): Promise<Judged> {
  const { commit, parents, changed, subject } = change;
  const [before = "", merged, ...more] = parents;
  if (more.length > 0) return { outcome: "checked", problems: [describeOctopus(commit, parents.length)] };
  if (merged === undefined && changed.every(isGenerated)) return { outcome: "own", problems: [] };
  const head = merged ?? heads.get(commit) ?? (await headInSubject(history, subject));
  const trees = head === null ? null : await readTrees(history, { commit, before, head });
  const foreign = trees === null ? [] : await findForeign(history, commit, trees);
  const found = [...findKept(changed), ...foreign].toSorted((a, b) => compareText(a.path, b.path));
  const about: MergedCommit = { commit, before, head };
  return {
    outcome: trees === null ? "unknown" : "checked",
    problems: found.map((one) => describeForeign(one, about)),
  };
}

/** GitHub ends the message of a squash with the number of the pull request. */
async function headInSubject(history: MergeHistory, subject: string): Promise<string | null> {
  const number = /\(#([1-9]\d{0,9})\)$/.exec(subject)?.[1];
  return number === undefined ? null : await history.pullHead(number);
}

/** null where the head is not in this repository. */
async function readTrees(
  history: MergeHistory,
  { commit, before, head }: { commit: string; before: string; head: string },
): Promise<MergeTrees | null> {
  if (!(await history.has(head))) return null;
  return {
    before: await history.filesAt(before),
    result: await history.filesAt(commit),
    head: await history.filesAt(head),
    bases: await Promise.all((await history.mergeBases(before, head)).map(history.filesAt)),
  };
}

async function findForeign(history: MergeHistory, commit: string, trees: MergeTrees): Promise<ArrivedPath[]> {
  const people = findForeignPaths(trees).flatMap(({ path, reason }) => (reason === "lost" ? [] : [{ path, reason }]));
  const manifests = findForeignManifests(trees);
  const suspects = new Set(manifests.flatMap(({ path }) => databaseFileOf(path)?.database ?? []));
  const rendered = suspects.size === 0 ? suspects : await listRendered(history.treeAt(commit), suspects);
  const wrong = manifests.flatMap(({ path, reason }) =>
    reason === "lost" || rendered.has(databaseFileOf(path)?.database ?? "") ? [] : [{ path, reason }],
  );
  return [...people, ...wrong];
}

/** People's files and the App's never come in one commit, whatever the head is. */
function findKept(changed: readonly string[]): ArrivedPath[] {
  return changed.filter(isKept).map((path) => ({ path, reason: "kept" }));
}

function isKept(path: string): boolean {
  const below = databaseFileOf(path)?.below;
  return below === NAMES.approval || below === NAMES.lock;
}

function isGenerated(path: string): boolean {
  return databaseFileOf(path)?.generated === true;
}
