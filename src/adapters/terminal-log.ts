import cliProgress from "cli-progress";
import { formatAmount, formatDuration } from "../amount.ts";
import type { Log, Progress } from "../ports.ts";

/** The output of a terminal log, and its properties. */
export interface Terminal {
  write(text: string): void;
  /** Whether it is a terminal: otherwise no bars and colours, but plain lines, at most one every 30 s per subject. */
  interactive: boolean;
  now(): number;
  stream?: NodeJS.WritableStream;
}

const QUIET_MS = 30_000;

/** Groups as indented blocks with their duration, progress as bars on a terminal and as lines elsewhere. */
export function createTerminalLog(terminal: Terminal): Log & { end(): void } {
  const progress = terminal.interactive ? new ProgressBars(terminal) : new ProgressLines(terminal);
  let depth = 0;
  const line = (text: string) => {
    progress.pause();
    terminal.write(`${"  ".repeat(depth)}${text}\n`);
  };
  return {
    group: async (title, work) => {
      const started = terminal.now();
      line(title);
      depth += 1;
      try {
        const result = await work();
        progress.stop();
        line(`done in ${formatDuration(terminal.now() - started)}`);
        return result;
      } catch (error) {
        progress.stop();
        line(`failed after ${formatDuration(terminal.now() - started)}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },
    info: line,
    warn: (text) => line(`warning: ${text}`),
    progress: (subject, value) => progress.show(subject, value, "  ".repeat(depth)),
    end: () => progress.stop(),
  };
}

class ProgressBars {
  private readonly terminal: Terminal;
  private bar: cliProgress.SingleBar | null = null;
  private subject = "";
  private started = 0;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  show(subject: string, { done, total, unit }: Progress, indent: string): void {
    if (this.subject !== subject) this.stop();
    if (this.bar === null) this.open(subject, indent);
    const rate = unit === "bytes" ? `${formatAmount((1000 * done) / this.elapsed(), "bytes")}/s` : "";
    this.bar?.setTotal(total ?? Math.max(done, 1));
    this.bar?.update(done, { subject, amount: formatAmount(done, unit), rate });
  }

  pause(): void {
    this.stop();
  }

  stop(): void {
    this.bar?.stop();
    this.bar = null;
    this.subject = "";
  }

  private elapsed(): number {
    return Math.max(1, this.terminal.now() - this.started);
  }

  private open(subject: string, indent: string): void {
    this.subject = subject;
    this.started = this.terminal.now();
    this.bar = new cliProgress.SingleBar({
      format: `${indent}{bar} {percentage} %  {amount}  {rate}  {subject}`,
      barsize: 24,
      barCompleteChar: "━",
      barIncompleteChar: "╌",
      hideCursor: true,
      ...(this.terminal.stream ? { stream: this.terminal.stream } : {}),
    });
    this.bar.start(1, 0, { subject, amount: "", rate: "" });
  }
}

class ProgressLines {
  private readonly terminal: Terminal;
  private readonly shown = new Map<string, number>();

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  show(subject: string, { done, total, unit }: Progress, indent: string): void {
    const last = this.shown.get(subject) ?? -Infinity;
    const finished = total !== null && done >= total;
    if (!finished && this.terminal.now() - last < QUIET_MS) return;
    if (finished && last === Infinity) return;
    this.shown.set(subject, finished ? Infinity : this.terminal.now());
    const of = total === null || unit === "percent" ? "" : ` of ${formatAmount(total, unit)}`;
    this.terminal.write(`${indent}${subject}: ${formatAmount(done, unit)}${of}\n`);
  }

  pause(): void {}

  stop(): void {
    this.shown.clear();
  }
}
