import { looksSecret } from "../text/secret-lines.ts";
import { showDocs } from "./docs-url.ts";
import { limitProblems } from "./limit-problems.ts";
import type { Problem } from "./problem.ts";
import { summarizeProblems } from "./summarize-problems.ts";
import { type Colour, paint, unpaint } from "../text/paint.ts";
import { showUnseen } from "../text/unseen.ts";

/** How problems are shown. By default as plain text of a fixed width, as for a file or a pipe. */
export interface RenderOptions {
  color?: boolean;
  /** Columns of the terminal. */
  width?: number;
  /** Number of requests that were checked. */
  requests?: number;
}

/** Problems as rustc shows them: the line of the source with carets, why, fix and documentation, then one line of counts. */
export function renderProblems(
  problems: readonly Problem[],
  sources: Readonly<Record<string, string>>,
  options: RenderOptions = {},
): string {
  const style = styleOf(options);
  const lineOf = openLines(sources);
  const blocks = limitProblems(problems).map((problem) => renderProblem(showProblem(problem), lineOf(problem), style));
  return `${[...blocks, summarizeProblems(problems, options)].join("\n\n")}\n`;
}

/** A problem quotes what others have written: nothing in it moves the cursor or changes the text's direction. */
function showProblem({ path, what, why, fix, ...rest }: Problem): Problem {
  return { ...rest, path: showUnseen(path), what: showUnseen(what), why: showUnseen(why), fix: showUnseen(fix) };
}

interface Style {
  width: number;
  paint(kind: "error" | "warning" | "gutter" | "strong", text: string): string;
}

const CODES: Record<Parameters<Style["paint"]>[0], Colour> = {
  error: "1;31",
  warning: "1;33",
  gutter: "34",
  strong: "1",
};

function styleOf({ color = false, width = 100 }: RenderOptions): Style {
  return { width: Math.max(40, width), paint: (kind, text) => paint(text, CODES[kind], color) };
}

/** Finds the lines of problems; each file is split only once. */
function openLines(sources: Readonly<Record<string, string>>): (problem: Problem) => string | null {
  const files = new Map<string, string[]>();
  return ({ path, line: number, code }) => {
    const text = Object.hasOwn(sources, path) ? sources[path]! : "";
    const lines = files.get(path) ?? text.split(/\r?\n/);
    files.set(path, lines);
    const line = lines[number - 1];
    const secret = line === undefined || looksSecret(line) || SECRET_CODES.has(code);
    return secret ? null : line;
  };
}

// Problems whose source line is the secret itself.
const SECRET_CODES = new Set(["secret-in-file", "private-key"]);

function renderProblem(problem: Problem, line: string | null, style: Style): string {
  const gutter = " ".repeat(String(problem.line).length);
  const head = `${style.paint(problem.severity, `${problem.severity}[${problem.code}]`)}: ${style.paint("strong", problem.what)}`;
  const arrow = `${gutter}${style.paint("gutter", "-->")} ${problem.path}:${problem.line}:${problem.column}`;
  const excerpt = line === null || line.trim() === "" ? null : renderExcerpt(problem, line, style);
  const notes = [
    ...(excerpt?.saysWhy ? [] : [["why", problem.why]]),
    ["fix", problem.fix],
    ["docs", showDocs(problem.docs)],
  ].flatMap(([name, text]) => renderNote(`${gutter} ${style.paint("gutter", "=")} ${name}: `, text!, style));
  return [head, arrow, ...(excerpt?.lines ?? []), ...notes].join("\n");
}

function renderNote(lead: string, text: string, style: Style): string[] {
  const indent = " ".repeat(unpaint(lead).length);
  const lines = wrap(text, style.width - indent.length);
  return lines.map((line, index) => (index === 0 ? lead : indent) + line);
}

/** The source line, or a part of a long one, with carets under the place concerned. */
function renderExcerpt(problem: Problem, line: string, style: Style): { lines: string[]; saysWhy: boolean } {
  const number = String(problem.line);
  const bar = style.paint("gutter", "|");
  const empty = `${" ".repeat(number.length)} ${bar}`;
  const view = windowOf(line, problem.column - 1, style.width - number.length - 4);
  const before = widthOf(view.text.slice(0, view.column));
  const meant = view.text.slice(view.column, view.column + lengthOf(problem, line));
  const carets = "^".repeat(Math.max(1, widthOf(meant)));
  const saysWhy = number.length + 4 + before + carets.length + problem.why.length <= style.width;
  const label = style.paint(problem.severity, saysWhy ? `${carets} ${problem.why}` : carets);
  const source = `${number} ${bar} ${showLine(view.text)}`;
  return { lines: [empty, source, `${empty} ${" ".repeat(before)}${label}`, empty], saysWhy };
}

/** At most `width` units of a line around a column; truncated ends are marked. */
function windowOf(line: string, column: number, width: number): { text: string; column: number } {
  if (line.length <= width) return { text: line, column: Math.min(column, line.length) };
  const start = Math.max(0, Math.min(column - Math.floor(width / 3), line.length - width));
  const text = line.slice(start, start + width);
  const left = start > 0 ? `…${text.slice(1)}` : text;
  return {
    text: start + width < line.length ? `${left.slice(0, -1)}…` : left,
    column: Math.min(column - start, text.length),
  };
}

function lengthOf(problem: Problem, line: string): number {
  const rest = line.slice(problem.column - 1);
  return problem.length ?? /^(?:"[^"]*"|'[^']*'|[^\s,\]}#]+)/.exec(rest)?.[0].length ?? 1;
}

/** The same for a line. */
function showLine(text: string): string {
  return showUnseen(text.replaceAll("\t", " "));
}

/** Columns on a terminal: East Asian wide characters and emoji take two, combining marks none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of showLine(text)) {
    if (/\p{M}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Lines of at most `width` columns; a longer word is not split, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
