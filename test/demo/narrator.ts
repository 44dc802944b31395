import { styleText } from "node:util";
import { createTerminalLog } from "../../src/adapters/terminal/log.ts";
import { formatDuration } from "../../src/text/amount.ts";

/** One line of the closing table: the claim, what the simulated world observed, and where to check it. */
export interface Proof {
  what: string;
  observed: string;
  where: string;
}

/** Prints the story: chapters with a heading and an introduction, and what was observed in them. */
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

  /** Progress bars need a terminal; elsewhere there are only log lines. */
  get hasBars(): boolean {
    return this.color;
  }

  /** Shows progress as a bar; prints nothing without a terminal. */
  progress(subject: string, percent: number): void {
    if (this.hasBars) this.bars.progress(subject, { done: percent, total: 100, unit: "percent" });
  }

  /** Runs a chapter. Any exception in it ends the story; `main.ts` prints it and exits non-zero. */
  async chapter(title: string, about: string, work: () => Promise<void>): Promise<void> {
    this.chapters += 1;
    this.write(`\n${this.style("bold", `${this.chapters}. ${title}`)}\n${this.style("dim", wrap(about, 3))}\n\n`);
    const started = Date.now();
    await work();
    this.write(`${this.style("dim", `   (${formatDuration(Date.now() - started)})`)}\n`);
  }

  /** Shows a command as a person would type it. */
  command(line: string): void {
    this.write(`   ${this.style("cyan", `$ ${line}`)}\n`);
  }

  /** Shows the output of a program, indented. */
  output(text: string): void {
    const lines = text.trimEnd().split("\n");
    this.write(`${lines.map((line) => (line === "" ? "" : `     ${line}`)).join("\n")}\n`);
  }

  say(text: string): void {
    this.write(`${wrap(text, 3)}\n`);
  }

  /** Checks a claim against what the simulated world observed, and adds it to the closing table. */
  prove(proof: Proof & { holds: boolean }): void {
    const { holds, ...row } = proof;
    if (!holds) throw new Error(`not true: ${row.what}; observed: ${row.observed} (${row.where})`);
    this.proofs.push(row);
    this.write(`   ${this.style("green", "observed")} ${row.observed}\n`);
  }

  /** Prints the table of proofs and the closing lines. */
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
