import { messageOf, type SeedbedError } from "../problem/error.ts";
import type { Log } from "../ports/log.ts";
import type { FinishedRun } from "../use-cases/seed-run.ts";
import type { StepOutput } from "../ports/step-output.ts";
import { renderRefusal, renderSummary } from "./job-summary.ts";

interface Voice {
  output: StepOutput;
  log: Log;
}

/**
 * Hands over what a seed run produced and returns the step's exit code. The result comes last of what the bot reads, so that
 * there is none where an output cannot be written; what only people read comes after it and stops nothing.
 */
export async function reportSeed(finished: FinishedRun, voice: Voice): Promise<0 | 1> {
  const { output } = voice;
  const { result } = finished;
  output.set("outcome", result.outcome);
  output.set("generation", String(result.generation));
  if (result.outcome === "seeded") {
    const { repository } = finished.pass.settings.registries.seeds;
    output.set("image", `${repository}/${result.database}@${result.image.digest}`);
    output.set("image_digest", result.image.digest);
    output.set("dump_set", result.dumpSet.digest);
  }
  output.set("result", await output.keepResult(`${JSON.stringify(result, null, 2)}\n`));
  await quietly(voice, () => output.summarize(renderSummary(finished)));
  if (result.outcome === "seeded") return 0;
  const title = `${result.database}: ${result.outcome} in ${result.stage} (${result.code})`;
  await quietly(voice, () => output.fail(`${result.text}\nTo do: ${result.fix}`, title));
  return 1;
}

/** Says why a step ended without doing its work; never throws. */
export async function reportError(error: SeedbedError, database: string, voice: Voice): Promise<void> {
  const { output } = voice;
  const title = `${database || "seedbed"}: ${error.code}`;
  await quietly(voice, () => output.fail(`${error.message}\nTo do: ${error.fix}`, title));
  await quietly(voice, () => output.summarize(renderRefusal(database, error)));
}

/** Without it a full disk, or a runner that gives no summary file, would end a finished run as a failed one. */
async function quietly({ log }: Voice, step: () => Promise<void> | void): Promise<void> {
  try {
    await step();
  } catch (error) {
    log.warn(`The run's page could not be written: ${messageOf(error)}`);
  }
}
