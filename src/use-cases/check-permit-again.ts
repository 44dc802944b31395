import type { MainReader } from "../ports/main-reader.ts";
import type { Pass } from "../door/door-facts.ts";
import { SeedbedError } from "../problem/error.ts";
import { judgeMain } from "../door/check-permit.ts";
import { readMainNow } from "./read-main-now.ts";

/** Code of the error that ends a run whose permit was replaced while it worked. */
export const SUPERSEDED = "superseded";

/**
 * Checks right before publishing that main still has the same permit, signed with a key that is still valid, for the same
 * bytes, and unused. Only its expiry does not matter any more: it keeps runs from starting. Throws `superseded`.
 */
export async function checkPermitAgain({ database, approval }: Pass, reader: MainReader): Promise<void> {
  const main = await readMainNow(reader, database);
  const { settings } = main.settings;
  if (settings === undefined || settings === "broken") throw superseded(`the settings at ${main.tip} are invalid`);
  const judged = judgeMain(main, settings, null);
  if ("refuse" in judged) throw superseded(`at ${main.tip}: ${judged.sentence}`);
  const { digest, reasons } = judged.verdict;
  if (digest !== null && digest !== approval) throw superseded(`at ${main.tip} there is a different permit, ${digest}`);
  const [reason] = reasons;
  if (reason !== undefined) throw superseded(`at ${main.tip}: ${reason.what}`);
}

function superseded(why: string): SeedbedError {
  return new SeedbedError(SUPERSEDED, `The permit of this run is no longer valid: ${why.replace(/\.$/, "")}.`, {
    fix: "Nothing to do for this run: it published nothing. The bot starts a new run for the current permit.",
  });
}
