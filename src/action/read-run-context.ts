import type { RunContext } from "../use-cases/run-context.ts";
import { SeedbedError } from "../problem/error.ts";

const NAMES = {
  api: "GITHUB_API_URL",
  server: "GITHUB_SERVER_URL",
  repository: "GITHUB_REPOSITORY",
  repositoryId: "GITHUB_REPOSITORY_ID",
  workflowRef: "GITHUB_WORKFLOW_REF",
  event: "GITHUB_EVENT_NAME",
  runId: "GITHUB_RUN_ID",
  attempt: "GITHUB_RUN_ATTEMPT",
  triggeringActor: "GITHUB_TRIGGERING_ACTOR",
} as const;

/** Reads the run's context once. Throws if a variable is missing that every GitHub runner sets. */
export function readRunContext(environment: Record<string, string | undefined>): RunContext {
  const missing = Object.values(NAMES).filter((name) => !environment[name]);
  if (missing.length > 0) throw notOnARunner(`These variables are missing: ${missing.join(", ")}.`);
  const read = (name: keyof typeof NAMES) => environment[NAMES[name]] ?? "";
  return {
    api: read("api"),
    server: read("server"),
    repository: read("repository"),
    repositoryId: read("repositoryId"),
    workflowRef: read("workflowRef"),
    event: read("event"),
    runId: read("runId"),
    attempt: Number(read("attempt")),
    triggeringActor: read("triggeringActor"),
  };
}

/** The error of a program that no runner has started. */
export function notOnARunner(text: string): SeedbedError {
  return new SeedbedError("not-on-a-runner", text, {
    fix: "This program is a GitHub Action: start it by a workflow. From a terminal use: seedbed seed <database>",
  });
}

/** The page of a run's attempt. */
export function runUrl({ server, repository, runId, attempt }: RunContext): string {
  return `${server}/${repository}/actions/runs/${runId}/attempts/${attempt}`;
}
