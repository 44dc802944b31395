import type { SourceSettings } from "../options.ts";
import type { SourceData } from "../source-data.ts";
import type { Directories } from "./add-file.ts";
import { createJob, type Job, type JobState, pumpError, type PumpSession } from "./job.ts";
import { type PlannedFailure, runJob } from "./run-job.ts";

export interface PumpCounts {
  started: number;
  completed: number;
  stopped: number;
}

export interface PumpSurroundings {
  data: SourceData;
  settings: SourceSettings;
  directories: Directories;
  /** Whether an account may export what is not its own. */
  mayExportOthers(user: string): boolean;
  mayCreateTables(user: string): boolean;
}

/** The jobs of one database, and who is attached to them. */
export class DataPump {
  readonly jobs: Job[] = [];
  readonly counts: PumpCounts = { started: 0, completed: 0, stopped: 0 };
  readonly around: PumpSurroundings;
  readonly #sessions = new Map<number, PumpSession>();
  #nextHandle = 1;
  #failure: PlannedFailure | null = null;
  #hold: { table: string; released: Promise<void>; release(): void; reached(): void } | null = null;

  constructor(around: PumpSurroundings) {
    this.around = around;
  }

  session(id: number, user: string): PumpSession {
    const session = this.#sessions.get(id) ?? {
      id,
      user,
      handles: new Map(),
      openDetail: [],
      language: this.around.settings.language,
      action: "",
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** A session ended: a job that was still being defined goes with its last session. */
  end(id: number): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    for (const job of session?.handles.values() ?? [])
      if (job.state === "DEFINING" && this.attached(job) === 0) this.remove(job);
  }

  /** What the sessions of a user say they do. */
  actions(user: string): string[] {
    return [...this.#sessions.values()].filter((session) => session.user === user).map(({ action }) => action);
  }

  attached(job: Job): number {
    const handles = [...this.#sessions.values()].flatMap((session) => [...session.handles.values()]);
    return handles.filter((one) => one === job).length;
  }

  open(session: PumpSession, name: string, mode: Job["mode"]): number {
    if (!this.around.mayCreateTables(session.user)) {
      session.openDetail = [
        `ORA-31633: unable to create master table "${session.user}.${name}"`,
        "ORA-01031: insufficient privileges",
      ];
      throw pumpError(31626);
    }
    const taken = this.jobs.some((job) => job.name === name && job.owner === session.user);
    if (taken || this.around.data.tables.has(`${session.user}.${name}`)) throw pumpError(31634);
    const job = createJob(name, session, mode);
    this.jobs.push(job);
    return this.attach(session, job);
  }

  attach(session: PumpSession, job: Job): number {
    const handle = this.#nextHandle++;
    session.handles.set(handle, job);
    return handle;
  }

  start(job: Job): void {
    job.state = "EXECUTING";
    this.counts.started++;
    const failure = this.#failure;
    this.#failure = null;
    const { data, settings } = this.around;
    void runJob(job, {
      data,
      settings,
      failure,
      gate: (table) => this.#pass(table),
      ended: (ended, state) => this.#end(ended, state),
    });
  }

  /** Ends a job; without its control table it leaves the views. Its files stay: Data Pump does not promise to remove them. */
  stop(job: Job, keepControlTable: boolean): void {
    const running = job.state === "EXECUTING" || job.state === "COMPLETING";
    if (running) this.counts.stopped++;
    job.stop.abort();
    this.#hold?.release();
    this.detachAll(job);
    const settle = () => {
      if (keepControlTable) job.state = "NOT RUNNING";
      else this.remove(job);
    };
    if (!running) return settle();
    job.state = "STOPPING";
    setTimeout(settle, this.around.settings.stopMilliseconds);
  }

  remove(job: Job): void {
    const at = this.jobs.indexOf(job);
    if (at >= 0) this.jobs.splice(at, 1);
  }

  detachAll(job: Job): void {
    for (const { handles } of this.#sessions.values()) {
      const own = [...handles].filter(([, one]) => one === job);
      for (const [handle] of own) handles.delete(handle);
    }
  }

  /** The next job that starts fails like this. */
  failNext(failure: PlannedFailure): void {
    this.#failure = failure;
  }

  /** Jobs wait before a table until `release`; `reached` resolves when one is there. */
  hold(table: string): { reached: Promise<void>; release(): void } {
    const gate = Promise.withResolvers<void>();
    const arrival = Promise.withResolvers<void>();
    this.#hold = { table, released: gate.promise, release: gate.resolve, reached: arrival.resolve };
    return { reached: arrival.promise, release: gate.resolve };
  }

  /** An instance that went down: running jobs leave their control table. */
  kill(): void {
    for (const job of this.jobs) this.stop(job, true);
  }

  async #pass(table: string): Promise<void> {
    if (this.#hold?.table !== table) return;
    this.#hold.reached();
    await this.#hold.released;
  }

  #end(job: Job, state: JobState): void {
    job.state = state;
    if (state === "COMPLETED") {
      this.counts.completed++;
      if (job.parameters.get("KEEP_MASTER") !== 1) this.remove(job);
    }
    for (const wake of job.wake) wake();
  }
}
