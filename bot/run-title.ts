import { DATABASE_NAME } from "../src/layout/database-name.ts";

/** What a run was asked to do. */
export type RunInputs = { database: string; reason: string };

const TITLE = new RegExp(`^seed (${DATABASE_NAME}):(?: (.*))?$`, "s");

/** What GitHub shows for a run, as the template's run-name has it. */
export function runTitle({ database, reason }: RunInputs): string {
  return `seed ${database}: ${reason}`;
}

/** Reasons are cut after so many characters. */
const LONGEST = 200;

/** What a run was asked to do, by its title; null for a run of something else. `exact` is false if other inputs fit too. */
export function readRunTitle(title: string): (RunInputs & { exact: boolean }) | null {
  const [, database, reason = ""] = TITLE.exec(title) ?? [];
  if (database === undefined) return null;
  // `hr: x` as the database and `y` as the reason give the same title as `hr` and `x: y`; the end of a long title may be missing.
  const exact = reason.length <= LONGEST && !/:(?:\s|$)/.test(reason);
  return { database, reason: reason.trim().slice(0, LONGEST), exact };
}
