import { styleText } from "node:util";
import { createTerminalLog } from "../../src/adapters/terminal-log.ts";
import { formatDuration } from "../../src/amount.ts";

/** One line of the closing table: what was promised, what the world saw, where to look. */
export interface Proof {
  what: string;
  observed: string;
  where: string;
}

/** Tells the story: chapters with a heading and one line on what is about to happen, then what was observed. */
export class Narrator {
  readonly proofs: Proof[] = [];
  private readonly write: (text: string) => void;
  private readonly color: boolean;
  private readonly started = Date.now();
  private readonly bars;
  private chapters = 0;

  constructor(write: (text: string) => void, color: boolean) {
    this.bars = createTerminalLog({ write, interactive: color, now: Date.now });
    this.write = (text) => {
      this.bars.end();
      write(text);
    };
    this.color = color;
  }

  /** Bars need a terminal; elsewhere the lines of a log have to do. */
  get hasBars(): boolean {
    return this.color;
  }

  /** How far something is, as a bar; nothing where there is no terminal. */
  progress(subject: string, percent: number): void {
    if (this.hasBars) this.bars.progress(subject, { done: percent, total: 100, unit: "percent" });
  }

  /** Anything that is thrown inside ends the story: the entry prints why and exits non-zero. */
  async chapter(title: string, about: string, work: () => Promise<void>): Promise<void> {
    this.chapters += 1;
    this.write(`\n${this.style("bold", `${this.chapters}. ${title}`)}\n${this.style("dim", wrap(about, 3))}\n\n`);
    const started = Date.now();
    await work();
    this.write(`${this.style("dim", `   (${formatDuration(Date.now() - started)})`)}\n`);
  }

  /** What a person typed, or would type. */
  command(line: string): void {
    this.write(`   ${this.style("cyan", `$ ${line}`)}\n`);
  }

  /** Output of a program, indented. */
  output(text: string): void {
    const lines = text.trimEnd().split("\n");
    this.write(`${lines.map((line) => (line === "" ? "" : `     ${line}`)).join("\n")}\n`);
  }

  say(text: string): void {
    this.write(`${wrap(text, 3)}\n`);
  }

  /** Checks a promise against what the world observed, and keeps it for the closing table. */
  prove(proof: Proof & { holds: boolean }): void {
    const { holds, ...row } = proof;
    if (!holds) throw new Error(`${row.what}: the world observed ${row.observed} (${row.where})`);
    this.proofs.push(row);
    this.write(`   ${this.style("green", "observed")} ${row.observed}\n`);
  }

  /** The table of proofs and the closing words. */
  close(words: string[]): void {
    const widths = [Math.max(4, ...this.proofs.map(({ what }) => what.length)), 0];
    this.write(`\n${this.style("bold", "What was shown")}\n\n`);
    for (const { what, observed, where } of this.proofs)
      this.write(
        `   ${what.padEnd(widths[0]!)}  ${observed}\n   ${"".padEnd(widths[0]!)}  ${this.style("dim", where)}\n`,
      );
    this.write(`\n${words.map((line) => wrap(line, 3)).join("\n")}\n\n`);
    this.write(
      `   ${this.proofs.length} proofs, ${this.chapters} chapters, ${formatDuration(Date.now() - this.started)}\n`,
    );
  }

  private style(format: "bold" | "dim" | "cyan" | "green", text: string): string {
    return this.color ? styleText(format, text, { validateStream: false }) : text;
  }
}

function wrap(text: string, indent: number): string {
  const pad = " ".repeat(indent);
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1)!.length + word.length > 92) lines.push("");
    lines[lines.length - 1] = `${lines.at(-1)}${lines.at(-1) === "" ? "" : " "}${word}`;
  }
  return lines.map((line) => pad + line).join("\n");
}
