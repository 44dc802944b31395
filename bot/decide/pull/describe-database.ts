import { describeWindows } from "../../../src/door/export-window.ts";
import { diffManifests } from "../../../src/manifests/diff-manifests.ts";
import { insidePorts, type ListenerPort, outsidePorts } from "../../../src/manifests/listener-ports.ts";
import { fenceFor, inlineCode, plainText } from "../../../src/text/markdown.ts";
import type { Change } from "../../../src/plan/plan.ts";
import { showValue } from "../../../src/plan/show-value.ts";
import { sentence } from "../../../src/text/sentence.ts";
import type { DatabaseRequest, SourceDatabaseRequest } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { JudgedDatabase } from "./judge-databases.ts";
import type { ParsedSides } from "./parse-sides.ts";
import type { Fold } from "./sticky.ts";

/** What will happen to one database, as a headline. */
export function headlineOf({ database, request, before, retired, plan }: JudgedDatabase): string {
  const name = inlineCode(database);
  if (retired) return `${name} will be retired`;
  if (request === null || plan === null) return `${name} cannot be provisioned yet`;
  const source = inlineCode(request.source_database.name ?? "its source");
  if (before === null) return `${name} will be created from ${source}`;
  const effects = {
    export: `will be exported again from ${source}`,
    image: "gets a new image without a new export",
    apply: "will be changed in place without an export",
    none: "is unchanged",
  };
  return `${name} ${effects[plan.work]}`;
}

/** The table of one database; empty if nothing can be planned. */
export function describeTable(judged: JudgedDatabase, settings: Settings | null): string {
  const { request, plan, database } = judged;
  if (judged.retired)
    return table([
      [
        "Retires",
        `namespace ${inlineCode(`seedbed-${database}`)} and its volume are kept until they are deleted by hand`,
      ],
    ]);
  if (request === null || plan === null) return "";
  const { storage, resources } = request.database;
  const project = `project ${inlineCode(request.placement.project)} on ${inlineCode(request.placement.cluster)}`;
  const size = `${inlineCode(storage.size)} volume, ${inlineCode(resources.cpu)} CPU, ${inlineCode(resources.memory)} memory`;
  const rows: [string, string][] = [
    ...(plan.work === "export"
      ? [["Exports", describeScope(request.source_database, settings)] as [string, string]]
      : []),
    [
      judged.before === null ? "Creates" : "Runs in",
      `namespace ${inlineCode(`seedbed-${database}`)} in ${project}: ${size}`,
    ],
    ["Reachable from", describeAccess(request)],
    ["Restarts", plan.restart ? "yes" : "no"],
    ["Owner", inlineCode(request.owner)],
  ];
  return table(rows);
}

function describeAccess(request: DatabaseRequest): string {
  const { namespaces, service } = request.database.access;
  const inside =
    namespaces.length === 0
      ? "its own namespace only"
      : `namespaces ${namespaces.map(inlineCode).join(", ")} on ${showPorts(insidePorts(request))}`;
  if (service === undefined) return inside;
  const blocks = service.source_ranges.map(inlineCode).join(", ");
  return `${inside}; outside of the cluster ${blocks} on ${showPorts(outsidePorts(request))}`;
}

function showPorts(ports: ListenerPort[]): string {
  const shown = ports.map(({ name, port }) => (name === "tcps" ? `${port} (TLS)` : String(port)));
  return `${ports.length === 1 ? "port" : "ports"} ${shown.join(" and ")}`;
}

function table(rows: [string, string][]): string {
  return ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

function describeScope({ name = "", schemas }: SourceDatabaseRequest, settings: Settings | null): string {
  const source = settings !== null && Object.hasOwn(settings.sources, name) ? settings.sources[name] : undefined;
  const list = schemas?.map(
    (schema) =>
      inlineCode(schema.name) +
      (schema.tables ? ` (${schema.tables.length} ${schema.tables.length === 1 ? "table" : "tables"})` : ""),
  );
  const what = list === undefined ? "all schemas that are not maintained by Oracle" : list.join(", ");
  const windows = source === undefined || source.windows.length === 0 ? "at any time" : describeWindows(source.windows);
  return `${what} of ${inlineCode(name)}, ${windows}; size unknown before the export`;
}

/** The folded parts of one database: changes, manifests, statements. */
export function foldsOf(state: Pick<ParsedSides, "before">, { database, plan, manifests }: JudgedDatabase): Fold[] {
  if (plan === null) return [];
  const diff = diffManifests(state.before[database]?.manifests ?? [], manifests ?? []);
  // Titles of folds are HTML, where backticks are shown as they are.
  const name = `<code>${plainText(database)}</code>`;
  const rows = diff.map(({ object, field, from, to, restart }) =>
    field === ""
      ? row([object, to === undefined ? "removed" : "created", "", "", ""])
      : row([object, field, show(from), show(to), restart ? "yes" : ""]),
  );
  return [
    fold(`What will change for ${name} (${plan.changes.length})`, CHANGES, plan.changes.map(changeRow)),
    fold(`Manifests of ${name} (${diff.length} differences)`, MANIFESTS, rows),
    statementsFold(name, plan.statements),
  ].filter(({ lines }) => lines.length > 0);
}

function statementsFold(name: string, statements: string[]): Fold {
  const fence = fenceFor(statements.join("\n"));
  const title = `What will run on the source for ${name} (${statements.length})`;
  return { title, open: `${fence}sql\n`, lines: statements.flatMap((text) => text.split("\n")), close: `\n${fence}` };
}

const CHANGES = "| kind | what | old | new |\n|---|---|---|---|\n";
const MANIFESTS = "| object | field | old | new | restart |\n|---|---|---|---|---|\n";

function fold(title: string, open: string, lines: string[]): Fold {
  return { title, open, lines, close: "" };
}

function changeRow({ kind, object, field, from, to }: Change): string {
  return row([kind, [object, field].filter(Boolean).join(" "), show(from), show(to)]);
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => (cell === "" ? "" : inlineCode(cell.length > 300 ? `${cell.slice(0, 299)}…` : cell))).join(" | ")} |`;
}

function show(value: unknown): string {
  return value === null || value === undefined ? "" : typeof value === "string" ? value : plainValue(value);
}

function plainValue(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : showValue(value);
}

/** Risks and problems as lines, in the given order. */
export function describeRisks({ problems }: JudgedDatabase): string[] {
  return problems.map(({ severity, what, fix, path, line }) => {
    const mark = severity === "error" ? "❌ Error" : "⚠️ Warning";
    // The location goes inside the sentence, so a full stop at its end is left out.
    return `- ${mark}: ${plainText(what.replace(/\.$/, ""))} (${inlineCode(`${path}:${line}`)}). ${plainText(sentence(fix))}`;
  });
}
