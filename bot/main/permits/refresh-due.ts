import { CronExpressionParser } from "cron-parser";

/** The latest time at which a schedule was due, UTC with `Z`, when nothing happened since; null otherwise. */
export function findDueRefresh(
  refresh: { schedule: string; time_zone: string },
  { since, now }: { since: number; now: number },
): string | null {
  // cron-parser's `prev` is strictly before its start: a schedule that is due this very second counts.
  const at = new Date(now + 1000);
  const due = CronExpressionParser.parse(refresh.schedule, { tz: refresh.time_zone, currentDate: at }).prev().toDate();
  return due.getTime() > since ? due.toISOString().replace(/\.\d+Z$/, "Z") : null;
}
