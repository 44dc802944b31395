import type { DeploymentStatus, Deployments } from "../ports/deployments.ts";
import type { RunContext } from "./run-context.ts";
import type { Pass } from "../door/door-facts.ts";
import { messageOf } from "../problem/error.ts";
import type { SeedResult } from "../lock/seed-result.ts";
import type { Log } from "../ports/log.ts";
import { describeCauseAndReason } from "../permit/describe-cause.ts";
import { clearState } from "./clean-run.ts";

interface Ports {
  deployments: Deployments;
  log: Log;
  output: { save(name: string, value: string): void };
}

/** Shows an attempt as a Deployment. This is display only: its failures are warnings and stop nothing. */
export async function showAttempt(
  { pass, tip, run }: { pass: Pass; tip: string; run: RunContext },
  { deployments, log, output }: Ports,
): Promise<{ end(result: SeedResult): Promise<void> }> {
  const say = async (id: string | null, status: DeploymentStatus) => {
    if (id !== null) await quietly(log, () => deployments.say(id, status));
  };
  const { database, permit } = pass;
  const description = `generation ${permit.generation}: ${describeCauseAndReason(permit)}`;
  const id = await quietly(log, () => deployments.start({ database, tip, description }));
  if (id !== null) output.save("deployment", id);
  await say(id, { state: "in_progress", description: `run ${run.runId}: ${permit.work} from ${permit.source}` });
  return {
    end: async (result) => {
      await say(id, statusOf(result));
      clearState("deployment", { output, log });
    },
  };
}

function statusOf(result: SeedResult): DeploymentStatus {
  if (result.outcome === "seeded")
    return { state: "success", description: `image ${result.image.digest.slice(0, 19)} pushed, the lock follows` };
  if (result.outcome === "superseded") return { state: "error", description: "superseded by a newer permit" };
  return { state: "failure", description: `${result.stage}: ${result.text}` };
}

async function quietly<T>(log: Log, step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    log.warn(`The deployment could not be shown: ${messageOf(error)}`);
    return null;
  }
}
