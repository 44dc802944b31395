import type { Logger } from "pino";
import type { SigningKey } from "../../src/approval/sign-approval.ts";
import type { Hub } from "../hub.ts";
import { createMemory } from "../main/read/read-main-state.ts";
import { reconcileMainOnce } from "../main/reconcile-main-once.ts";
import type { Looked } from "./look-queue.ts";

export interface MainLookOptions {
  signingKey: SigningKey;
  log: Pick<Logger, "info" | "warn">;
}

/** Creates the look at main with the bot's key; between two looks it only remembers what saves calls. */
export function createMainLook({ signingKey, log }: MainLookOptions): (hub: Hub) => Promise<Looked> {
  const memory = createMemory();
  const lines = { info: (text: string) => log.info(text), warn: (text: string) => log.warn(text) };
  return async (hub) => ((await reconcileMainOnce(hub, { signingKey, memory, log: lines })).settled ? "done" : "again");
}
