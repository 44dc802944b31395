/** What opens a registry: an account, or a token that its token service exchanges. */
export type RegistryLogin =
  | { username: string; password: string }
  /** An OAuth2 refresh token: distribution/distribution/docs/content/spec/auth/oauth.md. */
  | { identityToken: string };

/** Where a login is from, or why there is none. */
export type LoginOrigin =
  /** The Action's inputs, or the command line's variables. */
  | { kind: "inputs" }
  /** The entry `key` below `auths` of a docker configuration. */
  | { kind: "file"; path: string; key: string }
  /** A credential helper, `docker-credential-…`, that a docker configuration names. */
  | { kind: "helper"; path: string; program: string }
  /** No login; `looked` is a sentence that says where one was looked for. */
  | { kind: "none"; looked: string };

export interface FoundLogin {
  /** undefined: the registry is asked anonymously. */
  login: RegistryLogin | undefined;
  origin: LoginOrigin;
}

/** The secret texts of a login, for masks: the secret itself, and the pair as HTTP sends it. */
export function secretsOf(login: RegistryLogin): string[] {
  if ("identityToken" in login) return [login.identityToken];
  return [login.password, `${login.username}:${login.password}`].filter(
    (_, index) => index > 0 || login.password !== "",
  );
}
