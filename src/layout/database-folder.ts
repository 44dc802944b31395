import { ENVIRONMENTS } from "./repository.ts";

/** Names below a database's folder. */
export const NAMES = {
  /** A person's, as are the scripts beside it. */
  request: "database_config.yaml",
  approval: "approval.yaml",
  lock: "seed.lock.yaml",
  manifests: "manifests",
} as const;

/** Paths of one database, from the top of the repository. */
export interface DatabaseFolder {
  path: string;
  request: string;
  approval: string;
  lock: string;
  manifests: string;
  /** A file by its path below the folder. */
  at(below: string): string;
}

/** Where everything of a database stands. */
export function folderOf(database: string): DatabaseFolder {
  const path = `${ENVIRONMENTS}/${database}`;
  const at = (below: string) => `${path}/${below}`;
  const { request, approval, lock, manifests } = NAMES;
  return { path, request: at(request), approval: at(approval), lock: at(lock), manifests: at(manifests), at };
}

/** Which database a path belongs to, whatever that folder is called, and what it is there. */
export interface DatabaseFile {
  database: string;
  /** Path below the database's folder. */
  below: string;
  /** Written by programs; everything else belongs to the request. */
  generated: boolean;
}

/** The file of a database that a path names; null for any other path. */
export function databaseFileOf(path: string): DatabaseFile | null {
  const [top, database = "", ...rest] = path.split("/");
  const below = rest.join("/");
  if (top !== ENVIRONMENTS || database === "" || below === "") return null;
  return { database, below, generated: isGenerated(below) };
}

/** Whether a path below a database's folder is written by programs: everything else is the request. */
export function isGenerated(below: string): boolean {
  return below === NAMES.approval || below === NAMES.lock || below.startsWith(`${NAMES.manifests}/`);
}
