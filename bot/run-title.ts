import { DATABASE_NAME } from "../src/layout/database-name.ts";

/** What a run was asked to do. */
export type RunInputs = { database: string; reason: string };

const TITLE = new RegExp(`^seed (${DATABASE_NAME}):(?: (.*))?$`, "s");

/** What GitHub shows for a run, as the template's run-name has it. */
export function runTitle({ database, reason }: RunInputs): string {
  return `seed ${database}: ${reason}`;
}

/** What a run was asked to do, by its title; null for a run of something else. */
export function readRunTitle(title: string): RunInputs | null {
  const [, database, reason = ""] = TITLE.exec(title) ?? [];
  return database === undefined ? null : { database, reason: reason.trim().slice(0, 200) };
}
