import type { ActionBench } from "../../action/action-ports.ts";
import { notOnARunner, runUrl } from "../../action/read-run-context.ts";
import { createActionsLog } from "./log.ts";
import { openStepOutput } from "./output.ts";
import { systemClock } from "../process/clock.ts";
import { readProxies } from "../../http/proxies.ts";
import { showDeployments } from "../github/deployments.ts";
import { readMain } from "../github/read-main.ts";
import { openOctokit } from "../github/octokit.ts";
import { openFetch } from "../http/fetch.ts";
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
      const fetch = openFetch(readProxies(environment));
      const here = openOctokit({ api, token, repository, fetch, clock: systemClock, signal });
      return { main: readMain(here), deployments: showDeployments(here, runUrl(context)) };
    },
    connect: (credentials, onSecret) => connectSeedPorts(credentials, { environment, signal, onSecret }),
    runtime: () => readRuntime(runtime),
  };
}
