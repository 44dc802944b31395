import { findPermit } from "../door/find-permit.ts";
import type { Pass } from "../door/door-facts.ts";
import { approvalDigest } from "../permit/permit.ts";
import { SeedbedError } from "../problem/error.ts";
import { highestGeneration } from "../lock/advance-lock.ts";
import type { MainReader } from "../ports/main-reader.ts";
import { locateErrors } from "../problem/locate-problem.ts";
import { lookAtMain } from "./look-at-main.ts";

/** Code of the error that ends a run whose permit was replaced while it worked. */
export const SUPERSEDED = "superseded";

/** Checks right before publishing that main still has the same permit, signed with a key that is still valid. Throws `superseded`. */
export async function lookAgain({ database, approval, permit }: Pass, reader: MainReader): Promise<void> {
  const main = await lookAtMain(reader, database);
  const { settings } = main.settings;
  if (settings === undefined || settings === "broken") throw superseded(`the settings at ${main.tip} are invalid`);
  const found = findPermit({ database, main }, settings);
  if ("refuse" in found) throw superseded(`at ${main.tip}: ${found.sentence}`);
  const now = approvalDigest(Buffer.from(found.approval));
  if (now !== approval) throw superseded(`at ${main.tip} there is a different permit, ${now}`);
  const { lock } = main.folder;
  if (lock?.ok === false) throw superseded(`at ${main.tip}: ${locateErrors(lock.problems)}`);
  if (lock !== null && highestGeneration(lock.value) >= permit.generation)
    throw superseded(`another run has used generation ${permit.generation} in the meantime`);
}

function superseded(why: string): SeedbedError {
  return new SeedbedError(SUPERSEDED, `The permit of this run is no longer valid: ${why}.`, {
    fix: "Nothing to do for this run: it published nothing. The bot starts a new run for the current permit.",
  });
}
