import type { Attempted, RegistryFacts } from "./attempt.ts";

const ORACLE_REGISTRY = "container-registry.oracle.com";

/** What to do about a login that a registry does not accept, or about a missing one. */
export function loginFix(attempted: Attempted, registry: RegistryFacts): string {
  return notAccepted(registry) + licenceHint(attempted, registry);
}

function notAccepted(registry: RegistryFacts): string {
  const { origin, host, loggedIn } = registry;
  const login = loginNames(registry);
  if (!loggedIn) return `Set ${login}: no login is set, and the registry requires one.${dockerHint(registry)}`;
  if (origin.kind === "file")
    return `Log in again with docker login ${host}, or set ${login}: the registry does not accept the login ${nameLogin(registry)}.`;
  if (origin.kind === "helper")
    return `Check the account that ${origin.program} uses, or set ${login}: the registry does not accept the login ${nameLogin(registry)}.`;
  return `Check the values of ${login}: the registry does not accept this login.`;
}

/** What to do about a login that may not do what was attempted. */
export function rightsFix(attempted: Attempted, registry: RegistryFacts): string {
  const login = loginNames(registry);
  const where = attempted.repository ?? registry.host;
  const fix = registry.loggedIn
    ? `The login ${nameLogin(registry)} may not ${attempted.access} here: give it ${attempted.access} rights on ${where}, or use another login.`
    : `Set ${login} to a login with ${attempted.access} rights on ${where}.${dockerHint(registry)}`;
  return fix + licenceHint(attempted, registry);
}

// oracle/docker-images#1497: the login succeeds, but pulls are denied until the licence of that repository is accepted.
function licenceHint(attempted: Attempted, registry: RegistryFacts): string {
  if (registry.host !== ORACLE_REGISTRY || attempted.access !== "pull") return "";
  return (
    ` Oracle's registry also refuses access until this account has accepted the licence of this repository: sign in at https://${ORACLE_REGISTRY},` +
    ` open ${attempted.repository ?? "the repository"} and accept it. The password must be an auth token from the profile page there, not the account's password.`
  );
}

function loginNames({ inputs, nameSecrets }: RegistryFacts): string {
  return nameSecrets(`${inputs}_username`, `${inputs}_password`);
}

/** The other place of a login, and what was found there. */
function dockerHint({ origin, host }: RegistryFacts): string {
  return origin.kind === "none" ? ` Or log in with docker login ${host}. ${origin.looked}` : "";
}

/** Where a person finds the login that is used. */
function nameLogin(registry: RegistryFacts): string {
  const { origin } = registry;
  if (origin.kind === "file") return `of ${JSON.stringify(origin.key)} in ${origin.path}`;
  if (origin.kind === "helper") return `of the credential helper ${origin.program}, which ${origin.path} names,`;
  return `in ${loginNames(registry)}`;
}
