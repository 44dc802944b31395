import { digestOfJson } from "../../src/crypto/digest.ts";
import type { Hub } from "../hub/hub.ts";
import type { CommentFacts } from "../hub/pulls.ts";
import type { MainOutputs, Refusal, Thread } from "../decide/main/main-state.ts";
import type { DailyMemory } from "../observe/daily-memory.ts";
import { findSticky } from "../decide/pull/sticky.ts";
import { countRefusals, REFUSALS } from "../decide/main/comments/refused-results.ts";
import { keyOfThread } from "../decide/main/comments/thread.ts";

type Comments = Pick<MainOutputs, "stickyComments" | "notes" | "refusals">;

/** How many comments were written, and the errors of the threads that could not be written. */
export interface WrittenComments {
  written: number;
  errors: unknown[];
}

export interface CommentMemory {
  /** Numbers of the threads that have all comments that belong there, by what that is. */
  threads: DailyMemory<number | null>;
  /** GitHub's time, in milliseconds. */
  now: number;
}

/** Writes comments that are missing or have changed. A thread that cannot be written does not affect the others. */
export async function writeComments(
  hub: Hub,
  { stickyComments, notes, refusals }: Comments,
  { threads, now }: CommentMemory,
): Promise<WrittenComments> {
  const byThread = <T extends { thread: Thread }>(some: readonly T[]) =>
    Map.groupBy(some, ({ thread }) => keyOfThread(thread));
  const [stickies, noted, refused] = [byThread(stickyComments), byThread(notes), byThread(refusals)];
  const all = new Map([...stickyComments, ...notes, ...refusals].map(({ thread }) => [keyOfThread(thread), thread]));
  threads.age(new Set(all.keys()), now);
  const result: WrittenComments = { written: 0, errors: [] };
  for (const [name, thread] of all) {
    const own = {
      stickyComments: stickies.get(name) ?? [],
      notes: noted.get(name) ?? [],
      refusals: refused.get(name) ?? [],
    };
    const key = digestOfJson(own);
    if (threads.find(name, key) !== null) continue;
    try {
      const number = await findNumber(hub, thread, own);
      result.written += number === null ? 0 : await writeThread(hub, number, own);
      threads.keep(name, { key, value: number, at: now });
    } catch (error) {
      result.errors.push(error);
    }
  }
  return result;
}

/** Number of the bot's issue with this title, which is opened if there is none. */
export async function findIssue(hub: Hub, title: string): Promise<number> {
  const body = "Seedbed writes here what belongs to no pull request.";
  return (await findOpened(hub, title)) ?? hub.issues.open(title, body);
}

async function findOpened(hub: Hub, title: string): Promise<number | null> {
  const found = (await hub.issues.ours()).filter((issue) => issue.title === title).map(({ number }) => number);
  return found.length === 0 ? null : Math.min(...found);
}

/** The number of a thread's pull request or issue; null if there is no issue, and none is needed: a success opens none. */
async function findNumber(hub: Hub, thread: Thread, { stickyComments, notes, refusals }: Comments) {
  if ("pull" in thread) return thread.pull;
  const needed = notes.length + refusals.length > 0 || stickyComments.some(({ urgent }) => urgent);
  return needed ? findIssue(hub, thread.issue) : findOpened(hub, thread.issue);
}

async function writeThread(hub: Hub, number: number, { stickyComments, notes, refusals }: Comments): Promise<number> {
  const comments = await readOwnComments(hub, number);
  let written = 0;
  for (const { body } of stickyComments) {
    const sticky = findSticky(comments, hub);
    // As GitHub keeps it, perhaps without the last line's end: each update is an event, which leads to another reconciliation.
    if (sticky?.body.trim() === body.trim()) continue;
    if (sticky === null) await hub.pulls.writeComment(number, body);
    else await hub.pulls.updateComment(sticky.id, body);
    written += 1;
  }
  for (const { key, body } of notes) {
    const mark = markNote(key);
    if (comments.some((comment) => comment.body.startsWith(mark))) continue;
    await hub.pulls.writeComment(number, `${mark}\n${body}\n`);
    written += 1;
  }
  for (const kind of ["result", "start"] as const)
    written += await writeRefusals(hub, kind, {
      number,
      comments,
      refusals: refusals.filter((one) => one.kind === kind),
    });
  return written;
}

/** The first line of a comment that is written once. */
export function markNote(key: string): string {
  return `<!-- seedbed:note ${key} -->`;
}

/** The bot's own comments. */
export async function readOwnComments(hub: Hub, number: number): Promise<CommentFacts[]> {
  const comments = await hub.pulls.comments(number);
  return comments.filter(({ appId, user }) => appId === hub.appId && user?.login === hub.botLogin);
}

interface ThreadRefusals {
  number: number;
  comments: readonly CommentFacts[];
  refusals: readonly Refusal[];
}

async function writeRefusals(
  hub: Hub,
  kind: Refusal["kind"],
  { number, comments, refusals }: ThreadRefusals,
): Promise<number> {
  const there = comments.find(({ body }) => body.startsWith(REFUSALS[kind].mark)) ?? null;
  const body = countRefusals(kind, there?.body ?? null, refusals);
  if (body === null) return 0;
  if (there === null) await hub.pulls.writeComment(number, body);
  else await hub.pulls.updateComment(there.id, body);
  return 1;
}
