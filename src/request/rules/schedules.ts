import type { Finding } from "../../document/finding.ts";
import type { Steps } from "../../document/place.ts";
import { checkTimeZone } from "../../document/time-zone.ts";
import { explainCron } from "../cron.ts";
import type { Rule, RuleInput } from "../rule.ts";

/** Schedules of refresh and backups, and the database's expiry date. */
export const checkSchedules: Rule = (input) => {
  const refresh = input.draft.source_database?.refresh;
  return [
    ...checkCron(refresh?.schedule, ["source_database", "refresh", "schedule"]),
    ...checkTimeZone(refresh?.time_zone, ["source_database", "refresh", "time_zone"]),
    ...checkCron(input.draft.database?.backups?.schedule, ["database", "backups", "schedule"]),
    ...checkExpiry(input),
  ];
};

function checkCron(text: string | undefined, at: Steps): Finding[] {
  const error = text === undefined ? null : explainCron(text);
  if (!error) return [];
  const { index, length, ...words } = error;
  return [{ code: "bad-schedule", at, part: { index, length }, ...words }];
}

const DAY = 86_400_000;

function checkExpiry({ draft, settings, today }: RuleInput): Finding[] {
  const at = ["database", "expires"];
  const expires = draft.database?.expires;
  const longest = settings?.policy.max_lifetime_days;
  if (expires === undefined) {
    const absent = draft.database && !Object.hasOwn(draft.database, "expires");
    return absent && longest !== undefined ? [noExpiry(longest)] : [];
  }
  const day = dayOf(expires);
  if (day === null) {
    const what = `${expires} is not a calendar date`;
    return [{ code: "bad-date", at, what, why: "the month has no such day", fix: "choose another day" }];
  }
  const now = today === undefined ? null : dayOf(today);
  return now === null ? [] : checkDistance((day - now) / DAY, longest, expires);
}

function checkDistance(days: number, longest: number | undefined, expires: string): Finding[] {
  const at = ["database", "expires"];
  if (days < 0) {
    const why = "its owner needed the database until then; it keeps running until it is retired";
    return [
      {
        severity: "warning",
        code: "expired",
        at,
        what: `${expires} has passed`,
        why,
        fix: "set a later date, or retire the database: delete its database_config.yaml, scripts and manifests in a pull request",
      },
    ];
  }
  if (longest === undefined || days <= longest) return [];
  const why = `the policy allows ${longest} days from now (policy.max_lifetime_days)`;
  return [
    {
      code: "expires-too-late",
      at,
      what: `${expires} is ${days} days ahead`,
      why,
      fix: "choose an earlier date; you can extend it later",
    },
  ];
}

function noExpiry(longest: number): Finding {
  return {
    severity: "warning",
    code: "no-expiry",
    at: ["database", "expires"],
    what: "the database has no expiry date",
    why: `the policy requires one, at most ${longest} days ahead`,
    fix: "add database.expires; you can extend it later",
  };
}

/** Milliseconds since the epoch of a date, null for a date that does not exist. */
function dayOf(text: string): number | null {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? time : null;
}
