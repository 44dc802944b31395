import type { Logger } from "pino";
import type { SigningKey } from "../../src/permit/sign-approval.ts";
import type { Hub } from "../hub/hub.ts";
import { createMemory } from "../observe/main/main-memory.ts";
import { MainReconciler } from "./main-reconciler.ts";
import type { Reconciled } from "./queue.ts";

export interface MainOptions {
  signingKey: SigningKey;
  log: Pick<Logger, "info" | "warn">;
}

/** What reconciles main with the bot's key; from one time to the next it only remembers what saves calls. */
export function reconcileMainWith({ signingKey, log }: MainOptions): (hub: Hub) => Promise<Reconciled> {
  const memory = createMemory();
  const lines = { info: (text: string) => log.info(text), warn: (text: string) => log.warn(text) };
  return async (hub) => {
    const { settled } = await new MainReconciler(hub, { signingKey, memory, log: lines }).run();
    return settled ? "done" : "again";
  };
}
