import { explainText } from "../../../src/export/explain-error.ts";
import { decideRun } from "../dispatch/decide-runs.ts";
import type { DatabaseState, MainState, StandingPermit } from "../main-state.ts";
import type { PermitDecision } from "../permits/decide-permit.ts";
import { describeCause } from "../permits/describe-cause.ts";
import { describeConnection } from "./describe-connection.ts";
import { linkRun, quoteBlock } from "./markdown.ts";

/** One database's part of a comment: where it stands, what was done, what to do now and who does it. */
export interface Chapter {
  state: string;
  lines: string[];
  next: string;
}

/** What people read about a database after the merge. Facts only: the same state gives the same words. */
export function describeDatabase(state: MainState, db: DatabaseState, decision: PermitDecision): Chapter {
  const { standing } = db;
  if (decision.kind === "refuse")
    return { state: "❌ not permitted", lines: [quoteBlock(decision.why)], next: decision.fix };
  if (standing.kind === "none" || standing.kind === "broken" || !standing.covers)
    return { state: "⏳ waiting for its permit", lines: [], next: "the bot signs a permit." };
  const chapter = {
    open: describeOpen,
    expired: describeExpired,
    failed: describeFailure,
    seeded: describeSeeded,
    applied: describeApplied,
  }[standing.kind](state, db, standing);
  return { ...chapter, lines: [permitLine(standing), ...chapter.lines] };
}

function permitLine({ permit }: StandingPermit): string {
  const until = permit.expires_at === undefined ? "" : `, to be used until ${permit.expires_at}`;
  const voices =
    permit.cause === "review" ? ` of ${permit.evidence.reviews.map(({ login }) => `@${login}`).join(", ")}` : "";
  return `- ✅ permit signed ${permit.signed_at}: ${permit.work}, generation ${permit.generation}, ${describeCause(permit)}${voices}${until}`;
}

function describeOpen(state: MainState, db: DatabaseState, { permit }: StandingPermit): Chapter {
  const doing = permit.work === "export" ? "exporting" : "building the image";
  const next = decideRun(state, db, 0);
  if (next?.kind === "running")
    return {
      state: `⏳ ${doing}`,
      lines: [`- ⏳ ${doing}: ${linkRun(next.run.facts.id)}`],
      next: "the run pushes the image, then the bot commits lock and manifests.",
    };
  const why = next?.kind === "wait" ? next.why : "the bot starts a run";
  return {
    state: "⏳ waiting to start",
    lines: [`- ⏳ not started: ${why}`],
    next: "the bot starts a run as soon as it may.",
  };
}

function describeExpired(_state: MainState, db: DatabaseState, { permit }: StandingPermit): Chapter {
  return {
    state: "❌ the permit expired",
    lines: [`- ❌ no run used it before ${permit.expires_at}`],
    next: `a DBA of ${permit.source} starts ${runWorkflow(db)}, which permits it anew.`,
  };
}

function describeFailure(state: MainState, db: DatabaseState, { permit }: StandingPermit): Chapter {
  const attempt = db.lock.last_attempt;
  if (attempt?.outcome !== "failed")
    return { state: "❌ spent", lines: [], next: `a DBA of ${permit.source} starts ${runWorkflow(db)}.` };
  const directory = state.settings.sources[permit.source]?.directory ?? "the directory";
  const known = explainText(attempt.error, { directory, account: "the account of the export" });
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
    next: `when it is mended, one of the people who may reseed from ${permit.source} starts ${runWorkflow(db)}: the failure has spent this permit.`,
  };
}

function describeSeeded(state: MainState, db: DatabaseState): Chapter {
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
    next: "Fleet applies the manifests; the database imports and opens by itself.",
  };
}

function describeApplied(state: MainState, db: DatabaseState): Chapter {
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
