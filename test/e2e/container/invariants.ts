import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Moment } from "../../world/journal.ts";
import type { ClusterDatabase } from "../../world/cluster/cluster.ts";
import type { MadeDump } from "./dump.ts";

/** Anybody with an account could come in at this moment. */
export function isPublic(moment: Moment): boolean {
  return moment.open_mode !== "MOUNTED" && !moment.restricted;
}

/** The rows of people's tables; a running Data Pump job has a table of its own. */
export function peoplesRows({ rows }: Moment): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).filter(([name]) => !name.startsWith("SEEDBED_")));
}

/** How often an import began. */
export function importsStarted(moments: Moment[]): number {
  return moments.filter(({ program, event }) => program === "impdp" && /^IMPORT \S+ started$/.test(event)).length;
}

/** What must hold at every moment of a database's life, whatever was killed; told by the world's journal. */
export async function expectNeverExposed(database: ClusterDatabase, lives: "one" | "many" = "one"): Promise<void> {
  const moments = await database.moments();
  expect(moments.length).toBeGreaterThan(0);
  const exposed = moments.filter((moment) => isPublic(moment) && Object.keys(peoplesRows(moment)).length > 0);
  expect(
    exposed.filter(({ masked }) => !masked),
    "open to people with raw data",
  ).toEqual([]);
  expect(
    exposed.filter(({ jobs }) => jobs > 0),
    "open to people with production's jobs",
  ).toEqual([]);
  expect(
    exposed.filter((moment) => moment.db_links > 0),
    "open to people with production's links",
  ).toEqual([]);
  expect(
    exposed.filter((moment) => moment.users_unlocked.some((user) => user !== "APP")),
    "open to people with foreign accounts",
  ).toEqual([]);
  const running = moments.filter((moment) => !moment.masked && moment.jobs > 0);
  expect(running, "production's jobs could run on raw data").toEqual([]);
  if (lives === "one") expectCheckedBefore(database, exposed[0]);
  expect(await database.refusedStatements(), "statements that the stand-in does not know").toEqual([]);
}

/** The file is the runtime's, its date is the file system's. A later import or change rewrites it: then the date says nothing. */
function expectCheckedBefore(database: ClusterDatabase, first: Moment | undefined): void {
  if (first === undefined) return;
  const checked = join(database.pod.volume, ".seedbed/state/checked");
  expect(existsSync(checked), "open to people before anything was checked").toBe(true);
  expect(statSync(checked).birthtimeMs).toBeLessThanOrEqual(Date.parse(first.time) + 5);
}

/** The database is open with exactly the dump's rows, masked, and only the request's account can log on. */
export async function expectOpenWith(database: ClusterDatabase, dump: MadeDump): Promise<void> {
  const last = (await database.moments()).at(-1)!;
  expect(last).toMatchObject({
    open_mode: "READ WRITE",
    restricted: false,
    masked: true,
    db_links: 0,
    jobs: 0,
    users_unlocked: ["APP"],
  });
  expect(last.rows).toEqual(dump.rows);
  expect(await database.pod.ready()).toBe(true);
}
