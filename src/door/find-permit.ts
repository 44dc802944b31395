import { parseApproval } from "../permit/parse-approval.ts";
import type { Permit } from "../permit/permit.ts";
import { folderOf } from "../database/database-folder.ts";
import type { Settings } from "../settings/settings.ts";
import { checkFolder } from "./check-folder.ts";
import type { DoorFacts } from "./door-facts.ts";
import { refuse, type Refused } from "./refusal.ts";

/** A permit with a valid signature, and the text that was signed. */
export interface FoundPermit {
  permit: Permit;
  /** Text of approval.yaml. */
  approval: string;
}

/** How to get an open permit. */
export const ASK_FOR_PERMIT =
  "Let a DBA of the source review the request in a pull request, or ask one of them for a reseed.";

/** Verifies the signature first and the format second, so that nothing unsigned is parsed. */
export function findPermit(
  { database, main }: Pick<DoorFacts, "database" | "main">,
  settings: Settings,
): FoundPermit | Refused {
  const path = folderOf(database).approval;
  const { approval } = main.folder;
  if (approval === null)
    return (
      checkFolder(main) ??
      refuse("permit-missing", `There is no ${path}, so this export has no permit.`, ASK_FOR_PERMIT)
    );
  const verified = parseApproval(Buffer.from(approval), settings.approval.keys);
  if (!verified.ok) return refuse(verified.fault.code, verified.fault.what, verified.fault.fix);
  return { permit: verified.permit, approval };
}
