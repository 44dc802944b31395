import { parse } from "yaml";
import { UnknownToRunner } from "./expression.ts";

export interface Workflow {
  name: string;
  permissions: Record<string, "read" | "write">;
  jobs: Record<string, WorkflowJob>;
}

export interface WorkflowJob {
  name?: string;
  needs: string[];
  runsOn: string | { group: string; labels: string };
  environment?: string;
  concurrency?: { group: string };
  permissions?: Record<string, "read" | "write">;
  outputs: Record<string, string>;
  steps: WorkflowStep[];
}

export interface WorkflowStep {
  id?: string;
  name?: string;
  /** `always()`, or absent for the default. */
  if?: string;
  uses: string;
  with: Record<string, unknown>;
}

type Yaml = Record<string, unknown>;

/** A workflow file of which every key is carried out; any other key is an error. */
export function parseWorkflow(text: string): Workflow {
  const file = only(parse(text), "workflow", ["name", "run-name", "on", "permissions", "jobs"]);
  only(only(file["on"], "on", ["workflow_dispatch"])["workflow_dispatch"], "workflow_dispatch", ["inputs"]);
  const jobs = Object.entries(file["jobs"] as Yaml).map(([id, job]) => [id, parseJob(id, job)] as const);
  return {
    name: String(file["name"]),
    permissions: parsePermissions(file["permissions"]) ?? {},
    jobs: Object.fromEntries(jobs),
  };
}

const JOB_KEYS = [
  "name",
  "needs",
  "runs-on",
  "environment",
  "concurrency",
  "timeout-minutes",
  "permissions",
  "outputs",
  "steps",
];

function parseJob(id: string, value: unknown): WorkflowJob {
  const job = only(value, `jobs.${id}`, JOB_KEYS);
  const { name, environment } = job;
  const concurrency = job["concurrency"] === undefined ? undefined : parseConcurrency(id, job["concurrency"]);
  const permissions = parsePermissions(job["permissions"]);
  return {
    needs: job["needs"] === undefined ? [] : [job["needs"]].flat().map(String),
    runsOn: parseRunsOn(id, job["runs-on"]),
    outputs: (job["outputs"] ?? {}) as Record<string, string>,
    steps: (job["steps"] as unknown[]).map((step, index) => parseStep(`jobs.${id}.steps.${index}`, step)),
    ...(name === undefined ? {} : { name: text(name, `jobs.${id}.name`) }),
    ...(environment === undefined ? {} : { environment: text(environment, `jobs.${id}.environment`) }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(permissions === undefined ? {} : { permissions }),
  };
}

function parseRunsOn(id: string, value: unknown): WorkflowJob["runsOn"] {
  if (typeof value === "string") return value;
  const { group, labels } = only(value, `jobs.${id}.runs-on`, ["group", "labels"]);
  return { group: text(group, "runs-on.group"), labels: text(labels, "runs-on.labels") };
}

function parseConcurrency(id: string, value: unknown): { group: string } {
  const { group, ...rest } = only(value, `jobs.${id}.concurrency`, ["group", "cancel-in-progress"]);
  if (rest["cancel-in-progress"] !== false) throw new UnknownToRunner("cancel-in-progress other than false");
  return { group: text(group, "concurrency.group") };
}

function parsePermissions(value: unknown): Workflow["permissions"] | undefined {
  if (value === undefined) return undefined;
  const given = only(value, "permissions", ["contents", "deployments"]);
  const odd = Object.values(given).find((access) => access !== "read" && access !== "write");
  if (odd !== undefined) throw new UnknownToRunner(`the permission ${String(odd)}`);
  return given as Workflow["permissions"];
}

function parseStep(where: string, value: unknown): WorkflowStep {
  const step = only(value, where, ["id", "name", "if", "uses", "with"]);
  const condition = step["if"];
  if (condition !== undefined && condition !== "always()")
    throw new UnknownToRunner(`${where}.if: ${JSON.stringify(condition)}`);
  const uses = text(step["uses"], `${where}.uses`);
  if (!/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(uses))
    throw new UnknownToRunner(`${where}.uses: ${uses} is not pinned to a full-length commit SHA`);
  return {
    uses,
    with: (step["with"] ?? {}) as Yaml,
    ...(step["id"] === undefined ? {} : { id: text(step["id"], `${where}.id`) }),
    ...(step["name"] === undefined ? {} : { name: text(step["name"], `${where}.name`) }),
    ...(condition === undefined ? {} : { if: "always()" }),
  };
}

function only(value: unknown, where: string, keys: readonly string[]): Yaml {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new UnknownToRunner(`${where}: ${JSON.stringify(value)}`);
  const odd = Object.keys(value).find((key) => !keys.includes(key));
  if (odd !== undefined) throw new UnknownToRunner(`the key ${odd} of ${where}`);
  return value as Yaml;
}

function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new UnknownToRunner(`${where}: ${JSON.stringify(value)}`);
}
