import type { Permit } from "../permit/permit.ts";
import type { Digest } from "../crypto/digest.ts";
import type { Lock } from "../lock/lock.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings, SourceSettings } from "../settings/settings.ts";
import type { MainNow } from "./main-now.ts";
import type { Refused } from "./refusal.ts";

/** All facts that the decision is based on. */
export interface DoorFacts {
  /** What GitHub tells each step about its run. */
  run: { workflowRef: string; event: string; repositoryId: string };
  /** The run's input. */
  database: string;
  /** The environment's variable SEEDBED_SOURCE; null in the plan job, which has no environment. */
  source: string | null;
  main: MainNow;
}

/** Either the permitted work, or a refusal with a reason and a fix. */
export type Decision = { go: Pass } | Refused;

/** An open permit with everything that it allows, as it is on main. */
export interface Pass {
  database: string;
  permit: Permit;
  approval: Digest;
  sourceName: string;
  source: SourceSettings;
  settings: Settings;
  request: DatabaseRequest;
  files: RequestFiles;
  lock: Lock;
}
