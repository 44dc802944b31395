import { formatDuration } from "../text/amount.ts";
import type { SeedbedError } from "../problem/error.ts";
import type { Failed, Seeded } from "../lock/seed-result.ts";
import { codeBlock, escapeText, inlineCode } from "../text/markdown.ts";
import type { FinishedRun } from "../use-cases/seed-run.ts";
import { describeCauseAndReason } from "../permit/describe-cause.ts";

/** The Markdown for the run's page: what happened, why, what comes next and who does it. */
export function renderSummary(finished: FinishedRun): string {
  const { result } = finished;
  return result.outcome === "seeded" ? seeded(result, finished) : failed(result, finished);
}

/** The same for a run that was refused or lacked an input. */
export function renderRefusal(asked: string, refusal: Pick<SeedbedError, "code" | "message" | "fix">): string {
  // The name comes from a form: until it is known to be a database it is untrusted text.
  const database = escapeText(asked);
  return [
    `## ${database || "seed"}: ❌ refused, nothing was done`,
    "",
    codeBlock(refusal.message),
    "",
    `**To do:** ${escapeText(refusal.fix)}`,
    "",
    `Code: \`${refusal.code}\``,
    "",
  ].join("\n");
}

function seeded(result: Seeded, { pass }: FinishedRun): string {
  const { stages, warnings, leftOnSource } = result.summary;
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const repository = `${pass.settings.registries.seeds.repository}/${result.database}`;
  return [
    `## ${result.database}: ✅ image pushed, seeded in ${formatDuration(seconds * 1000)}, generation ${result.generation}`,
    "",
    ...tableOf(stages),
    ...warnings.map((text) => `⚠️ warning: ${escapeText(text)}\n`),
    `Image \`${repository}@${result.image.digest}\``,
    "",
    `Dump set \`${result.dumpSet.digest}\`: ${result.dumpSet.rows.toLocaleString("en")} rows in ${result.dumpSet.files} files, SCN ${result.dumpSet.scn}, exported ${result.dumpSet.exported_at}`,
    "",
    leftLine(leftOnSource),
    "",
    `${escapeText(describeCauseAndReason(pass.permit))} · **next:** the bot commits the lock, Fleet starts the database`,
    "",
  ].join("\n");
}

function failed(result: Failed, { pass, stages }: FinishedRun): string {
  const superseded = result.outcome === "superseded";
  return [
    `## ${result.database}: ${superseded ? "⚠️ superseded, nothing published" : `❌ failed in ${result.stage}, no image`}, generation ${result.generation}`,
    "",
    codeBlock(result.text),
    "",
    `**To do:** ${escapeText(result.fix)}`,
    "",
    leftLine(result.leftOnSource),
    "",
    ...(stages.reports.length > 0 ? tableOf(stages.reports) : []),
    `${escapeText(describeCauseAndReason(pass.permit))} · code \`${result.code}\` · ${superseded ? "the permit was replaced" : "this permit is spent: a new attempt needs a new one"}`,
    "",
  ].join("\n");
}

function tableOf(stages: Seeded["summary"]["stages"]): string[] {
  const rows = stages.map(
    ({ name, seconds, text }) => `| ${name} | ${formatDuration(seconds * 1000)} | ${escapeText(text)} |`,
  );
  return ["| stage | time | result |", "| --- | --- | --- |", ...rows, ""];
}

function leftLine(left: readonly string[]): string {
  return `Left on the source: ${left.length === 0 ? "nothing" : left.map(inlineCode).join(", ")}`;
}
