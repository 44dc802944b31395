import type { Failed } from "../../../src/lock/seed-result.ts";
import type { DatabaseState } from "../../decide/main/main-state.ts";
import { DailyMemory } from "../daily-memory.ts";
import { createFolderMemory, type FolderMemory } from "./read-databases.ts";
import type { OldRunsMemory } from "./read-old-runs.ts";
import { OriginMemory } from "./read-origins.ts";
import type { Remembered } from "./remember.ts";

/** What a process remembers to save calls, and to know its own runs before GitHub lists them. It can be lost without harm. */
export interface MainMemory {
  /** Titles of runs, and when they were started, by GitHub's clock. */
  started: Map<string, number>;
  /** Runs that were cancelled, and when: stopping takes a job some seconds, and only later is it asked again. */
  cancelled: Map<string, number>;
  harmless: Set<string>;
  /** Foreign runs that left what looks like a result. Like the harmless ones they have ended, so this does not change. */
  forged: Set<string>;
  folders: FolderMemory;
  origins: OriginMemory;
  /** Numbers of the threads that have all comments that belong there; null for one that is not there and not needed. */
  threads: DailyMemory<number | null>;
  /** What was read for each database while its folder was the same, or from one failed run. */
  pulls: Remembered<number | null>;
  replaced: Remembered<DatabaseState["replaced"]>;
  failures: Remembered<Failed | null>;
  oldRuns: OldRunsMemory;
}

/** An empty memory for a new process. */
export function createMemory(): MainMemory {
  return {
    started: new Map(),
    cancelled: new Map(),
    harmless: new Set(),
    forged: new Set(),
    folders: createFolderMemory(),
    origins: new OriginMemory(),
    threads: new DailyMemory(),
    pulls: new Map(),
    replaced: new Map(),
    failures: new Map(),
    oldRuns: { current: null, blobs: new Map() },
  };
}
