import { pack } from "tar-stream";
import { connectRegistry } from "../../src/adapters/oci/registry.ts";
import type { RegistryOptions } from "../../src/adapters/oci/registry.ts";
import type { Registry } from "../../src/ports/registry.ts";
import { putBase } from "../world/registry/put-base.ts";
import { startRegistry } from "../world/registry/registry.ts";
import type { RegistrySetup, WorldRegistry } from "../world/registry/registry.ts";

export const CANARY = "canary-p4ssw0rd/with+signs=";
export const LOGIN = { username: "robot", password: CANARY };

/** A registry with one user who may do everything below `dev/` and read `base/`. */
export function startSeedRegistry(setup: Partial<RegistrySetup> = {}): Promise<WorldRegistry> {
  return startRegistry({
    auth: "bearer",
    users: [
      { ...LOGIN, repositories: ["dev/*"], access: "push" },
      { ...LOGIN, repositories: ["base/*"], access: "pull" },
    ],
    ...setup,
  });
}

export function connect(world: WorldRegistry, options: Partial<RegistryOptions> = {}): Registry {
  return connectRegistry({
    host: world.host,
    credentials: LOGIN,
    inputs: "registry",
    insecureHttp: true,
    retry: { attempts: 4, firstDelayMilliseconds: 5 },
    ...options,
  });
}

/** A tar with one directory and one file, as a base's layer. */
export async function baseLayer(name = "etc/base-release", text = "base\n"): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "opt/", type: "directory", mode: 0o711, mtime: new Date(0) });
  tar.entry({ name, mode: 0o640, mtime: new Date(0) }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export const BASE_RUN_CONFIG = {
  User: "oracle",
  Env: ["ORACLE_BASE=/opt/oracle"],
  Cmd: ["/bin/bash", "-c", "exec $ORACLE_BASE/$RUN_FILE"],
  Volumes: { "/opt/oracle/oradata": {} },
  WorkingDir: "/home/oracle",
};

export async function putFreeBase(world: WorldRegistry, format: "oci" | "docker" = "oci"): Promise<string> {
  const layers = [await baseLayer(), await baseLayer("opt/oracle/runOracle.sh", "#!/bin/bash\n")];
  return putBase(world.store, { repository: "base/free", layers, config: BASE_RUN_CONFIG, format });
}
