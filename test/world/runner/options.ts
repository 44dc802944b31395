import type { GitHub } from "../github/github.ts";

export interface RunnerEnvironment {
  variables: Record<string, string>;
  secrets: Record<string, string>;
  /** Branches that may deploy; empty admits every branch. */
  branches: string[];
}

export interface RunnerOptions {
  github: GitHub;
  /** Holds action.yml and dist/. */
  actionFolder: string;
  /** `owner/name` under which workflows name the action. */
  actionName: string;
  /** Environments of the repository. One that a job names and that is missing is created empty, as GitHub does. */
  environments: Record<string, RunnerEnvironment>;
  /** Of the repository. */
  secrets: Record<string, string>;
  variables: Record<string, string>;
  /** Runner groups beside GitHub's own, with the labels that their runners have. */
  groups: Record<string, string[]>;
  /** What is kept of each job lies below it. */
  folder: string;
  /** Process environment of the self-hosted runners. */
  machine?: Record<string, string>;
  /** Lets the programs of actions start others, such as credential helpers; otherwise they may start none. */
  mayStartPrograms?: boolean;
  /** Gets the lines of a job's log as they come. */
  show?: (place: { run: number; job: string }, line: string) => void;
}

/** A job that has ended, as world.json lists it. */
export interface JobRow {
  id: string;
  attempt: number;
  event: string;
  job: string;
  database: string | null;
  conclusion: string;
  files_written_bytes: number;
  /** Signals that its main program got. */
  signals: string[];
}
