import type { Credentials } from "../credentials/credentials.ts";
import type { RuntimeFile } from "../container/runtime-files.ts";
import type { MainReader } from "../ports/main-reader.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { SeedPorts } from "../use-cases/seed-order.ts";
import type { RunContext } from "./run-context.ts";

/** What a step can tell its runner, as in GitHub's toolkit. */
export interface StepOutput {
  /** From now on the runner prints *** instead of it. */
  mask(secret: string): void;
  set(name: string, value: string): void;
  /** Passed to the post step as environment variable `STATE_<name>`; never a secret. */
  save(name: string, value: string): void;
  /** Markdown for the run's page. */
  summarize(markdown: string): Promise<void>;
  /** An annotation. */
  fail(text: string, title: string): void;
  /** Writes `<runner's temporary folder>/seed-result/seed-result.json` and returns its path. */
  keepResult(text: string): Promise<string>;
}

/** Shows an attempt on the repository's page. */
export interface Deployments {
  start(attempt: { database: string; tip: string; description: string }): Promise<string>;
  say(id: string, status: DeploymentStatus): Promise<void>;
}

export interface DeploymentStatus {
  state: "in_progress" | "success" | "failure" | "error";
  description: string;
}

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
  connect(
    credentials: Credentials,
  ): Pick<SeedPorts, "checkKey" | "connectHost" | "connectDatabase" | "connectRegistry">;
  /** The container's runtime that this version of the Action ships. */
  runtime(): Promise<RuntimeFile[]>;
}
