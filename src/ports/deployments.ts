/** Shows an attempt on the repository's page. */
export interface Deployments {
  start(attempt: { database: string; tip: string; description: string }): Promise<string>;
  say(id: string, status: DeploymentStatus): Promise<void>;
}

export interface DeploymentStatus {
  state: "in_progress" | "success" | "failure" | "error";
  description: string;
}
