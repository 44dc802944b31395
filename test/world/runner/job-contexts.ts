import { refOf, type WorkflowRun } from "../github/runs.ts";
import type { State } from "../github/state.ts";
import type { Contexts } from "./expression.ts";
import type { Workflow } from "./workflow.ts";

export interface JobPlace {
  state: State;
  run: WorkflowRun;
  workflow: Workflow;
  /** Id of the job in the workflow. */
  job: string;
  token: string;
  temporary: string;
  eventPath: string;
}

/** The `github` and `runner` contexts, as far as they are known here. */
export function runContexts({ state, run, job, token, temporary }: JobPlace): Contexts {
  return {
    github: {
      actor: run.actor.login,
      event_name: run.event,
      job,
      ref: refOf(run),
      ref_name: run.headBranch,
      repository: `${state.owner}/${state.name}`,
      repository_id: String(state.repositoryId),
      run_attempt: String(run.attempt),
      run_id: String(run.id),
      sha: run.headSha,
      token,
      triggering_actor: run.triggeringActor.login,
    },
    runner: { temp: temporary, os: "Linux", arch: "X64" },
    inputs: run.inputs,
  };
}

/** Variables that every program of a job gets. The token is not among them. */
export function jobVariables({ state, run, workflow, job, temporary, eventPath }: JobPlace): Record<string, string> {
  const repository = `${state.owner}/${state.name}`;
  return {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTOR: run.actor.login,
    GITHUB_ACTOR_ID: String(run.actor.id),
    GITHUB_API_URL: state.url(),
    GITHUB_BASE_REF: "",
    GITHUB_EVENT_NAME: run.event,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_GRAPHQL_URL: `${state.url()}/graphql`,
    GITHUB_HEAD_REF: "",
    GITHUB_JOB: job,
    GITHUB_REF: refOf(run),
    GITHUB_REF_NAME: run.headBranch,
    GITHUB_REF_PROTECTED: "true",
    GITHUB_REF_TYPE: run.tag ? "tag" : "branch",
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: String(state.repositoryId),
    GITHUB_REPOSITORY_OWNER: state.owner,
    GITHUB_RETENTION_DAYS: "90",
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.id),
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_SHA: run.headSha,
    GITHUB_TRIGGERING_ACTOR: run.triggeringActor.login,
    GITHUB_WORKFLOW: workflow.name,
    GITHUB_WORKFLOW_REF: `${repository}/${run.path}@${refOf(run)}`,
    GITHUB_WORKFLOW_SHA: run.headSha,
    GITHUB_WORKSPACE: `${temporary}/work`,
    RUNNER_ARCH: "X64",
    RUNNER_ENVIRONMENT: "self-hosted",
    RUNNER_NAME: "runner-1",
    RUNNER_OS: "Linux",
    RUNNER_TEMP: temporary,
    RUNNER_TOOL_CACHE: `${temporary}/tools`,
  };
}

/** The payload of a workflow_dispatch, as GITHUB_EVENT_PATH has it. */
export function eventPayload(state: State, run: WorkflowRun): object {
  const { id, login, type } = run.triggeringActor;
  return {
    inputs: run.inputs,
    ref: refOf(run),
    workflow: run.path,
    repository: {
      id: state.repositoryId,
      name: state.name,
      full_name: `${state.owner}/${state.name}`,
      default_branch: state.defaultBranch,
    },
    sender: { id, login, type },
  };
}
