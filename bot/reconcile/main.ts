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

/** Reconciling main; from one time to the next only what saves calls is remembered. */
export interface MainReconciliation {
  run(hub: Hub): Promise<Reconciled>;
  /** Somebody wrote, changed or deleted a comment of this pull request or issue. */
  forgetComments(number: number): void;
}

/** Reconciles main with the bot's key. */
export function reconcileMainWith({ signingKey, log }: MainOptions): MainReconciliation {
  const memory = createMemory();
  const lines = { info: (text: string) => log.info(text), warn: (text: string) => log.warn(text) };
  return {
    run: async (hub) => {
      const { settled } = await new MainReconciler(hub, { signingKey, memory, log: lines }).run();
      return settled ? "done" : "again";
    },
    forgetComments: (number) => memory.threads.forgetValue(number),
  };
}
