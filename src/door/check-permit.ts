import { judgeFolder, type JudgedRequest } from "../database/judge-folder.ts";
import { namesOf } from "../database/list-folders.ts";
import { lockOf } from "../database/read-folder.ts";
import { judgePermit, type PermitVerdict } from "../permit/judge-permit.ts";
import type { PermitReason } from "../permit/permit-reason.ts";
import { locateErrors } from "../problem/locate-problem.ts";
import type { Settings } from "../settings/settings.ts";
import { checkFolder } from "./check-folder.ts";
import { checkSource } from "./check-source.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import type { MainNow } from "./main-now.ts";
import { refuse, type Refused } from "./refusal.ts";

/** Whether the permit belongs to this request, is still open, and still agrees with settings and environment. */
export function checkPermit(facts: DoorFacts, settings: Settings): Decision {
  const { database, main } = facts;
  const judged = judgeMain(main, settings, main.now);
  if ("refuse" in judged) return judged;
  const { verdict, request, problems } = judged;
  if (verdict.permit === null) return refusePermit(verdict.reasons[0]);
  const { permit, digest, reasons } = verdict;
  if (reasons[0] !== undefined) return refusePermit(reasons[0]);
  if (request === null)
    return refuse(
      "request-refused",
      `The request is no longer valid under the current settings: ${locateErrors(problems)}.`,
      "Fix the request or the settings in a pull request.",
    );
  const { files } = main.folder;
  return checkSource(facts, {
    database,
    permit,
    approval: digest,
    settings,
    request,
    files,
    lock: lockOf(main.folder),
  });
}

export interface JudgedMain extends JudgedRequest {
  verdict: PermitVerdict;
}

/** Judges the permit on main by everything beside it; `now` is null for a run that was let in before. */
export function judgeMain(main: MainNow, settings: Settings, now: number | null): JudgedMain | Refused {
  const refused = checkFolder(main);
  if (refused !== null) return refused;
  const { folder, folders, repository } = main;
  const today = new Date(main.now).toISOString().slice(0, 10);
  const judged = judgeFolder(folder, { settings, today, names: namesOf(folders) });
  const verdict = judgePermit({
    approval: folder.approval,
    keys: settings.approval.keys,
    repositoryId: repository.id,
    files: folder.files,
    source: judged.request === null ? null : (judged.request.source_database.name ?? ""),
    lock: lockOf(folder),
    now,
  });
  return { verdict, ...judged };
}

function refusePermit({ code, what, fix }: PermitReason): Refused {
  return refuse(code, what, fix);
}
