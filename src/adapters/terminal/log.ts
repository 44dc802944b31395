import cliProgress from "cli-progress";
import { formatAmount, formatDuration } from "../../text/amount.ts";
import type { Log, Progress } from "../../ports/log.ts";
import { showLines, showUnseen } from "../../text/unseen.ts";

/** The output of a terminal log, and its properties. */
export interface Terminal {
  write(text: string): void;
  /** Whether it is a terminal: otherwise no bars and colours, but plain lines, at most one every 30 s per subject. */
  interactive: boolean;
  now(): number;
  stream?: NodeJS.WritableStream;
}

const QUIET_MS = 30_000;

/** The log of a terminal, on which nothing that others have written moves the cursor: groups as indented blocks with their duration, progress as bars on a terminal and as lines elsewhere. */
export function createTerminalLog(terminal: Terminal): Log & { end(): void } {
  const progress = terminal.interactive ? new ProgressBars(terminal) : new ProgressLines(terminal);
  let depth = 0;
  const line = (text: string) => {
    progress.pause();
    terminal.write(`${"  ".repeat(depth)}${showLines(text)}\n`);
  };
  return {
    group: async (title, run) => {
      const started = terminal.now();
      line(title);
      depth += 1;
      try {
        const result = await run();
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
    progress: (subject, value) => progress.show(showUnseen(subject), value, "  ".repeat(depth)),
    end: () => progress.stop(),
  };
}

/** One bar for each subject that moves, since several files are read at a time; all of them end before a line is said. */
class ProgressBars {
  private readonly terminal: Terminal;
  private bars: cliProgress.MultiBar | null = null;
  private readonly shown = new Map<string, cliProgress.SingleBar>();
  /** When each subject began: kept where its bar had to make room for a line. */
  private readonly started = new Map<string, number>();

  private readonly finished = new Set<string>();

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  show(subject: string, { done, total, unit }: Progress, indent: string): void {
    const isWhole = total !== null && done >= total;
    if (isWhole && this.finished.has(subject)) return;
    const bar = this.shown.get(subject) ?? this.open(subject, indent);
    const rate = unit === "bytes" ? `${formatAmount((1000 * done) / this.elapsed(subject), "bytes")}/s` : "";
    bar.setTotal(total ?? Math.max(done, 1));
    bar.update(done, { subject, amount: formatAmount(done, unit), rate });
    if (isWhole) this.finish(subject, `${indent}${subject}: ${formatAmount(done, unit)}\n`);
  }

  pause(): void {
    this.bars?.stop();
    this.bars = null;
    this.shown.clear();
  }

  stop(): void {
    this.pause();
    this.started.clear();
    this.finished.clear();
  }

  /** Gives its line up for one that stays: bars of a hundred files would not fit on a terminal. */
  private finish(subject: string, line: string): void {
    this.finished.add(subject);
    this.pause();
    this.terminal.write(line);
  }

  private elapsed(subject: string): number {
    return Math.max(1, this.terminal.now() - (this.started.get(subject) ?? 0));
  }

  private open(subject: string, indent: string): cliProgress.SingleBar {
    if (!this.started.has(subject)) this.started.set(subject, this.terminal.now());
    this.bars ??= new cliProgress.MultiBar({
      format: `${indent}{bar} {percentage} %  {amount}  {rate}  {subject}`,
      barsize: 24,
      barCompleteChar: "━",
      barIncompleteChar: "╌",
      hideCursor: true,
      // What is left of them when a line is said is erased: they come again below it.
      clearOnComplete: true,
      ...(this.terminal.stream ? { stream: this.terminal.stream } : {}),
    });
    const bar = this.bars.create(1, 0, { subject, amount: "", rate: "" });
    this.shown.set(subject, bar);
    return bar;
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
