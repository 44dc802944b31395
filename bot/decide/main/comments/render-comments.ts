import { plainText } from "../../../../src/text/markdown.ts";
import type { Cancellation } from "../dispatch/decide-cancellations.ts";
import { endedInVain } from "../permits/ended-in-vain.ts";
import { isManual } from "../permits/manual-runs.ts";
import type { Decided } from "../commits/permit-commit.ts";
import { STICKY_MARKER } from "../../pull/sticky.ts";
import type { DatabaseState, MainState, Note, Refusal, StickyComment, Thread } from "../main-state.ts";
import { describeDatabase, type CommentSection } from "./describe-database.ts";
import { linkRun } from "./markdown.ts";
import { keyOfThread, STRANGE_RESULTS, threadOf } from "./thread.ts";
import { isRecent } from "./recent.ts";

/** The sticky comments: one per thread with something recent or with a refused permit. */
export function renderStickyComments(state: MainState, decided: readonly Decided[]): StickyComment[] {
  const sections = decided.flatMap((one) => [renderCurrent(state, one), ...renderReplaced(one.db)]);
  const threads = Map.groupBy(sections, ({ thread }) => keyOfThread(thread));
  return [...threads.values()].flatMap((sections) => {
    const [{ thread }] = sections as [ThreadSection];
    if (!sections.some(({ current }) => current)) return [];
    const urgent = sections.some((section) => section.urgent);
    return [{ thread, urgent, body: joinSections(sections.map(({ text }) => text)) }];
  });
}

/** The text of one database in one thread. */
interface ThreadSection {
  thread: Thread;
  text: string;
  /** Recent, or its permit was refused. */
  current: boolean;
  urgent: boolean;
}

function renderCurrent(state: MainState, { db, decision }: Decided): ThreadSection {
  const urgent = isRefused(decision.kind) || endedInVain(db.verdict);
  const current = isRefused(decision.kind) || isRecent(state, db);
  return { thread: threadOf(db), text: renderSection(db, describeDatabase(state, db, decision)), current, urgent };
}

function renderReplaced(db: DatabaseState): ThreadSection[] {
  if (db.replaced === null) return [];
  const thread = threadOf(db);
  const where = "pull" in thread ? `see #${thread.pull}` : "a later permit covers the files on main";
  const section: CommentSection = {
    state: "⚠️ replaced",
    lines: [`- the permit for generation ${db.replaced.generation} was replaced before any run used it`],
    next: `nothing to do here: ${where}.`,
  };
  return [{ thread: { pull: db.replaced.pull }, text: renderSection(db, section), current: true, urgent: false }];
}

/** GitHub refuses a comment above 65,536 characters; an emoji counts as two. */
const LONGEST = 60_000;

function joinSections(sections: readonly string[]): string {
  let body = `${STICKY_MARKER}\n`;
  for (const [index, section] of sections.entries()) {
    if (body.length + section.length > LONGEST) return `${body}… and ${sections.length - index} more databases\n`;
    body += `${index === 0 ? "" : "\n"}${section}\n`;
  }
  return body;
}

/** Also a permit that is due and was not signed: the settings do not have the bot's key. */
function isRefused(decision: string): boolean {
  return decision === "refuse" || decision === "stuck" || decision === "sign";
}

function renderSection(db: DatabaseState, { state: where, lines, next }: CommentSection): string {
  const from = db.source === null ? "" : ` from \`${db.source}\``;
  return [`### Seedbed: \`${db.database}\`${from}: ${where}`, "", ...lines, "", `**Next:** ${next}`].join("\n");
}

/** Comments that are written once: cancelled runs of people who may start some. */
export function renderNotes(state: MainState, cancellations: readonly Cancellation[]): Note[] {
  return cancellations.filter((one) => isManual(one.run, state) && isKnown(one)).map(noteCancellation);
}

function isKnown({ run, db }: Cancellation): boolean {
  const { dba, reseed } = db.people ?? { dba: [], reseed: [] };
  return [...dba, ...reseed].some(({ id }) => id === run.facts.triggeringActor?.id);
}

function noteCancellation({ run, db, why }: Cancellation): Note {
  const { id, attempt, triggeringActor: who } = run.facts;
  return {
    thread: threadOf(db),
    key: `run-${id}-${attempt}-cancelled`,
    body: `The bot cancelled ${linkRun(id)}, started by ${who === null ? "an unknown user" : `@${who.login}`} for \`${db.database}\`: ${plainText(why)}.`,
  };
}

/** The results that were refused and the runs of other people that are cancelled, each with the thread that counts it. */
export function collectRefusals(state: MainState, cancellations: readonly Cancellation[]): Refusal[] {
  const unknown = cancellations.filter((one) => isManual(one.run, state) && !isKnown(one));
  return [...listRefusedResults(state), ...unknown.map(refuseStart)];
}

function refuseStart({ run, db, why }: Cancellation): Refusal {
  const { id, attempt, triggeringActor: who } = run.facts;
  const whose = `started by ${who?.login ?? "an unknown user"} for ${db.database}`;
  return { kind: "start", thread: threadOf(db), run: id, attempt, why: `${whose}: ${why}` };
}

function listRefusedResults(state: MainState): Refusal[] {
  return state.runs.flatMap(({ facts, database, verdict }) => {
    if (verdict.kind !== "refused") return [];
    const known = state.databases.find((db) => db.database === database);
    const thread = known === undefined ? STRANGE_RESULTS : threadOf(known);
    return [{ kind: "result", thread, run: facts.id, attempt: facts.attempt, why: verdict.why }];
  });
}
