import type { Logger } from "pino";
import type { SigningKey } from "../../src/permit/sign-approval.ts";
import type { Hub } from "../hub/hub.ts";
import { createMemory } from "../observe/main/main-memory.ts";
import { MainReconciler } from "./main-reconciler.ts";
import type { Looked } from "./queue.ts";

export interface MainLookOptions {
  signingKey: SigningKey;
  log: Pick<Logger, "info" | "warn">;
}

/** Creates the look at main with the bot's key; between two looks it only remembers what saves calls. */
export function createMainLook({ signingKey, log }: MainLookOptions): (hub: Hub) => Promise<Looked> {
  const memory = createMemory();
  const lines = { info: (text: string) => log.info(text), warn: (text: string) => log.warn(text) };
  return async (hub) => {
    const { settled } = await new MainReconciler(hub, { signingKey, memory, log: lines }).run();
    return settled ? "done" : "again";
  };
}
