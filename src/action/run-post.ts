import { messageOf } from "../problem/error.ts";
import { cleanRun, readTraces } from "../use-cases/clean-run.ts";
import type { ActionBench } from "./action-ports.ts";
import { readInputs } from "./inputs.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { readRunContext } from "./read-run-context.ts";

/** The Action's post step: cleans up what a killed main step left on the source. Failures are reported; the next run retries. */
export async function runPost(bench: ActionBench): Promise<void> {
  const careful = maskSecrets(bench);
  await tryTo("clean up", careful, () => cleanUp(careful));
  await tryTo("close the deployment", careful, () => closeDeployment(careful));
}

async function cleanUp(bench: ActionBench): Promise<void> {
  const traces = readTraces(bench.environment);
  const inputs = traces === null ? null : readInputs(bench.environment);
  if (traces === null || inputs?.command !== "seed") return;
  const { log, clock, signal } = bench;
  const left = await log.group("clean up after an interrupted main step", () =>
    cleanRun(traces, {
      ...bench.connect(inputs.credentials),
      account: inputs.credentials.sourceUser,
      log,
      clock,
      signal,
      beforePublish: async () => undefined,
    }),
  );
  if (left.length === 0) log.info("This run left nothing on the source.");
  else bench.output.fail(`Left on the source: ${left.join(", ")}. The next run removes it.`, "clean up");
}

async function closeDeployment(bench: ActionBench): Promise<void> {
  const id = bench.environment["STATE_deployment"] ?? "";
  if (id === "") return;
  const { deployments } = bench.github(
    readRunContext(bench.environment),
    bench.environment["INPUT_GITHUB_TOKEN"] ?? "",
  );
  await deployments.say(id, { state: "error", description: "The run ended before the seed was finished." });
}

async function tryTo(what: string, { output }: ActionBench, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const why = messageOf(error);
    output.fail(
      `Could not ${what}: ${why}\nTo do: nothing for now; the next run of this database removes what this run left.`,
      what,
    );
  }
}
