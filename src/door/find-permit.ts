import { parseApproval } from "../permit/parse-approval.ts";
import type { Permit } from "../permit/permit.ts";
import { folderOf, NAMES } from "../layout/database-folder.ts";
import type { Settings } from "../settings/settings.ts";
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
  const file = main.files[NAMES.approval];
  if (file === undefined)
    return refuse("permit-missing", `There is no ${path}, so this export has no permit.`, ASK_FOR_PERMIT);
  if (file.mode !== "100644" || file.text === null)
    return refuse(
      "permit-not-regular",
      `${path} is not a regular file with UTF-8 text (mode ${file.mode}).`,
      `approval.yaml must not be edited: restore the bot's last version, or ask for a new permit.`,
    );
  const verified = parseApproval(Buffer.from(file.text), settings.approval.keys);
  if (!verified.ok) return refuse(verified.fault.code, verified.fault.what, verified.fault.fix);
  return { permit: verified.permit, approval: file.text };
}
