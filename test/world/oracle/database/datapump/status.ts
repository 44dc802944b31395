import type { Arguments, PlsqlValue } from "../plsql/packages.ts";
import { type Job, pumpError, type PumpSession } from "./job.ts";

const MASK = { wip: 1, description: 2, status: 4, error: 8 };

/** GET_STATUS, the procedure: waits until something happens or the time is over. */
export async function getStatus(session: PumpSession, args: Arguments, signal: AbortSignal): Promise<void> {
  const handle = args.value("HANDLE");
  const mask = Number(args.value("MASK"));
  if (handle === null) return tellOpenFailure(session, args);
  const job = session.handles.get(Number(handle));
  if (job === undefined) throw pumpError(31623);
  await waitForNews(job, Number(args.value("TIMEOUT") ?? 0), signal);
  const has = (bit: number) => (mask & bit) !== 0;
  args.out("JOB_STATE", job.state);
  args.out("STATUS", {
    MASK: mask,
    WIP: has(MASK.wip) ? takeLines(job.wip) : null,
    JOB_DESCRIPTION: null,
    JOB_STATUS: has(MASK.status) ? describe(job) : null,
    ERROR: has(MASK.error) ? takeLines(job.errors) : null,
  });
  // One look sees COMPLETED; then the handle is dead.
  if (job.state === "COMPLETED") session.handles.delete(Number(handle));
}

function tellOpenFailure(session: PumpSession, args: Arguments): void {
  args.out("JOB_STATE", "UNDEFINED");
  args.out("STATUS", {
    MASK: MASK.error,
    WIP: null,
    JOB_DESCRIPTION: null,
    JOB_STATUS: null,
    ERROR: takeLines(session.openDetail),
  });
}

/** Parts without content are NULL, not empty. */
function takeLines(lines: string[]): PlsqlValue {
  const taken = lines.splice(0);
  if (taken.length === 0) return null;
  return taken.map((text, index) => ({
    LOGLINENUMBER: index + 1,
    ERRORNUMBER: Number(/^ORA-(\d+)/.exec(text)?.[1] ?? 0) || null,
    LOGTEXT: text.slice(0, 2000),
  }));
}

function describe(job: Job): PlsqlValue {
  return {
    JOB_NAME: job.name,
    OPERATION: "EXPORT",
    JOB_MODE: job.mode,
    STATE: job.state,
    BYTES_PROCESSED: job.bytesDone,
    TOTAL_BYTES: job.bytesTotal,
    PERCENT_DONE: job.percent,
    DEGREE: job.degree,
    ERROR_COUNT: job.errorCount,
    PHASE: 0,
    RESTART_COUNT: 0,
    WORKER_STATUS_LIST: null,
    FILES: null,
  };
}

async function waitForNews(job: Job, seconds: number, signal: AbortSignal): Promise<void> {
  const quiet = job.state === "EXECUTING" && job.wip.length === 0 && job.errors.length === 0;
  if (!quiet || seconds === 0) return;
  const news = Promise.withResolvers<void>();
  const timer = seconds > 0 ? setTimeout(news.resolve, seconds * 1000) : undefined;
  job.wake.add(news.resolve);
  signal.addEventListener("abort", () => news.resolve(), { once: true });
  await news.promise;
  clearTimeout(timer);
  job.wake.delete(news.resolve);
}
