import { formatDuration } from "../amount.ts";
import type { SeedbedError } from "../error.ts";
import type { Failed, Seeded } from "../lock/seed-result.ts";
import type { FinishedRun } from "../stories/seed-run.ts";
import { describeCauseAndReason } from "../approval/describe-cause.ts";

/** The run's page in Markdown: what happened, why, what comes next and who does it. */
export function renderSummary(finished: FinishedRun): string {
  const { result } = finished;
  return result.outcome === "seeded" ? seeded(result, finished) : failed(result, finished);
}

/** The same for a run that the door, or a missing input, has stopped. */
export function renderRefusal(database: string, error: Pick<SeedbedError, "code" | "message" | "fix">): string {
  return [
    `## ${database || "seed"}: nothing was done ❌ refused`,
    "",
    quote(error.message),
    "",
    `**To do:** ${error.fix}`,
    "",
    `Code: \`${error.code}\``,
    "",
  ].join("\n");
}

function seeded(result: Seeded, { pass }: FinishedRun): string {
  const { stages, warnings, leftOnSource } = result.summary;
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const repository = `${pass.settings.registries.seeds.repository}/${result.database}`;
  return [
    `## ${result.database}: seeded in ${formatDuration(seconds * 1000)}, generation ${result.generation} ✅ image pushed`,
    "",
    ...tableOf(stages),
    ...warnings.map((text) => `⚠️ warning: ${inline(text)}\n`),
    `Image \`${repository}@${result.image.digest}\``,
    "",
    `Dump set \`${result.dumpSet.digest}\`: ${result.dumpSet.rows.toLocaleString("en")} rows in ${result.dumpSet.files} files, SCN ${result.dumpSet.scn}, exported ${result.dumpSet.exported_at}`,
    "",
    leftLine(leftOnSource),
    "",
    `${inline(describeCauseAndReason(pass.permit))} · **next:** the bot commits the lock, Fleet starts the database`,
    "",
  ].join("\n");
}

function failed(result: Failed, { pass, stages }: FinishedRun): string {
  const superseded = result.outcome === "superseded";
  return [
    `## ${result.database}: ${superseded ? "superseded" : `failed in ${result.stage}`}, generation ${result.generation} ${superseded ? "⚠️ nothing published" : "❌ no image"}`,
    "",
    quote(result.text),
    "",
    `**To do:** ${inline(result.fix)}`,
    "",
    leftLine(result.leftOnSource),
    "",
    ...(stages.reports.length > 0 ? tableOf(stages.reports) : []),
    `${inline(describeCauseAndReason(pass.permit))} · code \`${result.code}\` · ${superseded ? "the permit was replaced" : "this permit is spent: a new attempt needs a new one"}`,
    "",
  ].join("\n");
}

function tableOf(stages: Seeded["summary"]["stages"]): string[] {
  const rows = stages.map(
    ({ name, seconds, text }) => `| ${name} | ${formatDuration(seconds * 1000)} | ${inline(text)} |`,
  );
  return ["| stage | time | result |", "| --- | --- | --- |", ...rows, ""];
}

function leftLine(left: readonly string[]): string {
  return `Left on the source: ${left.length === 0 ? "nothing" : left.map(code).join(", ")}`;
}

/** The other side's words as they are: a fence that nothing in them can close. */
function quote(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Between backticks nothing is escaped, and only a backtick ends it. */
function code(text: string): string {
  return `\`${text.replace(/\s+/g, " ").replaceAll("`", "'")}\``;
}

/** Text that others have written, on one line and without Markdown or HTML of its own. */
function inline(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[<>[\]`*_~|\\]/g, (sign) => `\\${sign}`);
}
