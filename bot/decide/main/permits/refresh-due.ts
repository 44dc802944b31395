import { CronExpressionParser } from "cron-parser";
import { writeOutCron } from "../../../../src/request/cron.ts";

/** The last time at which a schedule was due, UTC with `Z`, if it is later than `since`; null otherwise. */
export function findDueRefresh(
  refresh: { schedule: string; time_zone: string },
  { since, now }: { since: number; now: number },
): string | null {
  // cron-parser's `prev` is strictly before its start; one second more includes a schedule that is due right now.
  const at = new Date(now + 1000);
  const schedule = writeOutCron(refresh.schedule).join(" ");
  const due = CronExpressionParser.parse(schedule, { tz: refresh.time_zone, currentDate: at }).prev().toDate();
  return due.getTime() > since ? due.toISOString().replace(/\.\d+Z$/, "Z") : null;
}
