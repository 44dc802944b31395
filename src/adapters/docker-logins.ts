import { LoginFinder } from "../registry-login/find-login.ts";
import { readDockerConfig } from "./disk/docker-config-file.ts";
import { openProcess } from "./process/actions-exec.ts";

// Programs of cloud providers start an interpreter and ask their provider: some seconds, on a busy runner many.
const HELPER_LIMIT_MILLISECONDS = 60_000;

export interface DockerLoginOptions {
  /** Where Docker keeps its logins; credential helpers get it. */
  environment: Record<string, string | undefined>;
  /** Ends a credential helper. */
  signal: AbortSignal;
  /** Is told the secrets of logins that are found, so that they can be masked. */
  onSecret?: ((secret: string) => void) | undefined;
}

/** The logins that Docker has for this user. */
export function openDockerLogins({ environment, signal, onSecret = () => undefined }: DockerLoginOptions): LoginFinder {
  return new LoginFinder({
    readConfig: () => readDockerConfig(environment),
    process: openProcess(environment),
    helperLimitMilliseconds: HELPER_LIMIT_MILLISECONDS,
    signal,
    onSecret,
  });
}
