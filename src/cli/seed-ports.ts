import type { Credentials } from "../credentials/credentials.ts";
import { nameVariables } from "../credentials/secret-names.ts";
import type { SeedPorts } from "../use-cases/seed-task.ts";
import type { Bench } from "./bench.ts";

/** Connections of a bench with these secrets. */
export function seedPorts(bench: Bench, credentials: Credentials): SeedPorts {
  const { log, clock, signal } = bench;
  // From the command line nobody else can have changed the permit: the work tree is the one that was read.
  return {
    ...bench.connect(credentials),
    account: credentials.sourceUser,
    nameSecrets: nameVariables,
    log,
    clock,
    signal,
    beforePublish: async () => undefined,
  };
}
