import type { Credentials } from "../credentials/credentials.ts";
import { nameInputs, type NameSecrets } from "../credentials/secret-names.ts";
import { readProxies } from "../http/proxies.ts";
import type { SeedPorts } from "../use-cases/seed-order.ts";
import { connectRegistry } from "./oci/registry.ts";
import { connectSource } from "./oracle/thin.ts";
import { connectHost } from "./ssh/host.ts";
import { checkPrivateKey } from "./ssh/open-connection.ts";

// A status call takes seconds, but DBA_SEGMENTS of a large source or opening a job on a busy one takes minutes. SSH's keepalive detects dead connections.
const DEADLINES = { connect: 30_000, call: 300_000, grace: 10_000 };

/**
 * Connections that hold the secrets, so that no other code sees them. `nameSecrets` defines how error messages
 * refer to a secret: by default as the Action's inputs.
 */
export function connectSeedPorts(
  credentials: Credentials,
  environment: Record<string, string | undefined>,
  nameSecrets: NameSecrets = nameInputs,
): Pick<SeedPorts, "checkKey" | "connectHost" | "connectDatabase" | "connectRegistry"> {
  const proxies = readProxies(environment);
  const insecure = (environment["SEEDBED_INSECURE_REGISTRIES"] ?? "").split(",");
  const key = {
    nameSecrets,
    privateKey: credentials.sshPrivateKey,
    ...(credentials.sshPassphrase ? { passphrase: credentials.sshPassphrase } : {}),
  };
  return {
    checkKey: () => checkPrivateKey(key),
    connectHost: ({ ssh }, log) =>
      connectHost({ host: ssh.host, port: ssh.port, user: ssh.user, hostKey: ssh.host_key, ...key }, { log }),
    connectDatabase: ({ service_name: serviceName }, tunnel) =>
      connectSource({
        tunnel,
        serviceName,
        user: credentials.sourceUser,
        password: credentials.sourcePassword,
        deadlines: DEADLINES,
      }),
    connectRegistry: (host, login) =>
      connectRegistry({
        host,
        credentials: login === "seeds" ? credentials.registry : credentials.base,
        inputs: login === "seeds" ? "registry" : "base",
        nameSecrets,
        insecureHttp: insecure.includes(host),
        proxies,
      }),
  };
}
