export interface RunFacts {
  id: string;
  attempt: number;
  event: string;
  status: string;
  conclusion: string | null;
  title: string;
  path: string;
  workflowId: string;
  headBranch: string | null;
  headSha: string;
  repositoryId: string;
  headRepositoryId: string | null;
  triggeringActor: { id: string; login: string } | null;
  referencedWorkflows: number;
  createdAt: string;
  /** When the latest attempt began (`run_started_at`); a re-run does not change `createdAt`. */
  startedAt: string;
}

export interface HubActions {
  /** Dispatches provision.yml on the default branch and returns the run's id. */
  dispatch(inputs: { database: string; reason: string }): Promise<string>;
  workflow(): Promise<{ id: string; path: string } | null>;
  run(id: string): Promise<RunFacts | null>;
  /** The latest runs of every workflow, newest first. */
  runs(options: { limit: number }): Promise<RunFacts[]>;
  /** Runs of provision.yml: the latest hundred, all that were created since a time (milliseconds), and all that have not ended. */
  provisionRuns(options: { since: number }): Promise<RunFacts[]>;
  jobs(
    run: string,
    attempt: number,
  ): Promise<
    {
      name: string;
      status: string;
      conclusion: string | null;
      runnerGroup: string | null;
      startedAt: string | null;
      completedAt: string | null;
    }[]
  >;
  artifacts(run: string): Promise<
    {
      id: string;
      name: string;
      runId: string;
      createdAt: string;
      bytes: number;
      digest: string | null;
      expired: boolean;
    }[]
  >;
  downloadArtifact(id: string): Promise<Uint8Array>;
  cancel(run: string): Promise<void>;
  /** Deletes a run that has ended, with its logs and artifacts; false if it is there and has not ended. */
  remove(run: string): Promise<boolean>;
}
