import { SeedbedError } from "../../../../src/problem/error.ts";
import type { DatabaseState, MainCommit, Refusals } from "../main-state.ts";

/** What has to be changed in the files of one database on main. */
export interface Change {
  database: string;
  title: string;
  write: { path: string; text: string }[];
  remove: string[];
}

/** One commit with all changes, or with only the first one if `alone`; null if there are none. */
export function joinChanges(what: string, changes: readonly Change[], alone: boolean): MainCommit | null {
  const joined = alone ? changes.slice(0, 1) : changes;
  if (joined.length === 0) return null;
  const titles = joined.map(({ title }) => title);
  return {
    databases: joined.map(({ database }) => database),
    message: titles.length === 1 ? titles[0]! : `${what} ${titles.length} databases\n\n${titles.join("\n")}`,
    write: joined.flatMap(({ write }) => write),
    remove: joined.flatMap(({ remove }) => remove),
  };
}

/** Makes the change for each database. One that fails is skipped from then on, with the reason, and does not affect the others. */
export function forEach<T>(
  databases: readonly DatabaseState[],
  refused: Refusals,
  change: (db: DatabaseState) => T,
): T[] {
  return databases.flatMap((db) => {
    if (refused.has(db.database)) return [];
    try {
      return [change(db)];
    } catch (error) {
      if (!(error instanceof SeedbedError)) throw error;
      refused.set(db.database, { why: error.message, fix: error.fix });
      return [];
    }
  });
}
