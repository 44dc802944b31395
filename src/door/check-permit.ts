import { judgeFolder } from "../database/judge-folder.ts";
import { namesOf } from "../database/list-folders.ts";
import { lockOf } from "../database/read-folder.ts";
import { findMismatch } from "../permit/find-mismatch.ts";
import { approvalDigest } from "../permit/permit.ts";
import { locateErrors } from "../problem/locate-problem.ts";
import type { Settings } from "../settings/settings.ts";
import { checkFolder } from "./check-folder.ts";
import { checkSource } from "./check-source.ts";
import type { Decision, DoorFacts } from "./door-facts.ts";
import { ASK_FOR_PERMIT, type FoundPermit } from "./find-permit.ts";
import { refuse } from "./refusal.ts";

/** Whether the permit belongs to this request, is still open, and still agrees with settings and environment. */
export function checkPermit(facts: DoorFacts, settings: Settings, { permit, approval }: FoundPermit): Decision {
  const { database, main } = facts;
  const refused = checkFolder(main);
  if (refused !== null) return refused;
  const { files } = main.folder;
  const lock = lockOf(main.folder);
  const today = new Date(main.now).toISOString().slice(0, 10);
  const { request, problems } = judgeFolder(main.folder, { settings, today, names: namesOf(main.folders) });
  const wrong = findMismatch(permit, {
    settings,
    files,
    // An invalid request is refused below, whatever its source.
    source: request === null ? permit.source : (request.source_database.name ?? ""),
    lock,
    approval,
    now: main.now,
    repositoryId: main.repository.id,
  });
  if (wrong !== null) return refuse(wrong.code, wrong.text, ASK_FOR_PERMIT);
  if (request === null)
    return refuse(
      "request-refused",
      `The request is no longer valid under the current settings: ${locateErrors(problems)}.`,
      "Fix the request or the settings in a pull request.",
    );
  const digest = approvalDigest(Buffer.from(approval));
  return checkSource(facts, { database, permit, approval: digest, settings, request, files, lock });
}
