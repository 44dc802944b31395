import type { Clock, Log, Tree } from "../ports.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { SeedPorts } from "../stories/seed-order.ts";
import type { Credentials } from "./credentials.ts";

/** What a command works with: the entry builds it from adapters, tests from fakes. */
export interface Bench {
  checkout(): Promise<Checkout>;
  environment: Record<string, string | undefined>;
  readFile(path: string): Promise<string>;
  /** Result for people or machines. */
  out(text: string): void;
  /** What goes wrong, and progress. */
  err(text: string): void;
  color: boolean;
  width: number;
  log: Log;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** Connections that know these secrets. */
  connect(credentials: Credentials): Pick<SeedPorts, "connectHost" | "connectDatabase" | "connectRegistry">;
  clock: Clock;
  /** Runs the demo of this checkout; null where the package has none. */
  demo: ((args: string[]) => Promise<number>) | null;
}

/** The repository that holds `environments/`. */
export interface Checkout {
  top: string;
  tree: Tree;
  dirtyPaths(): Promise<string[]>;
  commitsThatChanged(pathspec: string): Promise<string[]>;
  treeAt(commit: string): Tree;
  write(change: { write: RenderedFile[]; remove: string[] }): Promise<void>;
}

/** 0 everything holds, 1 findings, 2 could not run. */
export type ExitCode = 0 | 1 | 2;
