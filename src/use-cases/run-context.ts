/** What GitHub tells a step about its run. */
export interface RunContext {
  /** `https://api.github.com`. */
  api: string;
  /** `https://github.com`. */
  server: string;
  /** `owner/name`. */
  repository: string;
  repositoryId: string;
  /** `owner/name/.github/workflows/provision.yml@refs/heads/main`. */
  workflowRef: string;
  event: string;
  runId: string;
  attempt: number;
  /** Login of the person who started this attempt; on a re-run this can differ from the run's actor. */
  triggeringActor: string;
}
