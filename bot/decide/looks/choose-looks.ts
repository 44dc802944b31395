import type { PullFacts } from "../../hub/pulls.ts";
import type { Look, SharedFacts } from "./look.ts";

export interface LooksQuestion {
  /** All that are open. */
  open: readonly PullFacts[];
  /** The last finished look at each. */
  looks: ReadonlyMap<number, Look>;
  /** When each was chosen for the last time, in milliseconds; also for a look that failed. */
  chosen: ReadonlyMap<number, number>;
  /** As it is now, for whatever a look depends on. */
  shared: SharedFacts;
  /** Since when this process looks, by GitHub's clock, in milliseconds. */
  since: number;
}

/** Numbers of pull requests, each in one of the lists at most. */
export interface ChosenLooks {
  /** Something has changed that may change what a pull request's checks say, or the pull request itself. */
  now: number[];
  /** What is said of them may be out of date, but is no reason to hurry. Whoever had a turn the longest ago is the first. */
  soon: number[];
  /** Nothing is known to have changed; in the same order. */
  same: number[];
}

const MINUTE = 60_000;

/** Sorts the open pull requests by how much has changed since they were looked at last. */
export function chooseLooks(question: LooksQuestion): ChosenLooks {
  const { open, looks, shared } = question;
  const lists: ChosenLooks = { now: [], soon: [], same: [] };
  for (const pull of open.toSorted(byUpdate)) {
    const look = looks.get(pull.number);
    const urgency = look === undefined ? urgencyOfNew(pull, question) : urgencyOf(pull, look, shared);
    lists[urgency].push(pull.number);
  }
  // Closed meanwhile: the look ends what the bot says there, and is the last one.
  const listed = new Set(open.map(({ number }) => number));
  lists.now.push(...[...looks.keys()].filter((number) => !listed.has(number)));
  const turnOf = (number: number) => Math.max(question.chosen.get(number) ?? 0, looks.get(number)?.at ?? 0);
  // Of those that had no turn yet, the one that was updated last comes first.
  for (const list of [lists.soon, lists.same]) list.sort((a, b) => turnOf(a) - turnOf(b));
  return lists;
}

function byUpdate(a: PullFacts, b: PullFacts): number {
  return Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number;
}

type Urgency = keyof ChosenLooks;

/** Those of before this process are as its predecessor left them. */
function urgencyOfNew({ updatedAt }: PullFacts, { since }: LooksQuestion): Urgency {
  return Date.parse(updatedAt) >= since - MINUTE ? "now" : "soon";
}

/** GitHub's times have seconds: a second change within one does not show, if the look was between the two. */
const SAME_SECOND = 2000;

function urgencyOf(pull: PullFacts, look: Look, shared: SharedFacts): Urgency {
  if (look.owed || isOther(pull, look.pull) || look.at < Date.parse(pull.updatedAt) + SAME_SECOND) return "now";
  const moved = isMoved(look.shared.main, shared.main);
  if (moved && [...look.shared.parts].some(([path, digest]) => shared.parts.get(path) !== digest)) return "now";
  const joinedOrLeft = [...look.shared.teams].map(([team, then]) => differ(then, shared.teams.get(team) ?? null));
  if (joinedOrLeft.some((ids) => ids === null || ids.some((id) => look.reviewers.has(id)))) return "now";
  // Wherever main has moved to, a branch without its tip cannot be merged: the rules that are required see to it.
  const soon = moved || isMoved(look.shared.rules, shared.rules) || joinedOrLeft.flat().length > 0;
  return soon ? "soon" : "same";
}

function isMoved(then: string | null, now: string | null): boolean {
  return then !== null && then !== now;
}

function isOther(now: PullFacts, then: PullFacts): boolean {
  const key = ({ updatedAt, draft, head, base }: PullFacts) => [updatedAt, draft, head.sha, base.branch].join(" ");
  return key(now) !== key(then);
}

/** Who joined or left; null if the team has gone as a whole. For one that was not there nobody asks each time. */
function differ(then: readonly string[] | null, now: readonly string[] | null): string[] | null {
  if (then === null) return [];
  if (now === null) return null;
  return [...then.filter((id) => !now.includes(id)), ...now.filter((id) => !then.includes(id))];
}
