import type { Deployments } from "../ports/deployments.ts";
import type { StepOutput } from "../ports/step-output.ts";
import type { RunContext } from "./run-context.ts";
import type { RuntimeFile } from "../container/runtime-files.ts";
import { decide } from "../door/decide.ts";
import type { Pass } from "../door/door-facts.ts";
import type { MainReader } from "../ports/main-reader.ts";
import { refusalError } from "../door/refusal.ts";
import { messageOf, SeedbedError } from "../problem/error.ts";
import { explainDatabaseError } from "../export/explain-error.ts";
import { permitTag } from "../image/image-tag.ts";
import type { SeedResult } from "../lock/seed-result.ts";
import { showAttempt } from "./attempt-display.ts";
import { rememberForCleanUp } from "./clean-run.ts";
import { checkPermitAgain } from "./check-permit-again.ts";
import { makeSeedTask } from "./make-seed-task.ts";
import { requireWork } from "./require-permit.ts";
import { findReportedImage } from "./reported-image.ts";
import type { SeedTask, SeedOutcome, SeedPorts } from "./seed-task.ts";
import { describeFailure, describeSuccess, type ResultHead } from "./seed-run-result.ts";
import { seedDatabase } from "./seed.ts";
import { StageLog } from "./stage-log.ts";
import { readMainNow } from "./read-main-now.ts";

export interface SeedRun {
  database: string;
  /** The environment's variable SEEDBED_SOURCE, empty where there is none. */
  source: string;
  context: RunContext;
  runtime: RuntimeFile[];
}

export interface SeedRunPorts extends Omit<SeedPorts, "beforePublish"> {
  main: MainReader;
  deployments: Deployments;
  output: Pick<StepOutput, "save">;
}

/** A run that passed the permit check: its result, and the facts for its summary. */
export interface FinishedRun {
  result: SeedResult;
  pass: Pass;
  stages: StageLog;
}

/**
 * The seed job: permit check, export, image, second check, result. Throws a refusal before any other connection is made,
 * and an error on a cancel; every other failure is a result.
 */
export async function seedRun(run: SeedRun, ports: SeedRunPorts): Promise<FinishedRun> {
  const { database, source, context } = run;
  const main = await readMainNow(ports.main, database);
  const decision = decide({ run: context, database, source, main });
  if ("refuse" in decision) throw refusalError(decision);
  const pass = decision.go;
  const stages = new StageLog(ports.log, ports.clock);
  const head: ResultHead = {
    version: 1,
    repositoryId: main.repository.id,
    run: context.runId,
    attempt: context.attempt,
    database,
    approval: pass.approval,
    generation: pass.permit.generation,
  };
  const display = await showAttempt({ pass, tip: main.tip, run: context }, ports);
  const result = await attempt({ run, pass, stages, head }, ports);
  await display.end(result);
  return { result, pass, stages };
}

interface Attempt {
  run: SeedRun;
  pass: Pass;
  stages: StageLog;
  head: ResultHead;
}

async function attempt({ run, pass, stages, head }: Attempt, ports: SeedRunPorts): Promise<SeedResult> {
  const checked: SeedPorts = { ...ports, beforePublish: () => checkPermitAgain(pass, ports.main) };
  const memory = rememberForCleanUp({ run: run.context.runId, pass }, ports);
  try {
    stages.current = "plan";
    const task = taskOf(run, pass);
    stages.current = "preflight: registries";
    const outcome =
      (await findReportedImage(task, pass.approval, checked)) ?? (await seed(task, checked, { stages, memory }));
    if (outcome.leftOnSource.length === 0) memory.forget();
    return describeSuccess(head, task, outcome);
  } catch (error) {
    const context = { directory: pass.source.directory, account: ports.account };
    const result = describeFailure(head, explainDatabaseError(error, context), stages);
    if (result.leftOnSource.length === 0) memory.forget();
    if (ports.signal.aborted) throw cancelled(error);
    return result;
  }
}

interface Traces {
  stages: StageLog;
  memory: ReturnType<typeof rememberForCleanUp>;
}

async function seed(task: SeedTask, ports: SeedPorts, { stages, memory }: Traces): Promise<SeedOutcome> {
  memory.remember(task);
  return await seedDatabase(task, ports, stages);
}

/** A permit for an export means fresh data; one for an image does not allow any access to the source. */
function taskOf({ context, runtime }: SeedRun, pass: Pass): SeedTask {
  const { permit, approval } = pass;
  const task = makeSeedTask({
    ...pass,
    runtime,
    run: context.runId,
    tags: [permitTag(approval)],
    freshExport: permit.work === "export",
  });
  requireWork({ permit }, task.previous === undefined ? "export" : "image");
  return task;
}

function cancelled(cause: unknown): SeedbedError {
  return new SeedbedError("run-cancelled", `The run was cancelled: ${messageOf(cause)}`, {
    fix: `The permit stays open. Start the workflow again if the data is still needed. The run's last step, or the next run, removes what this run left on the source.`,
    cause,
  });
}
