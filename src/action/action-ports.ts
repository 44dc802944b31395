import type { Deployments } from "../ports/deployments.ts";
import type { StepOutput } from "../ports/step-output.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { RuntimeFile } from "../container/runtime-files.ts";
import type { MainReader } from "../ports/main-reader.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { SeedPorts } from "../use-cases/seed-task.ts";
import type { RunContext } from "../use-cases/run-context.ts";

/** The dependencies of the Action: entries build them from adapters, tests from fakes. */
export interface ActionBench {
  /** The process environment: inputs, context and state of the step. */
  environment: Record<string, string | undefined>;
  output: StepOutput;
  log: Log;
  clock: Clock;
  /** Aborted when the run is cancelled. */
  signal: AbortSignal;
  github(context: RunContext, token: string): { main: MainReader; deployments: Deployments };
  /** `onSecret` is told every secret that is found and in no input, before it is used. */
  connect(
    credentials: Credentials,
    onSecret?: (secret: string) => void,
  ): Pick<SeedPorts, "checkKey" | "connectHost" | "connectDatabase" | "connectRegistry">;
  /** The container's runtime that this version of the Action ships. */
  runtime(): Promise<RuntimeFile[]>;
}
