import { writeOutCron } from "../request/cron.ts";

/** A cron expression as one line of the container's schedule: its five fields written out and the job, separated by tabs. */
export function renderSchedule(expression: string, job: string): string {
  return `${[...writeOutCron(expression), job].join("\t")}\n`;
}
