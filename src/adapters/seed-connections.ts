import type { Credentials, Login } from "../credentials/credentials.ts";
import { nameInputs, type NameSecrets } from "../credentials/secret-names.ts";
import { readProxies } from "../http/proxies.ts";
import type { SeedPorts } from "../use-cases/seed-task.ts";
import { connectRegistry } from "./oci/registry.ts";
import { connectSource } from "./oracle/thin.ts";
import { connectHost } from "./ssh/host.ts";
import { checkPrivateKey } from "./ssh/open-connection.ts";
import type { FoundLogin } from "../registry-login/login.ts";
import { openDockerLogins } from "./docker-logins.ts";

// A status call takes seconds, but DBA_SEGMENTS of a large source or opening a job on a busy one takes minutes. SSH's keepalive detects dead connections.
const DEADLINES = { connect: 30_000, call: 300_000, grace: 10_000 };

export interface ConnectOptions {
  /** Proxies, and where Docker keeps its logins; credential helpers get it. */
  environment: Record<string, string | undefined>;
  /** How error messages refer to a secret: by default as the Action's inputs. */
  nameSecrets?: NameSecrets;
  /** Ends a credential helper. */
  signal: AbortSignal;
  /** Is told the secrets of logins that are found, so that they can be masked. */
  onSecret?: ((secret: string) => void) | undefined;
}

/** Connections that hold the secrets, so that no other code sees them. */
export function connectSeedPorts(
  credentials: Credentials,
  { environment, nameSecrets = nameInputs, signal, onSecret }: ConnectOptions,
): Pick<SeedPorts, "checkKey" | "connectHost" | "connectDatabase" | "connectRegistry"> {
  const proxies = readProxies(environment);
  const insecure = (environment["SEEDBED_INSECURE_REGISTRIES"] ?? "").split(",");
  const key = {
    nameSecrets,
    privateKey: credentials.sshPrivateKey,
    ...(credentials.sshPassphrase ? { passphrase: credentials.sshPassphrase } : {}),
  };
  const logins = openDockerLogins({ environment, signal, onSecret });
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
    connectRegistry: async (host, kind) => {
      const inputs = kind === "seeds" ? "registry" : "base";
      const { login, origin } = fromInputs(credentials[inputs]) ?? (await logins.find(host));
      const insecureHttp = insecure.includes(host);
      return connectRegistry({ host, credentials: login, origin, inputs, nameSecrets, insecureHttp, proxies });
    },
  };
}

function fromInputs(login: Login | null): FoundLogin | null {
  return login === null ? null : { login, origin: { kind: "inputs" } };
}
