import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import { explainText } from "../../../../src/export/explain-error.ts";
import { findForeignManifests } from "../commits/render-change.ts";
import { decideRun } from "../dispatch/decide-runs.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import type { PermitDecision } from "../permits/permit-decision.ts";
import { runsOfExpired } from "../permits/runs-in-flight.ts";
import type { Permit } from "../../../../src/permit/permit.ts";
import { describeCause } from "../../../../src/permit/describe-cause.ts";
import { describeConnection } from "./describe-connection.ts";
import { linkRun, quoteBlock } from "./markdown.ts";

/** The section of a comment about one database: its state, what was done, what to do now and who does it. */
export interface CommentSection {
  state: string;
  lines: string[];
  next: string;
}

/** Describes a database after the merge. It uses facts only: the same state gives the same text. */
export function describeDatabase(state: MainState, db: DatabaseState, decision: PermitDecision): CommentSection {
  const { verdict } = db;
  if (decision.kind === "refuse")
    return { state: "❌ not permitted", lines: [quoteBlock(decision.why)], next: decision.fix };
  if (decision.kind === "stuck")
    return { state: "❌ the bot cannot continue", lines: [quoteBlock(decision.why)], next: decision.fix };
  // With a usable key it would have been signed before anything is said.
  if (decision.kind === "sign")
    return {
      state: "❌ no permit can be signed",
      lines: [],
      next: "the platform team adds the bot's public key to `approval.keys` in the settings, which do not have it.",
    };
  if (!verdict.covers) return { state: "⏳ waiting for a permit", lines: [], next: "the bot signs a permit." };
  const section = describeJudged(state, db, verdict);
  return { ...section, lines: [permitLine(verdict), ...section.lines, ...describeForeign(db)] };
}

function describeJudged(state: MainState, db: DatabaseState, verdict: JudgedPermit): CommentSection {
  switch (verdict.kind) {
    case "open":
      return describeOpen(state, db, verdict);
    case "expired":
      return describeExpired(state, db, verdict);
    case "applied":
      return describeApplied(state, db);
    case "used":
      return verdict.as === "seeded" ? describeSeeded(state, db) : describeFailure(state, db, verdict);
  }
}

function describeForeign(db: DatabaseState): string[] {
  const paths = findForeignManifests(db);
  if (paths.length === 0) return [];
  const what = "These files were not rendered by Seedbed and were not changed; remove them in a pull request:";
  return ["", what, "", quoteBlock(paths.join("\n"))];
}

function permitLine({ permit }: JudgedPermit): string {
  const until = permit.expires_at === undefined ? "" : `, valid until ${permit.expires_at}`;
  return `- ✅ permit signed ${permit.signed_at}: ${permit.work}, generation ${permit.generation}, ${describeCause(permit)}${until}`;
}

function describeOpen(state: MainState, db: DatabaseState, { permit }: JudgedPermit): CommentSection {
  const next = decideRun(state, db, 0);
  if (next?.kind === "running") return describeRunning(permit, next.run);
  const why = next?.kind === "wait" ? next.why : "the bot starts a run";
  return {
    state: "⏳ waiting to start",
    lines: [`- ⏳ not started: ${why}`],
    next: "the bot starts a run as soon as nothing prevents it.",
  };
}

function describeRunning({ work }: Permit, { facts }: RunState): CommentSection {
  const doing = work === "export" ? "exporting" : "building the image";
  return {
    state: `⏳ ${doing}`,
    lines: [`- ⏳ ${doing}: ${linkRun(facts.id)}`],
    next: "the run pushes the image; then the bot commits the lock and the manifests.",
  };
}

function describeExpired(state: MainState, db: DatabaseState, { permit }: JudgedPermit): CommentSection {
  const [working] = runsOfExpired(state, db);
  if (working !== undefined) return describeRunning(permit, working);
  return {
    state: "❌ the permit expired",
    lines: [`- ❌ the permit expired ${permit.expires_at} before any run used it`],
    next: `a DBA of ${permit.source} starts ${runWorkflow(db)}; this signs a new permit.`,
  };
}

function describeFailure(state: MainState, db: DatabaseState, { permit, digest }: JudgedPermit): CommentSection {
  const attempt = db.lock.last_attempt;
  // The generation may have been used by another permit, whose failure is not this one's.
  if (attempt?.outcome !== "failed" || attempt.approval !== digest)
    return {
      state: "❌ the permit has been used up",
      lines: [],
      next: `a DBA of ${permit.source} starts ${runWorkflow(db)}.`,
    };
  const directory = state.settings.sources[permit.source]?.directory ?? "the directory";
  const known = explainText(attempt.error, { directory, account: "the export account" });
  const fix = db.failure?.fix ?? known.fix;
  const left = db.failure?.leftOnSource ?? [];
  return {
    state: `❌ failed in ${inCode(attempt.stage)}`,
    lines: [
      `- ❌ ${linkRun(attempt.run)} failed at ${attempt.at} in ${inCode(attempt.stage)} (${inCode(attempt.code)}):`,
      "",
      quoteBlock(attempt.error),
      "",
      "**Fix:**",
      "",
      quoteBlock(fix),
      ...(left.length === 0 ? [] : ["", "Left on the source:", "", quoteBlock(left.join("\n"))]),
    ],
    next: `once it is fixed, somebody who may reseed from ${permit.source} starts ${runWorkflow(db)}: the failed run used up this permit.`,
  };
}

function describeSeeded(state: MainState, db: DatabaseState): CommentSection {
  const { dump_set: dump, image, last_attempt: attempt } = db.lock;
  if (!dump || !image || !attempt) throw new Error(`a seeded lock of ${db.database} without an image`);
  return {
    state: "✅ manifests committed",
    lines: [
      `- ✅ exported: ${dump.rows.toLocaleString("en")} rows, ${dump.bytes.toLocaleString("en")} bytes in ${dump.files} files, SCN ${dump.scn} (${linkRun(attempt.run)})`,
      `- ✅ image pushed: \`${image.repository}@${image.digest}\``,
      `- ✅ lock and manifests committed ${attempt.at}`,
      ...describeConnection(state, db),
    ],
    next: "Fleet applies the manifests; then the database imports the dump and opens.",
  };
}

function describeApplied(state: MainState, db: DatabaseState): CommentSection {
  return {
    state: "✅ manifests committed",
    lines: ["- ✅ nothing is exported: the running database applies the change", ...describeConnection(state, db)],
    next: "Fleet applies the manifests.",
  };
}

function runWorkflow({ database }: DatabaseState): string {
  return `*Run workflow* of provision.yml with database \`${database}\``;
}

function inCode(text: string): string {
  return `\`${text.replace(/[^\w.: -]/g, "").slice(0, 80)}\``;
}
