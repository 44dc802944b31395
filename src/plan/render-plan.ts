import { showDocs } from "../problem/docs-url.ts";
import type { Problem } from "../problem/problem.ts";
import { type Colour, paint } from "../text/paint.ts";
import { showLines } from "../text/unseen.ts";
import type { Change, Plan } from "./plan.ts";
import { fitText, showValue } from "./show-value.ts";
import { renderJson } from "../text/json.ts";

export interface PlanView {
  color: boolean;
  /** Columns of the terminal; Infinity where there is none. */
  width: number;
  /** If set, the statements are only counted, and this command is named to print them. */
  statementsBy?: string;
}

/** The plan for people: its effect, changes, risks, statements and files. */
export function renderPlan(plan: Plan, view: PlanView): string {
  const parts = [
    [headline(plan)],
    renderChanges(plan.changes, view),
    plan.risks.flatMap((risk) => renderRisk(risk, view)),
    renderStatements(plan, view),
    renderList(
      "Writes:",
      plan.files.map((file) => `  ${file.path}`),
    ),
    renderList(
      "Removes:",
      plan.removes.map((path) => `  ${path}`),
    ),
    [summary(plan)],
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`;
}

/** The plan as JSON for programs: two blanks, keys in the order of the type, a line end. */
export function planToJson(plan: Plan): string {
  const { database, work, restart, changes, risks, statements, files, removes } = plan;
  return renderJson({ version: 1, database, work, restart, changes, risks, statements, files, removes });
}

const effect: Record<Plan["work"], string> = {
  export: "a new export and a new image",
  image: "a new image over the same dump, no export",
  apply: "applied to the running database, no export and no new image",
  none: "nothing runs",
};

function headline(plan: Plan): string {
  if (plan.changes.some((change) => change.kind === "refuse")) return `${plan.database}: this change is refused.`;
  if (plan.changes.some((change) => change.kind === "retire"))
    return `${plan.database}: will be retired. Its namespace and its volume are kept until an administrator removes them.`;
  if (plan.changes.length === 0 && plan.files.length === 0 && plan.removes.length === 0)
    return `${plan.database}: nothing changes.`;
  if (plan.work === "none" && plan.changes.length + plan.removes.length === 0)
    return `${plan.database}: only the digest of the request's files changes, nothing runs.`;
  return `${plan.database}: ${effect[plan.work]}${plan.restart ? "; the database restarts" : ""}.`;
}

const signs: Record<Change["kind"], { sign: string; colour: Colour }> = {
  create: { sign: "+", colour: "32" },
  retire: { sign: "-", colour: "31" },
  refuse: { sign: "!", colour: "31" },
  export: { sign: ">", colour: "36" },
  image: { sign: ">", colour: "36" },
  import: { sign: ">", colour: "36" },
  grow: { sign: "~", colour: "33" },
  restart: { sign: "~", colour: "33" },
  apply: { sign: "~", colour: "33" },
};

function renderChanges(changes: readonly Change[], view: PlanView): string[] {
  return changes.map((change) => {
    const { sign, colour } = signs[change.kind];
    const what = [change.object, change.field].filter((part) => part !== "").join(" ");
    const head = `  ${sign} ${change.kind.padEnd(7)} `;
    const room = view.width - head.length;
    return paint(head, colour, view.color) + fitText(showLines(`${what}${valuesOf(change)}`), room);
  });
}

function valuesOf({ kind, field, from, to }: Change): string {
  if (field === "") return kind === "retire" ? ` (${showValue(from)})` : to === null ? " (removed)" : "";
  if (from === null) return ` = ${showValue(to)}`;
  return `: ${showValue(from)} → ${showValue(to)}`;
}

function renderRisk(risk: Problem, view: PlanView): string[] {
  const colour = risk.severity === "error" ? "31" : "33";
  return [
    `${paint(`${risk.severity}[${risk.code}]`, colour, view.color)}: ${showLines(risk.what)}`,
    `  ${showLines(risk.why)}`,
    `  = fix: ${showLines(risk.fix)}`,
    `  = docs: ${showDocs(risk.docs)}`,
  ];
}

function renderList(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function renderStatements({ statements }: Plan, { statementsBy }: PlanView): string[] {
  if (statements.length === 0 || statementsBy === undefined)
    return renderList("Runs on the source, in this order:", statements.map(indent));
  const jobs = statements.filter((statement) => statement.includes("DBMS_DATAPUMP.OPEN")).length;
  return [
    `Runs on the source: ${jobs} Data Pump ${jobs === 1 ? "job" : "jobs"} plus supporting statements, ${statements.length} in total (${statementsBy} shows each).`,
  ];
}

function indent(statement: string): string {
  return showLines(statement)
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}

function summary({ changes, files, removes }: Plan): string {
  const kinds = [...new Set(changes.map((change) => change.kind))];
  const counts = kinds.map((kind) => `${changes.filter((change) => change.kind === kind).length} ${kind}`);
  const written = `${files.length} ${files.length === 1 ? "file" : "files"} to write, ${removes.length} to remove`;
  return `Plan: ${[...counts, written].join(", ")}.`;
}
