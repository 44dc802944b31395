import { findMismatch } from "../permit/find-mismatch.ts";
import { approvalDigest } from "../permit/permit.ts";
import { folderOf, isGenerated, NAMES } from "../layout/database-folder.ts";
import { emptyLock } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import { parseLock } from "../lock/parse-lock.ts";
import { parseRequest } from "../request/parse-request.ts";
import type { RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { checkSource } from "./check-source.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import { ASK_FOR_PERMIT, type FoundPermit } from "./find-permit.ts";
import { describeErrors, refuse, type Refused } from "./refusal.ts";

/** Whether the permit belongs to this request, is still open, and still agrees with settings and environment. */
export function checkPermit(facts: DoorFacts, settings: Settings, { permit, approval }: FoundPermit): Decision {
  const { database, main } = facts;
  const there = readRequest(facts);
  if ("refuse" in there) return there;
  const { files, lock } = there;
  const parsed = parseRequest(files, settings, new Date(main.now).toISOString().slice(0, 10));
  const wrong = findMismatch(permit, {
    settings,
    files,
    // An invalid request is refused below, whatever its source.
    source: parsed.ok ? (parsed.value.source_database.name ?? "") : permit.source,
    lock,
    approval,
    now: main.now,
    repositoryId: main.repository.id,
  });
  if (wrong !== null) return refuse(wrong.code, wrong.text, ASK_FOR_PERMIT);
  if (!parsed.ok)
    return refuse(
      "request-refused",
      `The request is no longer valid under the current settings: ${describeErrors(parsed.problems)}.`,
      "Fix the request or the settings in a pull request.",
    );
  const digest = approvalDigest(Buffer.from(approval));
  return checkSource(facts, { database, permit, approval: digest, settings, request: parsed.value, files, lock });
}

/** The request's files and the lock: regular files only, because a link could show a reviewer other bytes than the ones that are used. */
function readRequest({ database, main }: DoorFacts): { files: RequestFiles; lock: Lock } | Refused {
  const texts: Record<string, string> = {};
  for (const [path, { mode, text }] of Object.entries(main.files)) {
    if (mode !== "100644" || text === null)
      return refuse(
        "request-not-regular",
        `environments/${database}/${path} is not a regular file with UTF-8 text (mode ${mode}).`,
        "Replace it with a regular file in a pull request: what is used must be what was reviewed.",
      );
    if (!isGenerated(path)) texts[path] = text;
  }
  const lock = main.files[NAMES.lock]?.text ?? null;
  if (lock === null) return { files: { database, files: texts }, lock: emptyLock(database) };
  const parsed = parseLock(lock, folderOf(database).lock);
  if (parsed.ok) return { files: { database, files: texts }, lock: parsed.value };
  return refuse(
    "lock-invalid",
    `environments/${database}/seed.lock.yaml is invalid: ${describeErrors(parsed.problems)}.`,
    "Restore the last version that the bot wrote; git log shows it.",
  );
}
