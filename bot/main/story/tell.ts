import type { Cancellation } from "../dispatch/decide-cancellations.ts";
import type { Decided } from "../commits/permit-commit.ts";
import type { MainState, Note, RunState, Story, Thread } from "../main-state.ts";
import { describeDatabase } from "./describe-database.ts";
import { linkRun, quoteBlock } from "./markdown.ts";
import { keyOfThread, STRANGE_RESULTS, threadOf } from "./thread.ts";
import { isYoung } from "./young.ts";

/** What the sticky comment of a pull request begins with, before and after the merge. */
export const STICKY = "<!-- seedbed:sticky -->";

/** The comments that stay current: one per thread in which something happened within a day, or must not happen. */
export function tellStories(state: MainState, decided: readonly Decided[]): Story[] {
  const threads = Map.groupBy(decided, ({ db }) => keyOfThread(threadOf(db)));
  return [...threads.values()].flatMap((chapters) => {
    const current = chapters.some(({ db, decision }) => decision.kind === "refuse" || isYoung(state, db));
    const thread = threadOf(chapters[0]!.db);
    // An issue is opened for what has no pull request and needs somebody; a success needs nobody.
    const wanted =
      "pull" in thread || chapters.some(({ db, decision }) => needsSomebody(db.standing.kind, decision.kind));
    if (!current || !wanted) return [];
    return [{ thread, body: joinChapters(chapters.map((chapter) => renderChapter(state, chapter))) }];
  });
}

/** GitHub refuses a comment above 65,536 characters; an emoji counts as two. */
const LONGEST = 60_000;

function joinChapters(chapters: readonly string[]): string {
  let body = `${STICKY}\n`;
  for (const [index, chapter] of chapters.entries()) {
    if (body.length + chapter.length > LONGEST) return `${body}… and ${chapters.length - index} more databases\n`;
    body += `${index === 0 ? "" : "\n"}${chapter}\n`;
  }
  return body;
}

function needsSomebody(standing: string, decision: string): boolean {
  return decision === "refuse" || standing === "failed" || standing === "expired";
}

function renderChapter(state: MainState, { db, decision }: Decided): string {
  const { state: where, lines, next } = describeDatabase(state, db, decision);
  const from = db.source === null ? "" : ` from \`${db.source}\``;
  return [`### Seedbed: \`${db.database}\`${from}: ${where}`, "", ...lines, "", `**Next:** ${next}`].join("\n");
}

/** What is said once: runs that were stopped, results that were refused. */
export function tellNotes(state: MainState, cancellations: readonly Cancellation[]): Note[] {
  return [...cancellations.map(noteCancellation), ...state.runs.flatMap((run) => noteRefusal(state, run))];
}

function noteCancellation({ run, db, why }: Cancellation): Note {
  const { id, attempt, triggeringActor: who } = run.facts;
  return {
    thread: threadOf(db),
    key: `run-${id}-${attempt}-cancelled`,
    body: `The bot cancelled ${linkRun(id)} of ${who === null ? "somebody" : `@${who.login}`} for \`${db.database}\`: ${why}.`,
  };
}

function noteRefusal(state: MainState, { facts, database, verdict }: RunState): Note[] {
  if (verdict.kind !== "refused") return [];
  const known = state.databases.find((db) => db.database === database);
  const thread: Thread = known === undefined ? STRANGE_RESULTS : threadOf(known);
  const body = [
    `❌ The result of ${linkRun(facts.id)} (attempt ${facts.attempt}) was refused, and nothing of it was used:`,
    "",
    quoteBlock(verdict.why),
    "",
    "**Next:** somebody of the platform team looks at that run and at who started it. An open permit stays open.",
  ].join("\n");
  return [{ thread, key: `run-${facts.id}-${facts.attempt}-refused`, body }];
}
