import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OraError } from "../../oracle/engine.ts";
import { checkDirectory, checkJob, type DataPumpRequest, type Step } from "./data-pump-checks.ts";
import { exportSteps } from "./data-pump-export.ts";
import { importSteps } from "./data-pump-import.ts";
import { hostPath } from "./files.ts";
import { journal, saveState, type Instance, type Session } from "./instance.ts";
import type { DataPumpJob } from "./model.ts";
import type { Reply } from "./wire.ts";

export interface DataPumpClient {
  instance: Instance;
  session: Session;
  reply: (reply: Reply) => void;
}

const LIBRARY = { IMPORT: "Import", EXPORT: "Export" };

/** Starts a job in the instance; like Data Pump's workers, it continues when the client is gone. */
export async function startDataPump(client: DataPumpClient, request: DataPumpRequest): Promise<void> {
  const { instance, session } = client;
  let log: Running["log"] = (line) => client.reply({ kind: "log", text: line });
  let job: DataPumpJob;
  let steps: Generator<Step>;
  try {
    const folder = hostPath(instance.root, checkDirectory(instance, session, request));
    const logFile = request.logfile === null ? null : join(folder, request.logfile);
    if (logFile) writeFileSync(logFile, "");
    log = (line, detail = false) => {
      const stamped = detail ? line : `${request.logtime ? timeStamp() : ""}${request.metrics ? metrics(line) : line}`;
      if (logFile) appendFileSync(logFile, `${stamped}\n`);
      client.reply({ kind: "log", text: stamped });
    };
    job = checkJob(instance, session, request);
    steps =
      request.operation === "IMPORT"
        ? importSteps(instance, session, { request, folder })
        : exportSteps(instance, session, { request, folder });
    for (const line of (steps.next().value as Step).lines) log(line);
  } catch (error) {
    if (!(error instanceof OraError)) throw error;
    session.container.dataPumpJobs = session.container.dataPumpJobs.filter(
      (at) => at.name !== request.jobName || at.state !== "DEFINING",
    );
    for (const line of error.message.split("\n")) log(line);
    return client.reply({ kind: "exit", status: 1 });
  }
  await runJob(client, { job, steps, log, request });
}

/** `22-NOV-26 15:10:00.123: `, as LOGTIME writes it. */
function timeStamp(): string {
  const now = new Date();
  const [day, month, year] = [
    now.getUTCDate(),
    now.toUTCString().slice(8, 11).toUpperCase(),
    now.getUTCFullYear() % 100,
  ];
  return `${String(day).padStart(2, "0")}-${month}-${year} ${now.toISOString().slice(11, 23)}: `;
}

/** METRICS adds the worker and, to a table's line, the time and the method. */
function metrics(line: string): string {
  if (/^(ORA-|Job |Starting )/.test(line)) return line;
  return `W-1 ${line}${/^\. \. (im|ex)ported /.test(line) ? " in 0 seconds using direct_path" : ""}`;
}

interface Running {
  job: DataPumpJob;
  steps: Generator<Step>;
  /** The details of an error carry neither stamp nor worker. */
  log: (line: string, detail?: boolean) => void;
  request: DataPumpRequest;
}

async function runJob(client: DataPumpClient, running: Running): Promise<void> {
  const { instance, session } = client;
  const { job, log } = running;
  const key = `${job.owner}.${job.name}`;
  job.state = "EXECUTING";
  journalStep(client, `${job.operation} ${job.name} started`, running);
  let errors = 0;
  for (const step of running.steps) {
    for (const [at, line] of step.lines.entries()) log(line, step.failed && at > 0);
    errors += step.failed ? 1 : 0;
    if (step.event !== null) journalStep(client, step.event, running);
    await new Promise((resolve) => setTimeout(resolve, instance.world.tableMilliseconds));
    const stop = instance.stopRequests.get(key);
    if (stop) return stopped(client, running, stop);
  }
  const { container } = session;
  container.dataPumpJobs = container.dataPumpJobs.filter((at) => at !== job);
  container.tables = container.tables.filter((at) => !(at.owner === job.owner && at.name === job.name));
  const outcome = errors > 0 ? `completed with ${errors} error(s)` : "successfully completed";
  journalStep(client, `${job.operation} ${job.name} ${outcome}`, running);
  log(`Job "${job.owner}"."${job.name}" ${outcome} at ${new Date().toUTCString()} elapsed 0 00:00:01`);
  client.reply({ kind: "exit", status: errors > 0 ? 5 : 0 });
}

function stopped(client: DataPumpClient, running: Running, how: "stop" | "kill"): void {
  const { container } = client.session;
  const { job } = running;
  client.instance.stopRequests.delete(`${job.owner}.${job.name}`);
  if (how === "kill") {
    container.dataPumpJobs = container.dataPumpJobs.filter((at) => at !== job);
    container.tables = container.tables.filter((at) => !(at.owner === job.owner && at.name === job.name));
  } else Object.assign(job, { state: "NOT RUNNING", attached: 0 });
  journalStep(client, `${job.operation} ${job.name} stopped`, running);
  running.log(
    `Job "${job.owner}"."${job.name}" stopped by user request at ${new Date().toUTCString()} elapsed 0 00:00:01`,
  );
  client.reply({ kind: "exit", status: 1 });
}

function journalStep(client: DataPumpClient, event: string, running: Running): void {
  saveState(client.instance);
  const program = running.request.operation === "IMPORT" ? "impdp" : "expdp";
  journal(client.instance, { program, event, tag: running.request.jobName });
}

/** A second client that attaches to a job: its status, an orderly or immediate stop, or its end. */
export async function attachDataPump(
  client: DataPumpClient,
  request: { job: string; command: "stop" | "kill" | "status" },
): Promise<void> {
  const { instance, session } = client;
  const [owner, name] = request.job.includes(".") ? request.job.split(".") : [session.user, request.job];
  const job = session.container.dataPumpJobs.find((at) => at.owner === owner && at.name === name);
  if (!job) {
    client.reply({ kind: "log", text: "ORA-31626: job does not exist" });
    return client.reply({ kind: "exit", status: 1 });
  }
  if (request.command === "status") {
    client.reply({
      kind: "log",
      text: `Job: ${job.name}\n  Operation: ${LIBRARY[job.operation]}\n  State: ${job.state}`,
    });
    return client.reply({ kind: "exit", status: 0 });
  }
  if (job.state !== "EXECUTING") {
    session.container.dataPumpJobs = session.container.dataPumpJobs.filter(
      (at) => at !== job || request.command === "stop",
    );
    saveState(instance);
    return client.reply({ kind: "exit", status: 0 });
  }
  instance.stopRequests.set(`${owner}.${name}`, request.command);
  while (instance.stopRequests.has(`${owner}.${name}`)) await new Promise((resolve) => setTimeout(resolve, 5));
  client.reply({ kind: "exit", status: 0 });
}
