import { CronExpressionParser } from "cron-parser";
import { messageOf } from "../problem/error.ts";

/** What is wrong with a cron expression, and where in it. */
export interface CronError {
  index: number;
  length: number;
  what: string;
  why: string;
  fix: string;
}

const FIELDS = [
  { name: "minute", range: "0 to 59" },
  { name: "hour", range: "0 to 23" },
  { name: "day of month", range: "1 to 31" },
  { name: "month", range: "1 to 12 or jan to dec" },
  { name: "day of week", range: "0 to 7 (0 and 7 are Sunday) or sun to sat" },
];

/** Explains the first invalid field of a cron expression of five fields; null when it is valid. */
export function explainCron(text: string): CronError | null {
  const fields = [...text.matchAll(/[^ ]+/g)];
  if (fields.length !== FIELDS.length || /[^\S ]/.test(text)) return wrongCount(text, fields.length);
  for (const [position, field] of fields.entries()) {
    const error = explainField(field[0], position);
    if (error) return { index: field.index, length: field[0].length, ...error };
  }
  return explainDays(text, fields);
}

type FieldError = Pick<CronError, "what" | "why" | "fix">;

function explainField(field: string, position: number): FieldError | null {
  const { name, range } = FIELDS[position]!;
  const what = `${JSON.stringify(field)} is not a valid ${name}`;
  const fix = `correct the ${ORDINALS[position]} field`;
  // cron-parser also accepts ?, L, W, # and H; the container's scheduler only supports plain cron.
  if (/[?#LWH]/i.test(field.replace(/[a-z]{3}/gi, "")))
    return { what, why: "only numbers, names and * , - / are allowed", fix };
  const reversed = [...field.matchAll(/(\d+)-(\d+)/g)].some(([, from, to]) => Number(from) > Number(to));
  if (reversed) return { what, why: "the smaller value of a range comes first", fix };
  const all = ["*", "*", "*", "*", "*"];
  const said = parserSays(all.with(position, field).join(" "));
  return said === null ? stepTooWide(field, position) : { what, why: `a ${name} is ${range}`, fix };
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth"];

function stepTooWide(field: string, position: number): FieldError | null {
  const step = Number(/\/(\d+)/.exec(field)?.[1] ?? 1);
  const widest = [59, 23, 31, 12, 7][position]!;
  if (step <= widest) return null;
  return {
    what: `a step of ${step} is larger than the range of the ${FIELDS[position]!.name}`,
    why: "it would only run at the first value",
    fix: "write only that value",
  };
}

/** Days that no month of the list has, for example 30 February. */
function explainDays(text: string, fields: RegExpExecArray[]): CronError | null {
  const said = parserSays(text);
  if (said === null) return null;
  const day = fields[2]!;
  const what = `day ${day[0]} does not exist in month ${fields[3]![0]}`;
  return { index: day.index, length: day[0].length, what, why: said, fix: "choose a day that exists in the month" };
}

function parserSays(text: string): string | null {
  try {
    CronExpressionParser.parse(text, { tz: "UTC" });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function wrongCount(text: string, count: number): CronError {
  const nickname = text.startsWith("@");
  return {
    index: 0,
    length: text.length,
    what: nickname
      ? `${JSON.stringify(text)} is not five cron fields`
      : `the schedule has ${count} fields instead of five`,
    why: "a schedule consists of minute, hour, day of month, month and day of week, separated by spaces",
    fix: 'for example "0 3 * * 1" for Mondays at 03:00',
  };
}
