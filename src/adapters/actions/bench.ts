import type { ActionBench } from "../../action/action-ports.ts";
import { notOnARunner, runUrl } from "../../action/read-run-context.ts";
import { createActionsLog } from "./log.ts";
import { openStepOutput } from "./output.ts";
import { systemClock } from "../process/clock.ts";
import { GitHubClient } from "../github/client.ts";
import { showDeployments } from "../github/deployments.ts";
import { readGitHub } from "../github/tree.ts";
import { readRuntime } from "../disk/runtime-folder.ts";
import { connectSeedPorts } from "../seed-connections.ts";

/** The real dependencies of the Action. `runtime` is the folder of the container's runtime. */
export function openActionBench(
  environment: Record<string, string | undefined>,
  runtime: string,
  signal: AbortSignal,
): ActionBench {
  const temporary = environment["RUNNER_TEMP"];
  if (!temporary) throw notOnARunner("The variable RUNNER_TEMP is missing.");
  return {
    environment,
    output: openStepOutput(temporary),
    log: createActionsLog(() => systemClock.now()),
    clock: systemClock,
    signal,
    github: (context, token) => {
      const { api, repository } = context;
      const client = new GitHubClient({ api, token, repository, signal });
      return { main: readGitHub(client), deployments: showDeployments(client, runUrl(context)) };
    },
    connect: (credentials, onSecret) => connectSeedPorts(credentials, { environment, signal, onSecret }),
    runtime: () => readRuntime(runtime),
  };
}
