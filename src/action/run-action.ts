import { SeedbedError } from "../problem/error.ts";
import { planRun } from "../use-cases/plan-run.ts";
import { seedRun } from "../use-cases/seed-run.ts";
import type { ActionBench } from "./action-ports.ts";
import { readInputs, type PlanInputs, type SeedInputs } from "./inputs.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { reportError, reportSeed } from "./report-run.ts";
import { readRunContext } from "./read-run-context.ts";
import { type RunContext } from "../use-cases/run-context.ts";

/** The Action's main step: registers masks, reads inputs, runs the command. Returns the step's exit code; once the masks are set it never throws. */
export async function runAction(bench: ActionBench): Promise<0 | 1> {
  const careful = maskSecrets(bench);
  try {
    const inputs = readInputs(bench.environment);
    const context = readRunContext(bench.environment);
    bench.log.info(`${inputs.command} ${inputs.database}: ${inputs.reason || "no reason given"}`);
    return inputs.command === "plan" ? await plan(inputs, context, careful) : await seed(inputs, context, careful);
  } catch (error) {
    const why = bench.signal.aborted && !(error instanceof SeedbedError) ? cancelled(error) : error;
    const known = why instanceof SeedbedError ? why : unexpected(why);
    await reportError(known, bench.environment["INPUT_DATABASE"] ?? "", careful);
    return 1;
  }
}

async function plan({ database, token }: PlanInputs, context: RunContext, bench: ActionBench): Promise<0> {
  const { main } = bench.github(context, token);
  const planned = await planRun({ database, context }, { ...bench, main });
  const { output, log } = bench;
  output.set("environment", planned.environment);
  output.set("runner_group", planned.runnerGroup);
  output.set("runner_labels", JSON.stringify(planned.runnerLabels));
  output.set("concurrency_group", planned.concurrencyGroup);
  output.set("work", planned.work);
  log.info(`${database}: ${planned.work} in the environment ${planned.environment}, on ${planned.runnerGroup}`);
  return 0;
}

async function seed(inputs: SeedInputs, context: RunContext, bench: ActionBench): Promise<0 | 1> {
  const { database, source, credentials } = inputs;
  const finished = await seedRun(
    { database, source, context, runtime: await bench.runtime() },
    {
      ...bench,
      ...bench.github(context, inputs.token),
      ...bench.connect(credentials),
      account: credentials.sourceUser,
    },
  );
  return await reportSeed(finished, bench);
}

function cancelled(cause: unknown): SeedbedError {
  return new SeedbedError("run-cancelled", "The run was cancelled.", {
    fix: "Start the workflow again if the data is still needed.",
    cause,
  });
}

function unexpected(cause: unknown): SeedbedError {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new SeedbedError("unexpected", text, {
    fix: "This is a bug in Seedbed. Please report it with the run's log.",
    cause,
  });
}
