import type { Readable } from "node:stream";

/** What a step says to its runner on its output: commands are carried out, everything else is the log, masked. */
export class JobLog {
  readonly #masks = new Set<string>();
  readonly #show: (line: string) => void;
  #text = "";

  /** `show` gets each masked line as it comes, as a run's page does. */
  constructor(show: (line: string) => void = () => undefined) {
    this.#show = show;
  }

  /** GitHub registers every secret of a job, and of one with several lines each line. */
  mask(secret: string): void {
    for (const text of [secret, ...secret.split(/\r?\n/)]) if (text.trim() !== "") this.#masks.add(text);
  }

  get text(): string {
    return this.#text;
  }

  line(text: string): void {
    const shown = `${this.hide(text)}\n`;
    this.#text += shown;
    this.#show(shown);
  }

  /** A value as the log would show it. */
  hide(text: string): string {
    const longest = [...this.#masks].toSorted((a, b) => b.length - a.length);
    return longest.reduce((clean, mask) => clean.replaceAll(mask, "***"), text);
  }

  /** One line of a program's output: a command, or text. */
  read(line: string): void {
    const command = parseCommand(line);
    if (command === null) return this.line(line);
    const { name, properties, message } = command;
    if (name === "add-mask") return this.mask(message);
    if (name === "endgroup") return this.line("##[endgroup]");
    if (["group", "debug", "notice", "warning", "error"].includes(name))
      return this.line(`##[${name}${properties === "" ? "" : ` ${properties}`}]${message}`);
    throw new Error(
      `a step sent the command ${name}, which GitHub no longer accepts or a Seedbed step has no use for: ${line}`,
    );
  }
}

/** Every line that a step's program prints, as it comes. */
export async function readLines(output: Readable, read: (line: string) => void): Promise<void> {
  let rest = "";
  for await (const text of output.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = (rest + text).split(LINE_END);
    rest = lines.pop()!;
    for (const line of lines) read(line);
  }
  if (rest !== "") read(rest);
}

/**
 * GitHub's runner reads with .NET's `StreamReader.ReadLine` (actions/runner, `ProcessInvoker.cs`), which ends a line at CR, LF or both
 * (learn.microsoft.com, TextReader.ReadLine). This one takes whatever any program takes for the end of a line.
 */
const LINE_END = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/**
 * What GitHub's runner passes over before `::`: white space of every kind, by `TrimStart`, and what has no weight where it compares by
 * culture, by `StartsWith` (actions/runner, `ActionCommand.cs`, `TryParseV2`).
 */
const PASSED_OVER = /^[\s\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}]*/u;

/** The commands of actions/runner, `ActionCommandManager.cs`: any other name makes no command. */
const REGISTERED = new Set(
  "internal-set-repo-path set-env set-output save-state add-mask add-path add-matcher remove-matcher debug warning error notice group endgroup echo stop-commands".split(
    " ",
  ),
);

/** `::name key=value::message` at the beginning of a line, or `##[name key=value]message` anywhere in it (`TryParse`). */
function parseCommand(line: string) {
  const [, name = "", properties = "", message = ""] =
    /^::([^: ]+) ?(.*?)::(.*)$/s.exec(line.replace(PASSED_OVER, "")) ??
    /##\[([^\] ]+) ?([^\]]*)\](.*)$/s.exec(line.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")) ??
    [];
  // Names are compared without regard to case.
  if (!REGISTERED.has(name.toLowerCase())) return null;
  return { name: name.toLowerCase(), properties: unescapeData(properties), message: unescapeData(message) };
}

function unescapeData(text: string): string {
  return text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");
}

/** The values of a command file: `name=value`, or `name<<delimiter` and lines. Throws for anything else, as the runner fails the step. */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line === "") continue;
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    const plain = heredoc ? null : /^([^=]+)=(.*)$/.exec(line);
    if (plain) values[plain[1]!] = plain[2]!;
    if (plain) continue;
    const end = heredoc ? lines.indexOf(heredoc[2]!, index + 1) : -1;
    if (!heredoc || end < 0) throw new Error(`a command file has the line ${line}`);
    values[heredoc[1]!] = lines.slice(index + 1, end).join("\n");
    index = end;
  }
  return values;
}
