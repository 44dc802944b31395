import { codeBlock } from "../../../src/text/markdown.ts";
import type { CheckFacts } from "../../hub/checks.ts";
import type { PersonFacts } from "../../hub/git.ts";
import { CHECKS } from "./check-names.ts";
import type { ChangeSet } from "./change-set.ts";

/**
 * What the approval check of a head covers. Only the App can write its own checks, and GitHub keeps them when the branch is
 * gone: whatever has to be known of a merged pull request is read from here.
 */
export interface GateRecord {
  changes: ChangeSet;
  /** The head, and the earlier ones that it only brings up to date with main, newest first. */
  heads: string[];
  /** Commits of the branch that only bring it up to date with main. */
  updates: string[];
  /** Whoever pushed a change to the branch; null for one whom GitHub does not name. */
  pushers: (PersonFacts | null)[];
  /** The reviews that counted, each with the head that the pull request had then. */
  reviews: { id: string; head: string }[];
}

/** GitHub refuses more than 65,535 characters of a check's text. */
const LONGEST = 60_000;
const VERSION = 1;

/** The record as the text of a check; null if it is too long for one. */
export function renderRecord(record: GateRecord): string | null {
  // In ASCII: what shows unseen characters would change them, and the limit is one of bytes.
  const json = JSON.stringify({ version: VERSION, ...record }, null, 1).replaceAll(
    /[^\n\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const text = `What this check covers, as the bot reads it again after the merge:\n\n${codeBlock(json)}\n`;
  return text.length > LONGEST ? null : text;
}

/** What the latest approval check of this App covers, whether it is green or not; null if there is none that says so. */
export function findRecord(checks: readonly CheckFacts[], appId: number): GateRecord | null {
  const check = checks.find((one) => one.name === CHECKS.approval && one.appId === appId && one.status === "completed");
  return check === undefined ? null : readRecord(check);
}

/** Checks of an earlier bot have none: what they covered is not known. */
export function readRecord({ text }: Pick<CheckFacts, "text">): GateRecord | null {
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  try {
    const { version, ...record } = JSON.parse(json) as GateRecord & { version: unknown };
    return version === VERSION ? record : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
