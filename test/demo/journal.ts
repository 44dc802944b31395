import type { Moment } from "../world/journal.ts";

/** Snapshots in which production data could be read from outside the container. */
export function rawAndOpen(moments: Moment[]): Moment[] {
  return moments.filter((moment) => isOpen(moment) && hasData(moment) && !moment.masked);
}

/** Snapshots in which the database had data and was open to everybody. */
export function openMoments(moments: Moment[]): Moment[] {
  return moments.filter((moment) => isOpen(moment) && hasData(moment));
}

function isOpen(moment: Moment): boolean {
  return moment.open_mode === "READ WRITE" && !moment.restricted;
}

function hasData(moment: Moment): boolean {
  return Object.values(moment.rows).some((rows) => rows > 0);
}

/** `5 tables, 7628 rows`. */
export function describeRows(rows: Record<string, number>): string {
  const counts = Object.values(rows);
  return `${counts.length} tables, ${counts.reduce((sum, count) => sum + count, 0)} rows`;
}
