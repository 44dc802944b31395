import { CronExpressionParser } from "cron-parser";
import { SeedbedError, messageOf } from "../problem/error.ts";

/** What is wrong with a cron expression, and where in it. */
export interface CronError {
  index: number;
  length: number;
  what: string;
  why: string;
  fix: string;
}

/** What an expression says does not depend on when and where it is read; without these, each parse looks for the machine's zone. */
const ANY_TIME = { currentDate: new Date(0), tz: "UTC" };

const FIELDS = [
  { key: "minute", name: "minute", range: "0 to 59", most: 59 },
  { key: "hour", name: "hour", range: "0 to 23", most: 23 },
  { key: "dayOfMonth", name: "day of month", range: "1 to 31", most: 31 },
  { key: "month", name: "month", range: "1 to 12 or jan to dec", most: 12 },
  { key: "dayOfWeek", name: "day of week", range: "0 to 7 (0 and 7 are Sunday) or sun to sat", most: 7 },
] as const;

/**
 * A cron expression with every value written out, the one reading of a schedule for the container and the bot: five
 * fields, each a star or its values ascending and separated by commas, weekdays 0 (Sunday) to 6. Where both day fields
 * have values, a day that either names is enough (crontab(5)). Throws `schedule-refused` for what `explainCron` explains.
 */
export function writeOutCron(text: string): string[] {
  const error = explainCron(text);
  if (error !== null)
    throw new SeedbedError(
      "schedule-refused",
      `${JSON.stringify(text)} is not a cron expression of five fields: ${error.what}; ${error.why}.`,
      { fix: `Correct the schedule: ${error.fix}.` },
    );
  return text.split(" ").filter(Boolean).map(writeOutField);
}

function writeOutField(field: string, position: number): string {
  if (field === "*") return field;
  const values = field.split(",").flatMap((item) => valuesOf(item, position));
  return [...new Set(values)].toSorted((a, b) => a - b).join(",");
}

/** One item at a time: cron-parser refuses a list that has a value twice, such as both numbers of Sunday. */
function valuesOf(item: string, position: number): number[] {
  const { key } = FIELDS[position]!;
  const values = CronExpressionParser.parse(onlyField(item, position), ANY_TIME).fields[key].values.map(Number);
  return key === "dayOfWeek" ? values.map((day) => day % 7) : values;
}

function onlyField(text: string, position: number): string {
  return FIELDS.map((_, index) => (index === position ? text : "*")).join(" ");
}

/** Explains the first invalid field of a cron expression of five fields; null when it is valid. */
export function explainCron(text: string): CronError | null {
  const fields = [...text.matchAll(/[^ ]+/g)];
  if (fields.length !== FIELDS.length || /[^\S ]/.test(text)) return wrongCount(text, fields.length);
  for (const [position, field] of fields.entries()) {
    const error = explainField(field[0], position);
    if (error) return { index: field.index, length: field[0].length, ...error };
  }
  return explainMixedDays(fields) ?? explainDays(fields);
}

type FieldError = Pick<CronError, "what" | "why" | "fix">;

function explainField(field: string, position: number): FieldError | null {
  const { name, range, most } = FIELDS[position]!;
  const what = `${JSON.stringify(field)} is not a valid ${name}`;
  const fix = `correct the ${ORDINALS[position]} field`;
  // cron-parser also accepts ?, L, W, # and H; the container's scheduler only supports plain cron.
  if (/[?#LWH]/i.test(field.replace(/[a-z]{3}/gi, "")))
    return { what, why: "only numbers, names and * , - / are allowed", fix };
  const reversed = [...field.matchAll(/(\d+)-(\d+)/g)].some(([, from, to]) => Number(from) > Number(to));
  if (reversed) return { what, why: "the smaller value of a range comes first", fix };
  // cron-parser steps from the value to the end of the range; Vixie cron ignores the step (get_range in its entry.c).
  const stepped = /(?:^|,)(\w+)\/(\d+)/.exec(field);
  if (stepped)
    return { what, why: "a step needs * or a range before it", fix: `write ${stepped[1]}-${most}/${stepped[2]}` };
  const said = field
    .split(",")
    .map((item) => parserSays(onlyField(item, position)))
    .find((error) => error !== null);
  return said === undefined ? stepTooWide(field, position) : { what, why: `a ${name} is ${range}`, fix };
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth"];

function stepTooWide(field: string, position: number): FieldError | null {
  const step = Number(/\/(\d+)/.exec(field)?.[1] ?? 1);
  const { most, name } = FIELDS[position]!;
  if (step <= most) return null;
  return {
    what: `a step of ${step} is larger than the range of the ${name}`,
    why: "it would only run at the first value",
    fix: "write only that value",
  };
}

/**
 * crontab(5) of Debian and Vixie cron: the day fields are joined with AND when either begins with a star, otherwise with
 * OR. Other implementations, cron-parser among them, only look for a lone star. What they read differently is refused.
 */
function explainMixedDays(fields: RegExpExecArray[]): CronError | null {
  const days = [fields[2]!, fields[4]!];
  const starred = days.find(([field]) => field.startsWith("*"));
  if (starred === undefined || days.some(([field]) => field === "*")) return null;
  const range = starred === fields[2] ? "1-31" : "0-6";
  return {
    index: starred.index,
    length: starred[0].length,
    what: `${JSON.stringify(starred[0])} begins with * while both the day of month and the day of week are restricted`,
    why: "some cron programs then want both to match, others one",
    fix: `write ${starred[0].replace("*", range)}, then one match is enough; or only restrict one of the two`,
  };
}

/** Days that no month of the list has, for example 30 February. */
function explainDays(fields: RegExpExecArray[]): CronError | null {
  const said = parserSays(fields.map(([field], position) => writeOutField(field, position)).join(" "));
  if (said === null) return null;
  const day = fields[2]!;
  const what = `day ${day[0]} does not exist in month ${fields[3]![0]}`;
  return { index: day.index, length: day[0].length, what, why: said, fix: "choose a day that exists in the month" };
}

function parserSays(text: string): string | null {
  try {
    CronExpressionParser.parse(text, ANY_TIME);
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
