import { quote } from "../text/quote.ts";
import { checkConfig, type CheckedConfig, type ConfigText } from "./checked-config.ts";
import { readAuth } from "./docker-auth.ts";
import { configKeyOf, keyMeansHost } from "./hosts.ts";
import type { FoundLogin } from "./login.ts";

/** What a docker configuration has for one registry: a login, or the helper that is to be asked for it. */
export type Configured = FoundLogin | { helper: Helper };

/** A credential helper to ask. */
export interface Helper {
  /** `docker-credential-ecr-login`. */
  program: string;
  /** Given to it on standard input. */
  server: string;
  /** The configuration that names it. */
  path: string;
}

/**
 * What Docker itself would take for a registry: the helper that `credHelpers` names for it, else the one of `credsStore`,
 * else its entry below `auths` (docker/cli cli/config/configfile/file.go, GetCredentialsStore; an empty name of a helper
 * means none). A helper that has no login is not followed by `auths` there, and so neither here. An empty file has no
 * login, as for Docker. Throws where the configuration, or what it has for this registry, is malformed; entries of other
 * registries are not judged.
 */
export function loginFromConfig(file: ConfigText, host: string): Configured {
  const config = checkConfig(file);
  const key = configKeyOf(host);
  const steps = config.text(["credHelpers", key]) === undefined ? ["credsStore"] : ["credHelpers", key];
  const program = programAt(steps, config);
  if (program !== null) return { helper: { program, server: key, path: file.path } };
  const auths = config.object(["auths"]);
  const found = Object.hasOwn(auths, key) ? key : Object.keys(auths).find((other) => keyMeansHost(other, host));
  const none: FoundLogin = {
    login: undefined,
    origin: { kind: "none", looked: `${file.path} has no login for ${host}.` },
  };
  if (found === undefined) return none;
  const login = readAuth(config, found);
  return login === undefined ? none : { login, origin: { kind: "file", path: file.path, key: found } };
}

/** The name is put behind `docker-credential-` and looked for on the PATH: never a path of its own. null without a name. */
function programAt(steps: readonly string[], config: CheckedConfig): string | null {
  const helper = config.text(steps) ?? "";
  if (helper === "") return null;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper)) return `docker-credential-${helper}`;
  throw config.wrong(
    steps,
    `is ${quote(helper)}, which is no name of a credential helper`,
    "Name the program docker-credential-<name> by <name> alone, without a path.",
  );
}
