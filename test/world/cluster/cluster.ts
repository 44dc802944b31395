import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Moment } from "../journal.ts";
import type { LogEvent } from "../../../src/cluster/log-event.ts";
import { Pod, type Exit, type PodOptions } from "./pod.ts";
import { readWorkload, type ManifestFile } from "./read-manifests.ts";

export interface ClusterSetup {
  /** One folder below it for every database. */
  folder: string;
  registries: { host: string; username: string; password: string }[];
  /** Secret name to its keys, as External Secrets would have made them. */
  secrets: Record<string, Record<string, string>>;
  world?: PodOptions["world"];
  timing?: Record<string, number>;
  /** As in `PodOptions`. */
  probing?: boolean;
  secondMilliseconds?: number;
}

export interface ClusterDatabase {
  pod: Pod;
  /** Every moment of the journal, all starts. */
  moments(): Promise<Moment[]>;
  /** Statements that the stand-in database did not know. */
  refusedStatements(): Promise<string[]>;
  /** `OWNER.TABLE` to rows, from the last moment. */
  rows(): Promise<Record<string, number>>;
  exits: readonly Exit[];
  /** Waits for an event of the runtime; throws with the log's end when it does not come. */
  waitFor(matches: (event: LogEvent) => boolean, seconds: number): Promise<LogEvent>;
  /** Waits for the last phase of the current start, and the readiness probe. */
  waitForOpen(seconds: number): Promise<void>;
}

/** A stand-in for Fleet and one node's kubelet, for any number of databases. */
export interface Cluster {
  /** Carries out a database's rendered manifests, as Fleet does after a push. */
  sync(database: string, files: ManifestFile[]): Promise<void>;
  database(name: string): ClusterDatabase;
  close(): Promise<void>;
}

export function startCluster(setup: ClusterSetup): Cluster {
  const databases = new Map<string, ClusterDatabase>();
  const open = (name: string): ClusterDatabase => {
    const known = databases.get(name) ?? openDatabase(setup, name);
    databases.set(name, known);
    return known;
  };
  return {
    sync: async (database, files) => {
      await mkdir(join(setup.folder, database), { recursive: true });
      await open(database).pod.apply(readWorkload(files));
    },
    database: open,
    close: async () => {
      for (const { pod } of databases.values()) {
        await pod.kill9();
        await pod.stop();
      }
    },
  };
}

function openDatabase(setup: ClusterSetup, name: string): ClusterDatabase {
  const folder = join(setup.folder, name);
  const journal = join(folder, "journal.jsonl");
  const pod = new Pod({
    folder,
    journal,
    credentials: (host) => setup.registries.find((registry) => registry.host === host),
    secret: (secret) => setup.secrets[secret],
    world: setup.world ?? {},
    timing: setup.timing ?? {},
    probing: setup.probing ?? false,
    ...(setup.secondMilliseconds === undefined ? {} : { secondMilliseconds: setup.secondMilliseconds }),
  });
  const lines = async <T>(file: string): Promise<T[]> =>
    existsSync(file)
      ? (await readFile(file, "utf8"))
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line) as T)
      : [];
  const moments = (): Promise<Moment[]> => lines<Moment>(journal);
  const waitFor = (matches: (event: LogEvent) => boolean, seconds: number): Promise<LogEvent> =>
    waitForEvent(pod, matches, seconds);
  return {
    pod,
    moments,
    refusedStatements: () => lines<string>(`${journal}.refused`),
    rows: async () => (await moments()).at(-1)?.rows ?? {},
    exits: pod.exits,
    waitFor,
    waitForOpen: async (seconds) => {
      await waitFor(({ phase, event }) => phase === "open" && (event === "done" || event === "skip"), seconds);
      const until = Date.now() + seconds * 1000;
      while (!(await pod.ready())) {
        if (Date.now() > until)
          throw new Error(`the readiness probe stays red\n${(await pod.log()).toString().slice(-3000)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

async function waitForEvent(pod: Pod, matches: (event: LogEvent) => boolean, seconds: number): Promise<LogEvent> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = (await pod.events()).find(matches);
    if (found) return found;
    if (Date.now() > until)
      throw new Error(`${pod.waiting || "the event did not come"}\n${(await pod.log()).toString().slice(-3000)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
