import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { StageReport } from "./seed-task.ts";

/** Runs stages as log groups, and records each one's duration and result. */
export class StageLog {
  readonly reports: StageReport[] = [];
  readonly warnings: string[] = [];
  /** Jobs and files that a failed run could not remove from the source. */
  readonly leftOnSource: string[] = [];
  /** The current or last stage: a failure belongs to it. */
  current = "start";
  readonly #log: Log;
  readonly clock: Clock;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.clock = clock;
  }

  async run<T>(name: string, stage: () => Promise<{ value: T; text: string }>): Promise<T> {
    this.current = name;
    const started = this.clock.now();
    return await this.#log.group(name, async () => {
      const { value, text } = await stage();
      const seconds = Math.round((this.clock.now() - started) / 100) / 10;
      this.reports.push({ name, seconds, text });
      this.#log.info(text);
      return value;
    });
  }

  info(text: string): void {
    this.#log.info(text);
  }

  warn(text: string): void {
    this.warnings.push(text);
    this.#log.warn(text);
  }
}
