import { folderOf, isGenerated, NAMES } from "../layout/database-folder.ts";
import { emptyLock } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import { parseLock } from "../lock/parse-lock.ts";
import { judgePermit, type PermitVerdict } from "../permit/judge-permit.ts";
import type { PermitReason } from "../permit/permit-reason.ts";
import type { ApprovalFile } from "../permit/read-permit.ts";
import type { Parsed } from "../problem/problem.ts";
import { parseRequest } from "../request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { checkSource } from "./check-source.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import type { MainFile } from "./main-now.ts";
import { describeErrors, refuse, type Refused } from "./refusal.ts";

/** Whether the permit belongs to this request, is still open, and still agrees with settings and environment. */
export function checkPermit(facts: DoorFacts, settings: Settings): Decision {
  const { database } = facts;
  const judged = judgeMain(facts, settings, facts.main.now);
  if ("refuse" in judged) return judged;
  const { verdict, request, files, lock } = judged;
  if (verdict.permit === null) return refusePermit(verdict.reasons[0]);
  const { permit, digest, reasons } = verdict;
  if (reasons[0] !== undefined) return refusePermit(reasons[0]);
  if (!request.ok)
    return refuse(
      "request-refused",
      `The request is no longer valid under the current settings: ${describeErrors(request.problems)}.`,
      "Fix the request or the settings in a pull request.",
    );
  return checkSource(facts, { database, permit, approval: digest, settings, request: request.value, files, lock });
}

export interface JudgedMain {
  verdict: PermitVerdict;
  request: Parsed<DatabaseRequest>;
  files: RequestFiles;
  lock: Lock;
}

/** Judges the permit on main by everything beside it; `now` is null for a run that was let in before. */
export function judgeMain(
  { database, main }: Pick<DoorFacts, "database" | "main">,
  settings: Settings,
  now: number | null,
): JudgedMain | Refused {
  const there = readRequest(database, main.files);
  if ("refuse" in there) return there;
  const { files, lock } = there;
  const request = parseRequest(files, settings, new Date(main.now).toISOString().slice(0, 10));
  const verdict = judgePermit({
    approval: readApproval(main.files[NAMES.approval]),
    keys: settings.approval.keys,
    repositoryId: main.repository.id,
    files,
    source: request.ok ? (request.value.source_database.name ?? "") : null,
    lock,
    now,
  });
  return { verdict, request, files, lock };
}

function refusePermit({ code, what, fix }: PermitReason): Refused {
  return refuse(code, what, fix);
}

function readApproval(file: MainFile | undefined): ApprovalFile {
  if (file === undefined) return null;
  return file.mode === "100644" && file.text !== null ? file.text : { unreadable: `mode ${file.mode}` };
}

/** The request's files and the lock: regular files only, because a link could show a reviewer other bytes than the ones that are used. */
function readRequest(
  database: string,
  there: Readonly<Record<string, MainFile>>,
): { files: RequestFiles; lock: Lock } | Refused {
  const texts: Record<string, string> = {};
  for (const [path, { mode, text }] of Object.entries(there)) {
    if (path === NAMES.approval) continue;
    if (mode !== "100644" || text === null)
      return refuse(
        "request-not-regular",
        `environments/${database}/${path} is not a regular file with UTF-8 text (mode ${mode}).`,
        "Replace it with a regular file in a pull request: what is used must be what was reviewed.",
      );
    if (!isGenerated(path)) texts[path] = text;
  }
  const lock = there[NAMES.lock]?.text ?? null;
  if (lock === null) return { files: { database, files: texts }, lock: emptyLock(database) };
  const parsed = parseLock(lock, folderOf(database).lock);
  if (parsed.ok) return { files: { database, files: texts }, lock: parsed.value };
  return refuse(
    "lock-invalid",
    `environments/${database}/seed.lock.yaml is invalid: ${describeErrors(parsed.problems)}.`,
    "Restore the last version that the bot wrote; git log shows it.",
  );
}
