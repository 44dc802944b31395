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

  /** One line of a program's output: `::name key=value::message`, or text. */
  read(line: string): void {
    const command = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/s.exec(line.trimStart());
    if (!command) return this.line(line);
    const [, name = "", properties = "", message = ""] = command;
    const told = unescapeData(message);
    if (name === "add-mask") return this.mask(told);
    if (name === "endgroup") return this.line("##[endgroup]");
    if (["group", "debug", "notice", "warning", "error"].includes(name))
      return this.line(`##[${name}${properties === "" ? "" : ` ${unescapeData(properties)}`}]${told}`);
    throw new Error(`the runner does not know the command ${name}, or no longer accepts it: ${line}`);
  }
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
