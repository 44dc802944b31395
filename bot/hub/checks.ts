export interface CheckFacts {
  id: string;
  name: string;
  appId: number | null;
  status: string;
  conclusion: string | null;
  /** `completed_at`; the checks of this App set it by GitHub's clock. */
  completedAt: string | null;
  externalId: string;
  title: string;
  summary: string;
  /** Shown below the summary. */
  text: string;
}

export interface CheckOutput {
  name: string;
  conclusion: "success" | "failure" | "action_required";
  externalId: string;
  title: string;
  summary: string;
  /** Shown below the summary; at most 65,535 characters. */
  text?: string;
  annotations: {
    path: string;
    line: number;
    column: number;
    level: "failure" | "warning";
    title: string;
    message: string;
  }[];
}

export interface HubChecks {
  /** The latest check of each name and App for a commit. */
  list(commit: string): Promise<CheckFacts[]>;
  /** Every check that this App ever wrote for a commit, also those that a later one replaced. */
  history(commit: string): Promise<CheckFacts[]>;
  write(commit: string, check: CheckOutput): Promise<void>;
  /** Writes this App's completed checks of a commit as they are: after "Re-run" GitHub shows them as waiting until then. */
  confirm(commit: string): Promise<void>;
}
