import type { Settings } from "./settings.ts";

/** The Secret that the External Secrets operator makes for pulling, in each database's namespace. */
export const MADE_PULL_SECRET = "seedbed-pull";

/** Name of the Secret with which nodes pull seed images; null where they have a login of their own. */
export function pullSecretOf({ registries }: Pick<Settings, "registries">): string | null {
  const secret = registries.seeds.pull_secret;
  if (secret === undefined) return null;
  return secret.kind === "existing" ? secret.name : MADE_PULL_SECRET;
}
