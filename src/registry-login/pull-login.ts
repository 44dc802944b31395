import { SeedbedError } from "../problem/error.ts";
import { configKeyOf } from "./hosts.ts";
import { keepSecrets, type Secrets } from "./keep-secrets.ts";
import type { FoundLogin, LoginOrigin } from "./login.ts";
import { shortLifeOf, type ShortLife } from "./short-lived.ts";

/** A person's login for one registry, in the form that nodes take. */
export interface PullLogin {
  host: string;
  /** A docker configuration with this registry alone; a secret. */
  config: string;
  /** Where it is from, for people. */
  from: string;
  /** null where it stays. */
  life: ShortLife | null;
  secrets: Secrets;
}

/**
 * What a Secret of type `kubernetes.io/dockerconfigjson` holds (kubernetes.io, "Pull an Image from a Private Registry"): the one registry, and
 * nothing else of the person's configuration. Throws where there is no login, and for one that a kubelet cannot use: it reads user name and
 * password alone (kubernetes/kubernetes v1.36, pkg/credentialprovider/config.go, dockerConfigEntryWithAuth).
 */
export function pullLoginOf(host: string, found: FoundLogin): PullLogin {
  const { login, origin } = found;
  const again = `Log in with one that may pull: docker login ${host}. Nothing was changed.`;
  if (login === undefined)
    throw new SeedbedError("pull-login-missing", `There is no login for ${host}. ${describeOrigin(origin)}`, {
      fix: again,
    });
  if ("identityToken" in login)
    throw new SeedbedError(
      "pull-login-unusable",
      `The login for ${host} is an identity token, which nodes do not use (${describeOrigin(origin)}).`,
      { fix: `Use an account with user name and password, for Azure a service principal with AcrPull. ${again}` },
    );
  const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  const config = JSON.stringify({ auths: { [configKeyOf(host)]: { auth } } });
  const secrets = keepSecrets(login);
  for (const text of [config, Buffer.from(config).toString("base64")]) secrets.add(text);
  return { host, config, from: describeOrigin(origin), life: shortLifeOf(login, found), secrets };
}

function describeOrigin(origin: LoginOrigin): string {
  switch (origin.kind) {
    case "inputs":
      return "the command line's variables";
    case "file":
      return origin.path;
    case "helper":
      return `${origin.program}, which ${origin.path} names`;
    case "none":
      return origin.looked;
  }
}
