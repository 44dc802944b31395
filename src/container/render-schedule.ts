import { CronExpressionParser } from "cron-parser";
import { SeedbedError } from "../problem/error.ts";

/**
 * A cron expression of five fields as one line of the container's schedule: minute, hour, day, month, weekday and job
 * separated by tabs, each a star or its values separated by commas. Weekdays count from 0, Sunday.
 */
export function renderSchedule(expression: string, job: string): string {
  const fields = parse(expression);
  const sets = [fields.minute, fields.hour, fields.dayOfMonth, fields.month, fields.dayOfWeek].map(
    ({ isWildcard, values }) => (isWildcard ? "*" : renderSet(expression, values)),
  );
  return `${[...sets, job].join("\t")}\n`;
}

function parse(expression: string): ReturnType<typeof CronExpressionParser.parse>["fields"] {
  // With six fields the first would be seconds, and every set would be off by one position.
  if (!expression.startsWith("@") && expression.trim().split(/\s+/).length !== 5) throw refused(expression);
  try {
    return CronExpressionParser.parse(expression).fields;
  } catch (cause) {
    throw refused(expression, cause);
  }
}

function renderSet(expression: string, values: readonly (number | string)[]): string {
  const numbers = values.map((value) => (value === 7 ? 0 : value));
  // `L` (last day) cannot be expressed as a fixed set of values.
  if (numbers.some((value) => typeof value !== "number")) throw refused(expression);
  return [...new Set(numbers as number[])].toSorted((a, b) => a - b).join(",");
}

function refused(expression: string, cause?: unknown): SeedbedError {
  return new SeedbedError(
    "schedule-refused",
    `${JSON.stringify(expression)} is not a cron expression of five fields.`,
    {
      fix: "Write minute, hour, day, month and weekday with numbers, names, lists, ranges and steps, for example 0 2 * * *.",
      cause,
    },
  );
}
