import type { CommentFacts, Hub } from "../../hub.ts";
import type { Note, StickyComment, Thread } from "../main-state.ts";
import { findSticky } from "../../pull/sticky.ts";
import { keyOfThread } from "./thread.ts";

/** Writes sticky comments that have changed and notes that are missing; returns how many were written. */
export async function writeComments(
  hub: Hub,
  stickyComments: readonly StickyComment[],
  notes: readonly Note[],
): Promise<number> {
  const threads = new Map([...stickyComments, ...notes].map(({ thread }) => [keyOfThread(thread), thread]));
  let written = 0;
  for (const [key, thread] of threads) {
    const own = <T extends { thread: Thread }>(all: readonly T[]): T[] =>
      all.filter((one) => keyOfThread(one.thread) === key);
    const number = "pull" in thread ? thread.pull : await findIssue(hub, thread.issue);
    const comments = (await hub.pulls.comments(number)).filter(
      ({ appId, user }) => appId === hub.appId && user?.login === hub.botLogin,
    );
    written += await writeThread(hub, { number, comments, stickyComments: own(stickyComments), notes: own(notes) });
  }
  return written;
}

async function findIssue(hub: Hub, title: string): Promise<number> {
  const found = (await hub.issues.ours()).filter((issue) => issue.title === title).map(({ number }) => number);
  if (found.length > 0) return Math.min(...found);
  const body = "Seedbed posts updates here if there is no pull request for them. The first comment is kept up to date.";
  return hub.issues.open(title, body);
}

interface ThreadWork {
  number: number;
  comments: CommentFacts[];
  stickyComments: StickyComment[];
  notes: Note[];
}

async function writeThread(hub: Hub, { number, comments, stickyComments, notes }: ThreadWork): Promise<number> {
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
