import type { Cancellation } from "../dispatch/decide-cancellations.ts";
import type { Decided } from "../commits/permit-commit.ts";
import { STICKY_MARKER } from "../../pull/sticky.ts";
import type { DatabaseState, MainState, Note, RunState, Story, Thread } from "../main-state.ts";
import { describeDatabase, type Chapter } from "./describe-database.ts";
import { linkRun, quoteBlock } from "./markdown.ts";
import { keyOfThread, STRANGE_RESULTS, threadOf } from "./thread.ts";
import { isYoung } from "./young.ts";

/** The comments that stay current: one per thread in which something happened within a day, or must not happen. */
export function tellStories(state: MainState, decided: readonly Decided[]): Story[] {
  const passages = decided.flatMap((one) => [tellStanding(state, one), ...tellReplaced(one.db)]);
  const threads = Map.groupBy(passages, ({ thread }) => keyOfThread(thread));
  return [...threads.values()].flatMap((passages) => {
    const [{ thread }] = passages as [Passage];
    // An issue is opened for what has no pull request and needs somebody; a success needs nobody.
    const wanted = "pull" in thread || passages.some(({ urgent }) => urgent);
    if (!wanted || !passages.some(({ current }) => current)) return [];
    return [{ thread, body: joinPassages(passages.map(({ text }) => text)) }];
  });
}

/** What one thread says about one database. */
interface Passage {
  thread: Thread;
  text: string;
  /** Young, or still wanting somebody. */
  current: boolean;
  urgent: boolean;
}

function tellStanding(state: MainState, { db, decision }: Decided): Passage {
  const urgent = needsSomebody(db.standing.kind, decision.kind);
  const current = decision.kind === "refuse" || isYoung(state, db);
  return { thread: threadOf(db), text: renderChapter(db, describeDatabase(state, db, decision)), current, urgent };
}

function tellReplaced(db: DatabaseState): Passage[] {
  if (db.replaced === null) return [];
  const thread = threadOf(db);
  const where = "pull" in thread ? `see #${thread.pull}` : "a reseed permits what main holds now";
  const chapter: Chapter = {
    state: "⚠️ replaced",
    lines: [`- the permit of generation ${db.replaced.generation} was replaced before a run had used it`],
    next: `nobody has to do anything here: ${where}.`,
  };
  return [{ thread: { pull: db.replaced.pull }, text: renderChapter(db, chapter), current: true, urgent: false }];
}

/** GitHub refuses a comment above 65,536 characters; an emoji counts as two. */
const LONGEST = 60_000;

function joinPassages(chapters: readonly string[]): string {
  let body = `${STICKY_MARKER}\n`;
  for (const [index, chapter] of chapters.entries()) {
    if (body.length + chapter.length > LONGEST) return `${body}… and ${chapters.length - index} more databases\n`;
    body += `${index === 0 ? "" : "\n"}${chapter}\n`;
  }
  return body;
}

function needsSomebody(standing: string, decision: string): boolean {
  return decision === "refuse" || standing === "failed" || standing === "expired";
}

function renderChapter(db: DatabaseState, { state: where, lines, next }: Chapter): string {
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
