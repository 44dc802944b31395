import { DATABASE_NAME } from "../layout/database-name.ts";

/** What a run was asked to do. */
export type RunInputs = { database: string; reason: string };

const TITLE = new RegExp(`^seed (${DATABASE_NAME}):(?: (.*))?$`, "s");

/** What GitHub shows for a run, as the template's run-name has it. */
export function runTitle({ database, reason }: RunInputs): string {
  return `seed ${database}: ${reason}`;
}

/** GitHub shows titles of this length in full; of a longer one the end may be missing, and with it what would make it ambiguous. */
const WHOLE = 200;

/** What a run was asked to do, by its title; null for a run of something else. `exact` is false if other inputs fit too. */
export function readRunTitle(title: string): (RunInputs & { exact: boolean }) | null {
  const [, database, reason = ""] = TITLE.exec(title) ?? [];
  if (database === undefined) return null;
  // `hr: x` as the database and `y` as the reason give the same title as `hr` and `x: y`.
  const exact = title.length <= WHOLE && !/:(?:\s|$)/.test(reason);
  return { database, reason: reason.trim().slice(0, WHOLE), exact };
}
