import type { Credentials } from "../credentials/credentials.ts";
import type { RuntimeFile } from "../container/runtime-files.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Clock } from "../ports/clock.ts";
import type { Cluster, ClusterChoice } from "../ports/cluster.ts";
import type { DumpFolder } from "../ports/dump-folder.ts";
import type { Log } from "../ports/log.ts";
import type { Rancher, RancherLogin } from "../ports/rancher.ts";
import type { SqlClient } from "../ports/sql-client.ts";
import type { Tree } from "../ports/tree.ts";
import type { FoundLogin } from "../registry-login/login.ts";
import type { Painted } from "../text/paint.ts";
import type { SeedPorts } from "../use-cases/seed-task.ts";
import type { MergeHistory } from "../ports/history.ts";

/** The dependencies of a command: the entry builds them from adapters, tests from fakes. */
export interface Bench {
  checkout(): Promise<Checkout>;
  /** Of this installation, for `--version`. */
  version: string;
  environment: Record<string, string | undefined>;
  readFile(path: string): Promise<string>;
  /** Prints the result, for people or programs. Both show what is unseen in a text, but for colours in a painted one. */
  out(text: string | Painted): void;
  /** Prints errors and progress. */
  err(text: string | Painted): void;
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  log: Log;
  clock: Clock;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** Creates connections that hold these secrets. */
  connect(
    credentials: Credentials,
  ): Pick<SeedPorts, "checkKey" | "connectHost" | "connectDatabase" | "connectRegistry">;
  /** The login that Docker has for a registry, by its host. */
  findLogin(host: string): Promise<FoundLogin>;
  /** Opens a cluster of the kubeconfig; nothing is sent yet. */
  openCluster(choice: ClusterChoice): Promise<Cluster>;
  /** Opens Rancher's API; nothing is sent yet. */
  openRancher(login: RancherLogin): Rancher;
  /** Asks a person at the terminal; null where nobody can answer. */
  ask(question: string): Promise<string | null>;
  /** Clients for SQL of this machine. */
  sqlClient: SqlClient;
  /** The container's runtime that this installation ships. */
  runtime(): Promise<RuntimeFile[]>;
  /** Text of a template file that this installation ships. */
  template(name: string): Promise<string>;
  /** Opens a folder for a dump set; it must be empty or new. */
  openFolder(path: string): Promise<DumpFolder>;
  /** Runs the demo of this checkout and returns its exit code. */
  demo(args: string[]): Promise<number>;
}

/** The repository that holds `environments/`. */
export interface Checkout extends MergeHistory {
  top: string;
  /** The files as they are on disk. */
  tree: Tree;
  /** `user.name` as git has it, most often a name and not a login; empty where git has none. */
  gitUserName(): Promise<string>;
  /** Address of the remote `origin`; empty where there is none. */
  remoteAddress(): Promise<string>;
  dirtyPaths(): Promise<string[]>;
  /** The last commit of a branch as far as this clone knows it: origin's as it was fetched last, else its own; null where it has neither. */
  tipOf(branch: string): Promise<string | null>;
  /** null where the repository has no commit yet. */
  head(): Promise<string | null>;
  write(change: { write: RenderedFile[]; remove: string[] }): Promise<void>;
}

/** 0: no errors; 1: problems found; 2: the command could not run. */
export type ExitCode = 0 | 1 | 2;
