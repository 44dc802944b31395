import type { Hub } from "../../hub.ts";
import type { Note, StickyComment, Thread } from "../main-state.ts";
import { findSticky } from "../../pull/sticky.ts";
import { keyOfThread } from "./thread.ts";

/** How many comments were written, and the errors of the threads that could not be written. */
export interface WrittenComments {
  written: number;
  errors: unknown[];
}

/** Writes sticky comments that have changed and notes that are missing. A thread that cannot be written does not affect the others. */
export async function writeComments(
  hub: Hub,
  stickyComments: readonly StickyComment[],
  notes: readonly Note[],
): Promise<WrittenComments> {
  const threads = new Map([...stickyComments, ...notes].map(({ thread }) => [keyOfThread(thread), thread]));
  const result: WrittenComments = { written: 0, errors: [] };
  for (const [key, thread] of threads) {
    const own = <T extends { thread: Thread }>(all: readonly T[]): T[] =>
      all.filter((one) => keyOfThread(one.thread) === key);
    try {
      result.written += await writeThread(hub, thread, { stickyComments: own(stickyComments), notes: own(notes) });
    } catch (error) {
      result.errors.push(error);
    }
  }
  return result;
}

async function findIssue(hub: Hub, title: string): Promise<number> {
  const found = (await hub.issues.ours()).filter((issue) => issue.title === title).map(({ number }) => number);
  if (found.length > 0) return Math.min(...found);
  const body = "Seedbed posts updates here if there is no pull request for them. The first comment is kept up to date.";
  return hub.issues.open(title, body);
}

interface ThreadComments {
  stickyComments: StickyComment[];
  notes: Note[];
}

async function writeThread(hub: Hub, thread: Thread, { stickyComments, notes }: ThreadComments): Promise<number> {
  const number = "pull" in thread ? thread.pull : await findIssue(hub, thread.issue);
  const comments = (await hub.pulls.comments(number)).filter(
    ({ appId, user }) => appId === hub.appId && user?.login === hub.botLogin,
  );
  let written = 0;
  for (const { body } of stickyComments) {
    const sticky = findSticky(comments, hub);
    if (sticky?.body === body) continue;
    if (sticky === null) await hub.pulls.writeComment(number, body);
    else await hub.pulls.updateComment(sticky.id, body);
    written += 1;
  }
  for (const { key, body } of notes) {
    const mark = `<!-- seedbed:note ${key} -->`;
    if (comments.some((comment) => comment.body.startsWith(mark))) continue;
    await hub.pulls.writeComment(number, `${mark}\n${body}\n`);
    written += 1;
  }
  return written;
}
